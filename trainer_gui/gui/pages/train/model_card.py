"""What learns: the family, its size, and what training will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from trainer_gui.gui.figures import duration, number, size
from trainer_gui.gui.session import Session
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import Card, Choice, HelpMark, Label, SegmentedControl

if TYPE_CHECKING:
    from trainer_gui.engine.plan import Plan
    from trainer_gui.engine.problems import Problem

_SIZES = (("tiny", "Tiny"), ("small", "Small"), ("medium", "Medium"), ("large", "Large"))


class ModelCard(Card):
    """Offers the families that suit the data, and the size ladder of the one that is taken."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "modelCard", parent)
        self._session = session
        self._offered: tuple[tuple[str, ...], str] = ((), "")
        self.title.setText(self.tr("Model"))
        self._help = HelpMark(self.tr("Model"), "", "help_family")
        self.header.setSpacing(6)
        self.header.addWidget(self.title)
        self.header.addWidget(self._help)
        self.header.addStretch(1)
        self.body.addLayout(self.header)
        self.family = Choice("familyChoice")
        self.family.setAccessibleName(self.tr("Model family"))
        self.family.value_changed.connect(session.choose_family)
        self.body.addWidget(self.family)
        self.ladder = SegmentedControl("sizeLadder")
        self.ladder.setAccessibleName(self.tr("Size"))
        self.ladder.set_choices(_SIZES)
        self.ladder.value_changed.connect(session.choose_size)
        self.body.addWidget(self.ladder)
        self.cost = Label("", "small", "muted", wrap=True, tabular=True)
        self.cost.setObjectName("modelCost")
        self.cost.setToolTip(self.tr("Measured on this computer with a few real steps of this model."))
        self.body.addWidget(self.cost)
        self.room = Label("", "small", "caution", wrap=True)
        self.room.setObjectName("modelRoom")
        self.room.hide()
        self.body.addWidget(self.room)
        self._device_row = QWidget()
        self._make_device_row()
        self.body.addWidget(self._device_row)
        session.outlook_changed.connect(self._show)
        session.model_changed.connect(self._show)
        session.dataset_changed.connect(self._show)
        session.plan_changed.connect(self._show_cost)
        session.target_changed.connect(self._show_cost)
        session.settings_changed.connect(self._show_cost)
        session.devices_changed.connect(self._show_devices)
        self._show()

    def _make_device_row(self) -> None:
        row = QHBoxLayout(self._device_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(Label(self.tr("Train on")))
        words = self.tr(
            "The processor that does the computing. Automatic takes the fastest one; the others are for "
            "when that one is busy."
        )
        row.addWidget(HelpMark(self.tr("Train on"), words, "help_device"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(UNIT)
        self.device = Choice("deviceChoice")
        self.device.setAccessibleName(self.tr("Train on"))
        self.device.value_changed.connect(self._session.choose_device)
        row.addWidget(self.device, 1)
        self._device_row.hide()

    def _show(self) -> None:
        outlook = self._session.outlook
        if self._session.dataset is not None and outlook.families:
            self._offer(outlook.families, outlook.family)
        self.family.setEnabled(bool(outlook.families))
        self.ladder.setEnabled(bool(outlook.families))
        self.ladder.set_value(outlook.size)
        self._show_cost()

    def _offer(self, fitting: tuple[str, ...], chosen: str) -> None:
        if self._offered == (fitting, chosen):
            return
        from trainer_gui.engine.families import FAMILIES

        self._offered = (fitting, chosen)
        self.family.clear()
        for each in FAMILIES:
            reason = "" if each.name in fitting else self.tr("Does not suit this data and target.")
            self.family.add_choice(each.name, each.label, reason=reason, tip=each.summary)
        family = FAMILIES[chosen]
        self.family.set_value(chosen)
        self.ladder.set_choices(family.sizes)
        self._help.explain(family.label, family.summary)

    def _show_cost(self) -> None:
        session, plan = self._session, self._session.plan
        self._show_room(plan.problem if plan is not None else None)
        if plan is not None:
            found = plan.forecast
            words = (
                self.tr("{count} parameters").format(count=number(found.parameters)),
                self._time(plan),
                self.tr("{size} of memory").format(size=size(found.memory_bytes)),
                self.tr("{size} on disk").format(size=size(found.disk_bytes)),
            )
            # No number is torn from its unit where the line ends.
            self.cost.setText(" · ".join(each.replace(" ", "\u00a0") for each in words))
        elif session.dataset is None:
            self.cost.setText(self.tr("Its cost is known once the data is read."))
        elif session.outlook.problem is not None:
            self.cost.setText("–")
        else:
            busy = session.run.is_active
            self.cost.setText(
                self.tr("Its cost will be measured after this run.") if busy else self.tr("Measuring…")
            )

    def _time(self, plan: Plan) -> str:
        early = plan.recipe.family_settings.early_stopping
        words = self.tr("at most {time}") if early else self.tr("about {time}")
        return words.format(time=duration(plan.forecast.seconds))

    def _show_room(self, found: Problem | None) -> None:
        self.room.setText("" if found is None else f"{found.message} {found.advice}")
        self.room.setVisible(found is not None)

    def _show_devices(self) -> None:
        devices = self._session.devices
        self._device_row.setVisible(len(devices) > 1)
        if not devices:
            return
        automatic = self.tr("Automatic ({device})").format(device=devices[0].label)
        self.device.set_choices(
            [("auto", automatic), *((each.name, f"{each.label}, {each.detail}") for each in devices)]
        )
        self.device.set_value(self._session.selection.device)
