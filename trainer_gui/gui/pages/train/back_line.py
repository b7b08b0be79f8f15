"""The way between a study in hand and the run that is looked at beside it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import ElidedLabel, LinkButton


class BackLine(QWidget):
    """Seen only where there is a study and a run is shown; a click shows the study again."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.link = LinkButton(self.tr("‹ Back to the study"), "backToStudy")
        self.link.setProperty("tone", "accent")
        self.link.clicked.connect(self._on_back)
        self.name = ElidedLabel("", "small", "muted")
        row.addWidget(self.link)
        row.addWidget(self.name, 1)
        session.run_state_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        study, run = self._session.study, self._session.run
        of_study = (
            study.folder is not None
            and run.folder is not None
            and run.folder.path.is_relative_to(study.folder.path)
        )
        self.setVisible(of_study and not self._session.is_study_shown)
        if of_study and run.folder is not None:
            self.name.setText(run.folder.name)

    def _on_back(self) -> None:
        self._session.show_study(True)
