"""Which button does what a problem advises."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication

from trainer_gui.engine.problems import Problem
from trainer_gui.gui.notices import Fix
from trainer_gui.gui.session import Session


def _tr(text: str) -> str:
    return QCoreApplication.translate("Fixes", text)


def fix_for(
    problem: Problem, session: Session, show: Callable[[str], None], open_file: Callable[[], None]
) -> Fix | None:
    """What to offer beside a problem; None where there is nothing that one click could do."""
    if problem.fixes:
        first = problem.fixes[0]
        return first.label, partial(session.take_fix, first)
    field = problem.field
    if field == "target":
        return _tr("Choose the target"), partial(show, "data")
    if field == "data" and not session.run.is_active:
        return _tr("Open another file…"), open_file
    if field == "device":
        return _tr("Use the best device"), partial(session.choose_device, "auto")
    if field == "family" and session.outlook.families:
        return _tr("Use one that fits"), partial(session.choose_family, session.outlook.families[0])
    if field == "batch_size" and problem.key == "memory.full":
        half = max(1, int(session.setting_values().get("batch_size", 2)) // 2)
        words = _tr("Try with batches of {count}").format(count=half)
        return words, partial(_set_and_start, session, "batch_size", half)
    if field in session.changed_settings():
        return _tr("Set it back"), partial(session.reset_setting, field)
    if field in session.selection.split:
        return _tr("Set it back"), session.reset_split
    return None


def _set_and_start(session: Session, name: str, value: int) -> None:
    session.set_setting(name, value)
    session.start()
