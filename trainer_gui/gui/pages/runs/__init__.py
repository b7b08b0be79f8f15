"""The Runs page: every run ever made, compared, repeated and resumed."""

from trainer_gui.gui.pages.runs.page import RunsPage

__all__ = ["RunsPage"]
