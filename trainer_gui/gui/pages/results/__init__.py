"""The Results page: how good the model is, how sure that is, and the cases behind every number."""

from trainer_gui.gui.pages.results.page import ResultsPage

__all__ = ["ResultsPage"]
