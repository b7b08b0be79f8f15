"""Train: pick data, pick a size, press Start, watch it learn."""

from trainer_gui.gui.pages.train.page import TrainPage

__all__ = ["TrainPage"]
