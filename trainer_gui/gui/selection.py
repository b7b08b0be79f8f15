"""The choices of the moment, before they are resolved: everything that is not here is left to defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import ColumnKind, Task
    from trainer_gui.engine.execution import Execution
    from trainer_gui.engine.fix import Change
    from trainer_gui.engine.recipe import Choices, Recipe
    from trainer_gui.engine.starting_point import StartingPoint

_NOTHING = object()


@dataclass
class Selection:
    """What a person has chosen. Settings are kept by family, and only those that differ from the default."""

    target: str | None = None
    task: Task | None = None
    left_out: tuple[str, ...] = ()
    kinds: dict[str, ColumnKind] = field(default_factory=dict)
    family: str | None = None
    size: str | None = None
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    split: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, Any] = field(default_factory=dict)  # which rows are left out
    device: str = "auto"
    execution: Execution | None = None  # of a run that is repeated; it says itself what it is good for
    start: StartingPoint | None = None  # of a run that is repeated; None from scratch
    start_family: str = ""  # of the model that is the start, for no other can go on from it

    def forget_columns(self) -> None:
        """For other data: what was said about columns no longer holds, the choice of a model does."""
        self.target, self.task, self.left_out, self.kinds = None, None, (), {}
        self.steps = {}
        self.start = None
        for name in ("keep_together", "by_time", "repeats_together"):
            self.split.pop(name, None)

    def keep_columns(self, names: Sequence[str]) -> None:
        """For data that was read again: forgets what was said about columns that are no longer there."""
        if self.target not in names:
            self.target, self.task = None, None
        self.left_out = tuple(each for each in self.left_out if each in names)
        self.kinds = {name: kind for name, kind in self.kinds.items() if name in names}
        for name in ("keep_together", "by_time"):
            if self.split.get(name, "") not in ("", *names):
                del self.split[name]

    def choose_target(self, name: str) -> None:
        """Predicts a column; the task is guessed anew."""
        self.target, self.task = name, None
        self.left_out = tuple(each for each in self.left_out if each != name)

    def leave_out(self, name: str) -> None:
        """Does not use a column."""
        self.left_out = (*(each for each in self.left_out if each != name), name)
        self.kinds.pop(name, None)

    def bring_back(self, name: str, kind: ColumnKind | None) -> None:
        """Uses a column again, perhaps as another kind."""
        self.left_out = tuple(each for each in self.left_out if each != name)
        if kind is not None:
            self.kinds[name] = kind

    def set_setting(self, family: str, name: str, value: Any, default: Any = _NOTHING) -> None:
        """Changes a setting, or forgets the change where it is the default."""
        changed = self.settings.setdefault(family, {})
        if value == default:
            changed.pop(name, None)
        else:
            changed[name] = value

    def set_split(self, name: str, value: Any) -> None:
        """Changes how the rows are shared out."""
        from trainer_gui.engine.row_settings import SplitSettings

        if value == SplitSettings.model_fields[name].default:
            self.split.pop(name, None)
        else:
            self.split[name] = value

    def set_step(self, name: str, value: Any) -> None:
        """Changes which rows are left out."""
        from trainer_gui.engine.row_settings import StepSettings

        if value == StepSettings.model_fields[name].default:
            self.steps.pop(name, None)
        else:
            self.steps[name] = value

    def take_change(self, change: Change, family: str) -> None:
        """Chooses what a fix chooses, except how the file is read."""
        from trainer_gui.engine.data.dataset import ColumnKind, Task

        for name, kind in change.kinds.items():
            self.bring_back(name, ColumnKind(kind))
        for name in change.leave_out:
            self.leave_out(name)
        for name, value in change.split.items():
            self.set_split(name, value)
        for name, value in change.steps.items():
            self.set_step(name, value)
        for name, value in change.settings.items():
            self.set_setting(family, name, value)
        self.task = Task(change.task) if change.task else self.task
        self.size = change.size or self.size

    def drop_defaults(self, family: str, defaults: dict[str, Any]) -> None:
        """Forgets changes that turn out to be no changes."""
        changed = self.settings.get(family, {})
        self.settings[family] = {
            name: value for name, value in changed.items() if value != defaults.get(name, _NOTHING)
        }

    def take(self, recipe: Recipe) -> None:
        """Chooses all that a recipe chose, except the data."""
        from trainer_gui.engine.row_settings import SplitSettings

        self.target, self.task = recipe.target, recipe.task
        self.left_out, self.kinds = recipe.leave_out, dict(recipe.kinds)
        self.family, self.size, self.device = recipe.family, recipe.size, recipe.device
        self.settings[recipe.family] = dict(recipe.settings)
        self.execution = recipe.execution
        self.start = None if recipe.start.kind == "scratch" else recipe.start
        self.start_family = recipe.family
        usual = SplitSettings().model_dump()
        chosen = recipe.split.model_dump()
        self.split = {name: value for name, value in chosen.items() if value != usual[name]}
        left_out = recipe.steps.model_dump()
        unchanged = type(recipe.steps)().model_dump()
        self.steps = {name: value for name, value in left_out.items() if value != unchanged[name]}

    def vary(self, change: Change) -> None:
        """Changes a recipe that was just taken; what goes with another size follows the size."""
        from trainer_gui.engine.families import FAMILIES
        from trainer_gui.engine.family import adapted_settings

        assert self.family is not None
        if change.size and change.size != self.size:
            for name in adapted_settings(FAMILIES[self.family]):
                self.settings[self.family].pop(name, None)
        self.take_change(change, self.family)

    def choices(self, family: str) -> Choices:
        """The choices as the engine takes them, with the settings of one family."""
        from trainer_gui.engine.recipe import Choices

        start = self.start if self.family == self.start_family else None
        return Choices(
            target=self.target,
            task=self.task,
            leave_out=self.left_out,
            kinds=tuple(self.kinds.items()),
            split=tuple(self.split.items()),
            steps=tuple(self.steps.items()),
            family=self.family,
            size=self.size,
            settings=tuple(self.settings.get(family, {}).items()),
            device=self.device,
            execution=self.execution,
            start=start,
            start_settings=() if start is None else tuple(start.settings.model_dump(mode="json").items()),
        )
