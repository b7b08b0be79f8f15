"""What is learned from: the choice of data, a line of summary, and whether it can be trained."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from trainer_gui.engine.data.dataset import DataKind
from trainer_gui.gui.figures import number
from trainer_gui.gui.session import FIRST_SAMPLE, Session
from trainer_gui.gui.widgets import Badge, Card, Choice, Label, LineButton, LinkButton, ProgressLine

_OPEN_FILE, _OPEN_FOLDER, _PASTE = "::file", "::folder", "::paste"


class DatasetCard(Card):
    """Offers samples, recent files and the Open dialogs."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "datasetCard", parent)
        self._session = session
        self._samples: dict[str, tuple[str, ...]] = {self.tr("Samples"): (FIRST_SAMPLE,)}  # by heading
        self.title.setText(self.tr("Dataset"))
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        self.body.addLayout(self.header)
        self.badge = Badge("", "")
        self.badge.setObjectName("readiness")
        self.add_to_header(self.badge)
        self.choice = Choice("datasetChoice")
        self.choice.setAccessibleName(self.tr("Dataset"))
        self.choice.setPlaceholderText(self.tr("Choose data…"))
        self.choice.value_changed.connect(self._on_chosen)
        self.body.addWidget(self.choice)
        self.summary = Label("", "small", "muted", wrap=True)
        self.summary.setObjectName("datasetSummary")
        self.summary.setTextFormat(Qt.TextFormat.RichText)
        self.body.addWidget(self.summary)
        self.notes = LineButton("", "datasetNotes")
        self.notes.clicked.connect(self._on_notes)
        self.notes.hide()
        self.body.addWidget(self.notes)
        self._reading = QWidget()
        self._make_reading()
        self.body.addWidget(self._reading)
        for signal in (session.dataset_changed, session.outlook_changed, session.target_changed):
            signal.connect(self._show)
        session.opening.changed.connect(self._show)
        session.opening.progressed.connect(self._on_progressed)
        session.devices_changed.connect(self._on_warm)
        self._show()

    def _make_reading(self) -> None:
        row = QHBoxLayout(self._reading)
        row.setContentsMargins(0, 0, 0, 0)
        self._line = ProgressLine("readingLine", 4)
        cancel = LinkButton(self.tr("Cancel"), "readingCancel")
        cancel.clicked.connect(self._session.opening.cancel)
        row.addWidget(self._line, 1)
        row.addWidget(cancel)

    def _show(self) -> None:
        self._fill()
        session = self._session
        reading = bool(session.opening.location)
        # The first sample is there in a moment; a file on a drive that does not answer must be cancellable.
        is_sample = session.opening.location.startswith("sample:")
        self._reading.setVisible(reading and (session.dataset is not None or not is_sample))
        if not reading:
            self._line.show_share(0.0)
        self._show_badge(reading)
        self._show_summary(reading)
        self._show_notes(reading)

    def _show_badge(self, reading: bool) -> None:
        outlook = self._session.outlook
        cautions = sum(each.severity == "caution" for each in outlook.notes)
        if reading:
            self.badge.show_state(self.tr("Reading…"), "accent")
        elif self._session.dataset is None:
            self.badge.show_state(self.tr("Nothing yet"), "")
        elif outlook.problem is not None:
            self.badge.show_state(self.tr("Cannot train"), "error")
        elif outlook.recipe is None:
            self.badge.show_state(self.tr("Looking…"), "")
        elif cautions:
            words = self.tr("1 note") if cautions == 1 else self.tr("{count} notes").format(count=cautions)
            self.badge.show_state(words, "caution")
        else:
            self.badge.show_state(self.tr("Ready"), "good")

    def _show_summary(self, reading: bool) -> None:
        session = self._session
        dataset = session.dataset
        if dataset is None:
            self.summary.setText(
                self.tr("Reading {name}…").format(name=escape(_name_of(session.opening.location)))
                if reading
                else self.tr("Choose a sample, open a file, or drop one on the window.")
            )
            return
        if dataset.kind is DataKind.PICTURES:
            words = [self.tr("{count} pictures").format(count=number(dataset.rows))]
        else:
            words = [
                self.tr("{count} rows").format(count=number(dataset.rows)),
                self.tr("{count} columns").format(count=number(len(dataset.columns))),
            ]
        if session.target:
            predicts = self.tr("predicts {target}").format(target=f"<b>{escape(session.target)}</b>")
            if session.outlook.classes:
                predicts += " " + self.tr("({count} classes)").format(count=number(session.outlook.classes))
            words.append(predicts)
        self.summary.setText(" · ".join(words))

    def _show_notes(self, reading: bool) -> None:
        outlook = self._session.outlook
        problem = outlook.problem
        notes = outlook.notes
        shown = not reading and (problem is not None or bool(notes))
        self.notes.setVisible(shown and self._session.dataset is not None)
        if not shown:
            return
        if problem is not None:
            words, tip = problem.message, str(problem)
        else:
            first = sorted(notes, key=lambda each: each.severity != "caution")[0].message
            count = len(notes)
            words = (
                first if count == 1 else self.tr("{count} notes: {first}").format(count=count, first=first)
            )
            tip = "\n".join(str(each) for each in notes)
        self.notes.show_words(words, tip)

    def _fill(self) -> None:
        dataset, location = self._session.dataset, self._session.opening.location
        current = location or (dataset.reference.location if dataset is not None else "")
        self.choice.clear()
        (usual, first), *others = self._samples.items()
        self._offer(usual, first)
        self.choice.add_heading(self.tr("From this computer"))
        self.choice.add_choice(_OPEN_FILE, self.tr("Open a file…"))
        self.choice.add_choice(_OPEN_FOLDER, self.tr("Open a folder of pictures…"))
        self.choice.add_choice(_PASTE, self.tr("Paste a table"))
        known = {each for samples in self._samples.values() for each in samples}
        recent = self._session.preferences.recent()
        if current and current not in (*known, *recent):
            recent = [current, *recent]
        if recent:
            self.choice.add_heading(self.tr("Recent"))
            for each in recent:
                self.choice.add_choice(each, _name_of(each), tip=each)
        for heading, samples in others:
            self._offer(heading, samples)
        self.choice.set_value(current)

    def _offer(self, heading: str, samples: tuple[str, ...]) -> None:
        self.choice.add_heading(heading)
        for each in samples:
            self.choice.add_choice(each, _name_of(each))

    def _on_chosen(self, value: str) -> None:
        if value == _OPEN_FILE:
            self._session.open_wanted.emit()
        elif value == _OPEN_FOLDER:
            self._session.folder_wanted.emit()
        elif value == _PASTE:
            self._session.paste_wanted.emit()
        else:
            self._session.open_data(value)
        self._show()

    def _on_progressed(self, stage: str, share: float | None) -> None:
        self._line.show_share(share)
        if self._session.dataset is None:
            self.summary.setText(f"{escape(stage)}…")

    def _on_notes(self) -> None:
        problem = self._session.outlook.problem
        if problem is not None:
            self._session.problem_shown.emit(problem)
        self._session.page_wanted.emit("data")

    def _on_warm(self) -> None:
        from trainer_gui.engine.sources import SOURCES

        listed = {source.label: source.listed() for source in SOURCES if source.listed()}
        usual = [label for label, samples in listed.items() if FIRST_SAMPLE in samples]
        self._samples = {self.tr("Samples"): listed.pop(usual[0])} | listed
        self._fill()


def _name_of(location: str) -> str:
    if location.startswith("sample:"):
        return location.removeprefix("sample:").replace("_", " ").capitalize()
    return Path(location).name or location
