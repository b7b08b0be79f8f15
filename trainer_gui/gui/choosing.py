"""Every choice that a person can make, each with the signal that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, SignalInstance

from trainer_gui.gui.outlook import Outlook
from trainer_gui.gui.selection import Selection

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import ColumnKind, Task
    from trainer_gui.engine.fix import Change


class Choosing(QObject):
    """Keeps the selection. What follows from a choice is worked out by the session, which inherits this."""

    target_changed = Signal()  # target, task, or how a column is used
    model_changed = Signal()  # family or size
    settings_changed = Signal()  # of family, split or device

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.selection = Selection()

    @property
    def outlook(self) -> Outlook:
        """What a run would be with the choices of the moment."""
        raise NotImplementedError

    @property
    def family(self) -> str:
        """The name of the family; empty until data is open."""
        return self.outlook.family or self.selection.family or ""

    @property
    def left_out(self) -> tuple[str, ...]:
        """The columns that the user left out."""
        return self.selection.left_out

    def changed_settings(self) -> dict[str, Any]:
        """The settings of the family that differ from their defaults."""
        return dict(self.selection.settings.get(self.family, {}))

    def setting_values(self) -> dict[str, Any]:
        """Every setting of the family: the default for this data and size, or what it was changed to."""
        return {**self.outlook.default_values, **self.changed_settings()}

    def choose_target(self, name: str) -> None:
        """Predicts another column; the task is guessed anew."""
        self.selection.choose_target(name)
        self._chose(self.target_changed)

    def set_task(self, task: Task) -> None:
        """Takes the target as classes or as numbers."""
        self.selection.task = task
        self._chose(self.target_changed)

    def leave_out(self, name: str) -> None:
        """Does not use a column."""
        self.selection.leave_out(name)
        self._chose(self.target_changed)

    def bring_back(self, name: str, kind: ColumnKind | None = None) -> None:
        """Uses a column again, perhaps as another kind than it was understood."""
        self.selection.bring_back(name, kind)
        self._chose(self.target_changed)

    def choose_family(self, name: str) -> None:
        """Takes another model family."""
        self.selection.family = name
        self._foresee(family=name)
        self._chose(self.model_changed)

    def choose_size(self, name: str) -> None:
        """Takes another rung of the size ladder."""
        self.selection.size = name
        self._foresee(size=name)
        self._chose(self.model_changed)

    def set_setting(self, name: str, value: Any) -> None:
        """Changes one setting of the family; the default itself counts as not changed."""
        defaults = self.outlook.default_values
        if name in defaults:
            self.selection.set_setting(self.family, name, value, defaults[name])
        else:
            self.selection.set_setting(self.family, name, value)
        self._chose(self.settings_changed)

    def reset_setting(self, name: str) -> None:
        """Gives one setting its default back."""
        self.selection.settings.get(self.family, {}).pop(name, None)
        self._chose(self.settings_changed)

    def reset_settings(self) -> None:
        """Gives every setting of the family its default back."""
        self.selection.settings.pop(self.family, None)
        self._chose(self.settings_changed)

    def set_split(self, name: str, value: Any) -> None:
        """Changes how the rows are shared out."""
        self.selection.set_split(name, value)
        self._chose(self.settings_changed)

    def set_step(self, name: str, value: Any) -> None:
        """Changes which rows are left out."""
        self.selection.set_step(name, value)
        self._chose(self.settings_changed)

    def take_change(self, change: Change) -> None:
        """Chooses what a fix chooses, except how the file is read."""
        self.selection.take_change(change, self.family)
        self._chose(self.settings_changed)
        self.target_changed.emit()
        self.model_changed.emit()

    def reset_split(self) -> None:
        """Shares the rows out as usual, all of them."""
        self.selection.split.clear()
        self.selection.steps.clear()
        self._chose(self.settings_changed)

    def choose_device(self, name: str) -> None:
        """Trains on another device, or on the best one for "auto"."""
        self.selection.device = name
        self._chose(self.settings_changed)

    def _chose(self, signal: SignalInstance) -> None:
        raise NotImplementedError

    def _foresee(self, **known: str) -> None:
        raise NotImplementedError
