"""What a study would be with the choices of the moment, planned away from the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from trainer_gui.engine.problems import Problem, UserError, problem
from trainer_gui.gui.runner import Latest, Report, Runner, Work

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset
    from trainer_gui.engine.recipe import Choices
    from trainer_gui.engine.study.folder import StudyFolder
    from trainer_gui.engine.study.plan import StudyPlan
    from trainer_gui.engine.study.progress import StudyProgress
    from trainer_gui.engine.study.recipe import StudyRecipe

Kind = Literal["one", "repeat", "tune"]
Way = Literal["seeds", "folds", "rows"]  # in which runs that are repeated differ
LIMIT_OF: dict[Way, str] = {"seeds": "repeats", "folds": "folds", "rows": "repeats"}  # says how often
_USUAL: dict[Way, int | str] = {"seeds": 5, "folds": 5, "rows": 3}  # fewer say little about what is luck
USUAL_HOW = "bayes"
USUAL_PLACE = "here"
_REST = 250  # milliseconds without a change before anything is measured
_FULL = "grid"  # what is not searched is gone through


@dataclass(frozen=True)
class StudyWish:
    """What was asked for: what varies (NAME=VALUES), how it is searched, how far, and where."""

    vary: tuple[str, ...]
    how: str
    limits: tuple[tuple[str, Any], ...]
    place: str = USUAL_PLACE
    place_settings: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Continued:
    """A study that is to go on, for longer or with wider ranges."""

    folder: StudyFolder
    recipe: StudyRecipe
    ended: int  # trials


class StudyDraft(QObject):
    """Keeps what is ticked and typed also while one run is wanted, or another family is chosen."""

    wish_changed = Signal()
    plan_changed = Signal()  # the plan, or the problem that stands in its way
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind: Kind = "one"
        self.way: Way = "seeds"
        self.times: dict[Way, int | str] = dict(_USUAL)  # what was typed, right or wrong
        self.how = USUAL_HOW
        self.ranges: dict[str, str] = {}  # the values of each setting that is ticked, by name
        self.limits: dict[str, Any] = {}  # those that were changed
        self.place = USUAL_PLACE
        self.place_settings: dict[str, dict[str, Any]] = {}  # those that were changed, by place
        self.continued: Continued | None = None
        self.plan: StudyPlan | None = None
        self.problem: Problem | None = None
        self._before: tuple[Kind, str, dict[str, str], dict[str, Any], str] | None = None
        self._asked: tuple[Any, ...] | None = None
        self._work: Work = _nothing
        self._clock = QTimer(self, singleShot=True, interval=_REST)
        self._clock.timeout.connect(self._ask)
        self._plans = Latest(runner, self)
        self._plans.answered.connect(self._on_planned)
        self._plans.refused.connect(self._on_refused)
        self._plans.faulted.connect(self._on_faulted)

    @property
    def is_wanted(self) -> bool:
        """Whether several runs are to be made, and not one."""
        return self.kind != "one"

    @property
    def is_looking(self) -> bool:
        """Whether the plan of these choices is being worked out."""
        return self._clock.isActive() or self._plans.is_busy

    @property
    def wish(self) -> StudyWish:
        """What is asked for now."""
        vary: tuple[str, ...] = ()
        if self.kind == "tune":
            vary = tuple(f"{name}={text}" for name, text in self.ranges.items())
            return self._wished(vary, self.how, self.limits)
        limits = {LIMIT_OF[self.way]: self.times[self.way]}
        if self.way == "rows":
            from trainer_gui.engine.study.plan import learning_curve

            vary, limits = learning_curve(limits)
        return self._wished(vary, _FULL, limits)

    def _wished(self, vary: tuple[str, ...], how: str, limits: dict[str, Any]) -> StudyWish:
        at = self.place_settings.get(self.place, {})
        return StudyWish(vary, how, tuple(limits.items()), self.place, tuple(at.items()))

    # ---- what is chosen

    def choose_kind(self, kind: Kind) -> None:
        """One run, repeats of it, or a search."""
        if kind != self.kind and self.continued is None:
            self.kind = kind
            self._on_wish()

    def choose_way(self, way: Way) -> None:
        """In which way runs that are repeated differ."""
        self.way = way
        self._on_wish()

    def choose_times(self, times: int | str) -> None:
        """How often a run is repeated in that way."""
        self.times[self.way] = times
        self._on_wish()

    def choose_how(self, how: str) -> None:
        """How it is searched; the name of a strategy."""
        self.how = how
        self._on_wish()

    def vary(self, name: str, text: str) -> None:
        """Varies a setting over these values, as they are written after NAME=."""
        self.ranges[name] = text
        self._on_wish()

    def keep_fixed(self, name: str) -> None:
        """Does not vary a setting."""
        self.ranges.pop(name, None)
        self._on_wish()

    def set_limits(self, limits: dict[str, Any]) -> None:
        """How far it goes; what is not named is as declared."""
        self.limits = limits
        self._on_wish()

    def choose_place(self, name: str) -> None:
        """Where the runs are trained; what was set for another place is kept for it."""
        if name != self.place:
            self.place = name
            self._on_wish()

    def set_place_settings(self, settings: dict[str, Any]) -> None:
        """What differs from the defaults of the place that is chosen."""
        self.place_settings[self.place] = settings
        self._on_wish()

    def continue_with(self, folder: StudyFolder, recipe: StudyRecipe, progress: StudyProgress) -> None:
        """Goes on with a study instead of planning a new one, until `forget_continued`."""
        if self._before is None:
            self._before = (self.kind, self.how, self.ranges, self.limits, self.place)
        self.place = recipe.place
        self.place_settings[recipe.place] = recipe.place_settings
        self.continued = Continued(folder, recipe, progress.ended)
        self.kind, self.how = "tune", recipe.how
        self.ranges = dict(each.split("=", 1) for each in recipe.vary)
        more = max(recipe.trials, progress.ended)
        self.limits = {} if recipe.how == _FULL else {"trials": more + max(1, more // 2)}
        self._on_wish()

    def forget_continued(self) -> None:
        """Plans a new study again, with what was chosen for it before."""
        self.continued = None
        if self._before is not None:
            self.kind, self.how, self.ranges, self.limits, self.place = self._before
            self._before = None
        self._on_wish()

    # ---- what follows from it

    def problems(self, family: str) -> dict[str, Problem]:
        """What is wrong with what is ticked, by the name of the setting, in the engine's words."""
        from trainer_gui.engine.study.space import space_of

        found = {}
        for name, text in self.ranges.items():
            try:
                space_of([f"{name}={text}"], family)
            except UserError as error:
                found[name] = error.problem
        return found

    def look(self, dataset: Dataset | None, choices: Choices | None) -> None:
        """Plans with these choices once nothing has changed for a moment; once for the same ones."""
        wanted = (id(dataset), choices, self.wish, self.continued)
        if wanted == self._asked and (self.is_looking or self.plan is not None or self.problem is not None):
            return
        self.forget()
        self._asked = wanted
        self._work = partial(_new_plan, dataset, choices, self.wish)
        if self.continued is not None:
            self._work = partial(_continued_plan, self.continued, self.wish)
        if self.kind == "tune" and not self.ranges:
            self._on_refused(_nothing_ticked())
        else:
            self._clock.start()

    def forget(self) -> None:
        """Drops the plan, and stops planning."""
        self._asked = None
        self.plan = self.problem = None
        self.stop_looking()

    def stop_looking(self) -> None:
        """Keeps the plan that is known, if any."""
        self._clock.stop()
        self._plans.forget()

    def _on_wish(self) -> None:
        self.forget()
        self.wish_changed.emit()

    def _ask(self) -> None:
        self._plans.ask(self._work)

    def _on_planned(self, plan: StudyPlan) -> None:
        self.plan = plan
        self.plan_changed.emit()

    def _on_refused(self, found: Problem) -> None:
        self.problem = found
        self.plan_changed.emit()

    def _on_faulted(self, line: str, details: str) -> None:
        self.problem = problem(
            "study.plan_fault",
            "Something in Trainer itself went wrong while it planned these runs.",
            "Change what you changed last back. Please send the report.",
        )
        self.plan_changed.emit()
        self.faulted.emit(line, details)


