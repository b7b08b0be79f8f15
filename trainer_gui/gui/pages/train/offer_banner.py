"""Offers to go on with a run or a study that was interrupted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from trainer_gui.engine.progress import Interruption
from trainer_gui.gui.figures import number
from trainer_gui.gui.interrupted import Offer, StudyOffer
from trainer_gui.gui.session import Session
from trainer_gui.gui.widgets import Banner


class OfferBanner(Banner):
    """Hidden while there is nothing to offer, and while something is being trained."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("offer", parent=parent)
        self._session = session
        self.button.clicked.connect(self._on_go_on)
        self.second.clicked.connect(self._on_not_now)
        session.interrupted.changed.connect(self._show_offer)
        session.run_state_changed.connect(self._show_offer)
        self._show_offer()

    def _show_offer(self) -> None:
        offer = self._session.interrupted.offer
        if offer is None or self._session.is_training:
            self.hide()
            return
        if isinstance(offer, StudyOffer):
            self._show_study(offer)
            return
        title = self.tr("“{name}” was interrupted after epoch {epoch} of {epochs}")
        if not offer.epoch:
            title = self.tr("“{name}” was interrupted in its first epoch")
        self.show_words(
            title.format(name=offer.name, epoch=number(offer.epoch), epochs=number(offer.epochs)),
            self._why(offer),
            "accent",
            self.tr("Go on"),
            self.tr("Not now"),
        )

    def _show_study(self, offer: StudyOffer) -> None:
        title = self.tr("“{name}” was interrupted after {ended} of {planned} trials")
        self.show_words(
            title.format(name=offer.name, ended=number(offer.ended), planned=number(offer.planned)),
            self._why(offer),
            "accent",
            self.tr("Go on"),
            self.tr("Not now"),
        )

    def _why(self, offer: Offer | StudyOffer) -> str:
        if offer.why is Interruption.DISK:
            return self.tr("The disk could not take any more. With some space free, it can go on.")
        if offer.why is Interruption.CLOSED:
            return self.tr("The window was closed. It can go on exactly where it was.")
        return self.tr("The program was ended from outside. It can go on from its last saved state.")

    def _on_go_on(self) -> None:
        offer = self._session.interrupted.offer
        if isinstance(offer, StudyOffer):
            self._session.continue_study(offer.folder)
        elif offer is not None:
            self._session.resume_run(offer.folder)

    def _on_not_now(self) -> None:
        offer = self._session.interrupted.offer
        if offer is not None:
            self._session.interrupted.turn_down([offer.folder.path])
