"""The Data page: the table or the pictures as they were understood, and what can be put right."""

from trainer_gui.gui.pages.data.page import DataPage

__all__ = ["DataPage"]
