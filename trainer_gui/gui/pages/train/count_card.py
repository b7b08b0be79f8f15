"""How many runs: one, the same again with other seeds, or a search for better settings."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from trainer_gui.engine.problems import Problem
from trainer_gui.engine.settings import Setting, declared_in
from trainer_gui.engine.study.limits import Limits
from trainer_gui.gui.forms.setting_row import SettingRow
from trainer_gui.gui.pages.train.place_form import PlaceForm
from trainer_gui.gui.pages.train.search_form import SearchForm
from trainer_gui.gui.plan_words import cost_words
from trainer_gui.gui.session import Session
from trainer_gui.gui.study_draft import LIMIT_OF, Kind
from trainer_gui.gui.theme import UNIT
from trainer_gui.gui.widgets import Card, Choice, HelpMark, Label, LinkButton, SegmentedControl


class CountCard(Card):
    """Shows the draft of the session and gives changes back to it; folded up while one run is wanted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "countCard", parent)
        self._session = session
        self.title.setText(self.tr("How many runs"))
        words = self.tr(
            "One run is enough to begin with. Repeat it with other seeds to see how much of the result is "
            "luck; tune it to have better settings found, judged on the validation rows."
        )
        self._help = HelpMark(self.tr("How many runs"), words, "help_count")
        self.header.setSpacing(6)
        self.header.addWidget(self.title)
        self.header.addWidget(self._help)
        self.header.addStretch(1)
        self.body.addLayout(self.header)
        self.cancel = LinkButton(self.tr("Cancel"), "continueCancel")
        self.cancel.clicked.connect(session.draft.forget_continued)
        self.add_to_header(self.cancel)
        self.kinds = SegmentedControl("runKinds")
        self.kinds.setAccessibleName(self.tr("How many runs"))
        self.kinds.set_choices(
            [("one", self.tr("One run")), ("repeat", self.tr("Repeat")), ("tune", self.tr("Tune"))]
        )
        self.kinds.value_changed.connect(self._on_kind)
        self.body.addWidget(self.kinds)
        self._add_parts()
        for signal in (
            session.draft.wish_changed,
            session.draft.plan_changed,
            session.outlook_changed,
            session.model_changed,
            session.run_state_changed,
        ):
            signal.connect(self._show)
        self._show()

    def show_problem(self, problem: Problem) -> bool:
        """Marks the field that a problem is about; False where it is about none of these."""
        kind = self._session.draft.kind
        if kind == "repeat" and problem.field == LIMIT_OF[self._session.draft.way]:
            self.times[problem.field].show_problem(problem)
            return True
        if kind == "tune" and self.search.show_problem(problem):
            return True
        return kind != "one" and self.place.show_problem(problem)

    def _add_parts(self) -> None:
        self._repeats = QWidget()
        column = QVBoxLayout(self._repeats)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        self.way = Choice("repeatWay")
        self.way.setAccessibleName(self.tr("How the runs differ"))
        self.way.set_choices(
            [
                ("seeds", self.tr("With other seeds")),
                ("folds", self.tr("Checked on other rows (cross-validation)")),
                ("rows", self.tr("With fewer and more rows (learning curve)")),
            ]
        )
        self.way.value_changed.connect(self._session.draft.choose_way)
        column.addWidget(self.way)
        self.reason = Label("", "small", "muted", wrap=True)
        self.reason.setObjectName("repeatReason")
        column.addWidget(self.reason)
        self.times = {each: SettingRow(_declared(each)) for each in dict.fromkeys(LIMIT_OF.values())}
        for row in self.times.values():
            row.value_changed.connect(self._on_times)
            row.mark.setFixedSize(0, 0)  # how often is said each time anew, so nothing is a change of it
            column.addWidget(row)
        self.body.addWidget(self._repeats)
        self.search = SearchForm(self._session)
        self.body.addWidget(self.search)
        self.place = PlaceForm()
        self.place.place_changed.connect(self._session.draft.choose_place)
        self.place.settings_changed.connect(self._session.draft.set_place_settings)
        self.body.addWidget(self.place)
        self.forecast = Label("", "small", wrap=True, tabular=True)
        self.forecast.setObjectName("studyForecast")
        self.body.addWidget(self.forecast)
        self.locked = Label(
            self.tr("Judged by the loss on the validation rows. The test rows stay locked."),
            "small",
            "muted",
            wrap=True,
        )
        self.locked.setObjectName("studyLocked")
        self.body.addWidget(self.locked)

    def _show(self) -> None:
        draft = self._session.draft
        kind = draft.kind
        self.kinds.set_value(kind)
        self.kinds.setVisible(draft.continued is None)
        self.cancel.setVisible(draft.continued is not None)
        title = self.tr("How many runs")
        if draft.continued is not None:
            title = self.tr("Continue the study")
        self.title.setText(title)
        self._repeats.setVisible(kind == "repeat")
        self.search.setVisible(kind == "tune")
        self.locked.setVisible(kind == "tune")
        self.place.setVisible(draft.is_wanted)
        self.place.show_place(draft.place, draft.place_settings.get(draft.place, {}))
        self.forecast.setVisible(draft.is_wanted)
        problem = draft.problem
        if kind == "repeat":
            self._show_repeats()
        elif kind == "tune":
            self.search.show_draft()
        if draft.is_wanted:
            self._show_forecast(problem)

    def _show_forecast(self, problem: Problem | None) -> None:
        session, draft = self._session, self._session.draft
        if session.is_training:
            # Neither waits for the other: what a study costs can only be said of a machine that is free.
            words = self.tr("Something is being trained. This can be started once that is over.")
        elif problem is not None:
            words = "" if self.show_problem(problem) else str(problem)
        elif draft.plan is not None:
            words = cost_words(draft.plan)
        elif session.outlook.problem is not None and draft.continued is None:
            words = self.tr("It can be planned once the settings above are right.")
        else:
            words = self.tr("Measuring a few of these runs…")
        self.forecast.setText(words)
        self.forecast.set_tone("error" if problem is not None and not session.is_training else "muted")
        self.forecast.setVisible(bool(words))

    def _on_kind(self, kind: Kind) -> None:
        if kind == "tune":
            self.search.begin()
        self._session.draft.choose_kind(kind)

    def _show_repeats(self) -> None:
        draft = self._session.draft
        self.way.set_value(draft.way)
        self.reason.setText(
            {
                "seeds": self.tr(
                    "The same training from other random beginnings shows how much of the result is luck."
                ),
                "folds": self.tr(
                    "Every row that is not locked is checked on once, by a model that has not learned from "
                    "it. Good for few rows."
                ),
                "rows": self.tr(
                    "Trains on 10, 20, … 100 % of the training rows and shows whether more rows would help."
                ),
            }[draft.way]
        )
        for name, row in self.times.items():
            shown = name == LIMIT_OF[draft.way]
            row.setVisible(shown)
            row.show_problem(None)
            if shown:
                row.set_value(draft.times[draft.way])

    def _on_times(self, _name: str, value: Any) -> None:
        self._session.draft.choose_times(value)


def _declared(name: str) -> Setting:
    return next(each for each in declared_in(Limits) if each.name == name)
