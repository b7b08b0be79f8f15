"""The small parts that every page is built from."""

from trainer_gui.gui.widgets.banners import Banner
from trainer_gui.gui.widgets.buttons import (
    Button,
    IconButton,
    LargeButton,
    LineButton,
    LinkButton,
    PrimaryButton,
    Switch,
)
from trainer_gui.gui.widgets.cards import Card, EmptyState, Tile
from trainer_gui.gui.widgets.choices import Choice
from trainer_gui.gui.widgets.flow_layout import FlowLayout
from trainer_gui.gui.widgets.help_mark import HelpMark, Popover
from trainer_gui.gui.widgets.icon_labels import IconLabel
from trainer_gui.gui.widgets.labels import Badge, ElidedLabel, Label, Rule, Tone, repolish
from trainer_gui.gui.widgets.number_fields import NumberField
from trainer_gui.gui.widgets.progress_bars import ProgressLine
from trainer_gui.gui.widgets.segmented import SegmentedControl
from trainer_gui.gui.widgets.ticks import Pills, Tick

__all__ = [
    "Badge",
    "Banner",
    "Button",
    "Card",
    "Choice",
    "ElidedLabel",
    "EmptyState",
    "FlowLayout",
    "HelpMark",
    "IconButton",
    "IconLabel",
    "Label",
    "LargeButton",
    "LineButton",
    "LinkButton",
    "NumberField",
    "Pills",
    "Popover",
    "PrimaryButton",
    "ProgressLine",
    "Rule",
    "SegmentedControl",
    "Switch",
    "Tick",
    "Tile",
    "Tone",
    "repolish",
]
