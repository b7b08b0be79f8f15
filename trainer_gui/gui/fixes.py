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
    if _can_be_read_otherwise(problem, session):
        return _tr("Import options…"), partial(_choose_reading, session, show)
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
    if problem.severity != "error":
        return None  # a run may have met it that is not the one of these settings
    if field in session.changed_settings():
        return _tr("Set it back"), partial(session.reset_setting, field)
    if field in session.selection.split:
        return _tr("Set it back"), session.reset_split
    return None


def _can_be_read_otherwise(problem: Problem, session: Session) -> bool:
    """Whether a file was not opened that might be understood with other import options."""
    from trainer_gui.engine.settings import declared_in
    from trainer_gui.engine.sources import source_of

    missed = session.opening.missed
    if missed is None or missed[1] is not problem or problem.key.startswith("data."):
        return False
    source = source_of(missed[0])
    return source is not None and bool(declared_in(source.options))


def _choose_reading(session: Session, show: Callable[[str], None]) -> None:
    if session.opening.missed is not None:
        show("data")
        session.reading_wanted.emit(session.opening.missed[0])


def _set_and_start(session: Session, name: str, value: int) -> None:
    session.set_setting(name, value)
    session.start()
