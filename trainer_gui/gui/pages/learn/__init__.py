"""The Learn page: the ideas behind training, shown with one's own run."""

from trainer_gui.gui.pages.learn.page import LearnPage

__all__ = ["LearnPage"]
