"""Finds earlier runs on the same data, to be drawn behind the one that is shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from trainer_gui.gui.plots.loss_chart import LossChart
from trainer_gui.gui.plots.quantities import EarlierRun, earlier_run
from trainer_gui.gui.runner import Latest, Report
from trainer_gui.gui.session import Session

_MOST = 250


class EarlierRuns(QObject):
    """Reads them when they are asked for, away from the GUI thread, and again for another run or data."""

    def __init__(self, chart: LossChart, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent if parent is not None else chart)
        self._chart, self._session = chart, session
        self._is_wanted = False
        self._known: dict[tuple[str, int], EarlierRun] = {}
        self._readings = Latest(session.runner, self)
        self._readings.answered.connect(self._on_read)
        self._readings.refused.connect(session.problem_shown)
        self._readings.faulted.connect(session.fault_found)
        chart.earlier_wanted.connect(self._on_wanted)
        session.run_state_changed.connect(self._on_run_state_changed)

    def _on_wanted(self, wanted: bool) -> None:
        self._is_wanted = wanted
        if wanted:
            self._ask()
        else:
            self._readings.forget()
            self._chart.show_earlier(())

    def _on_run_state_changed(self) -> None:
        if self._is_wanted:
            self._ask()

    def _ask(self) -> None:
        run = self._session.run
        recipe = run.recipe
        if recipe is not None:
            here = str(run.folder.path) if run.folder is not None else ""
            self._readings.ask(partial(read_earlier, recipe.fingerprint, recipe.target, here, self._known))

    def _on_read(self, found: dict[tuple[str, int], EarlierRun]) -> None:
        if self._is_wanted:
            self._known = found
            self._chart.show_earlier(tuple(found.values()))


def read_earlier(
    fingerprint: str, target: str, here: str, known: dict[tuple[str, int], EarlierRun], report: Report
) -> dict[tuple[str, int], EarlierRun]:
    """The newest runs on this data and target, without the one in the folder `here`; some are known."""
    from trainer_gui.engine.problems import UserError
    from trainer_gui.engine.run_folder import progress_of
    from trainer_gui.engine.store import runs

    found: dict[tuple[str, int], EarlierRun] = {}
    for folder in runs():
        report("", None)
        if str(folder.path) == here or len(found) == _MOST:
            continue
        try:
            recipe = folder.recipe
            if (recipe.fingerprint, recipe.target) != (fingerprint, target):
                continue
            mark = (str(folder.path), (folder.path / "events.jsonl").stat().st_size)
            made = known.get(mark) or earlier_run(folder.name, progress_of(folder).curve)
        except (UserError, OSError):  # the Runs page says what is wrong with it
            continue
        if any(len(x) for x, _ in made.points.values()):
            found[mark] = made
    return found
