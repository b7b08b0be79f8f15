"""The Use page: one row, a file or pictures in, answers out; and the model taken away."""

from trainer_gui.gui.pages.use.page import UsePage

__all__ = ["UsePage"]