def _nothing(report: Report) -> None:
    """Stands for work before there is any."""


def _nothing_ticked() -> Problem:
    return problem("study.nothing_ticked", "Nothing is to vary.", "Tick at least one setting.", field="vary")


def _new_plan(dataset: Dataset | None, choices: Choices | None, wish: StudyWish, report: Report) -> StudyPlan:
    from trainer_gui.engine.study.places import PLACES
    from trainer_gui.engine.study.plan import plan_study

    assert dataset is not None
    assert choices is not None
    report("", None)
    place = PLACES[wish.place].at(dict(wish.place_settings))
    return plan_study(dataset, choices, wish.vary, wish.how, dict(wish.limits), place=place)


def _continued_plan(continued: Continued, wish: StudyWish, report: Report) -> StudyPlan:
    from trainer_gui.engine.settings import declared_in
    from trainer_gui.engine.study.limits import Limits
    from trainer_gui.engine.study.places import PLACES
    from trainer_gui.engine.study.plan import planned, widened

    report("", None)
    limits = dict(wish.limits)
    if "minutes" in limits:  # the time alone is the limit
        most = {each.name: each.maximum for each in declared_in(Limits)}
        limits["trials"] = int(most["trials"] or 0)
    before = continued.recipe
    place = None
    if (wish.place, dict(wish.place_settings)) != (before.place, before.place_settings):
        place = PLACES[wish.place].at(dict(wish.place_settings))
    return planned(widened(before, wish.vary, limits, place), continued.ended)
