"""The one stylesheet of the window, written from the colours."""

from dataclasses import asdict
from string import Template

from trainer_gui.gui.palettes import Palette

_SHEET = Template("""
QMainWindow, QDialog { background: $background; }
QWidget#page, QScrollArea, QWidget#scrolled { background: transparent; border: none; }

QFrame[kind="card"] { background: $card; border: 1px solid $line; border-radius: 12px; }
QFrame[kind="rule"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="banner"] { background: $accent_soft; border: none; border-radius: 12px; }
QFrame[kind="banner"][tone="good"] { background: $good_soft; }
QFrame[kind="banner"][tone="caution"] { background: $caution_soft; }
QFrame[kind="banner"][tone="error"] { background: $error_soft; }
QFrame[kind="popover"] { background: $card; border: 1px solid $line_strong; border-radius: 10px; }
QFrame[kind="drop"] { background: $accent_soft; border: 2px dashed $accent; border-radius: 16px; }

QLabel { background: transparent; color: $text; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="faint"] { color: $faint; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="caution"] { color: $caution; }
QLabel[tone="error"] { color: $error; }
QLabel:disabled { color: $faint; }
QLabel[kind="badge"] { border-radius: 9px; padding: 0px 9px; color: $muted; background: $hover; }
QLabel[kind="badge"][tone="accent"] { color: $accent; background: $accent_soft; }
QLabel[kind="badge"][tone="good"] { color: $good; background: $good_soft; }
QLabel[kind="badge"][tone="caution"] { color: $caution; background: $caution_soft; }
QLabel[kind="badge"][tone="error"] { color: $error; background: $error_soft; }

QPushButton { background: $card; color: $text; border: 1px solid $line; border-radius: 8px;
    padding: 0 16px; }
QPushButton:hover { background: $hover; border-color: $line_strong; }
QPushButton:pressed { background: $line; }
QPushButton[ring="true"] { border: 1px solid $accent; }
QPushButton:disabled { color: $faint; border-color: $line; background: $card; }
QPushButton[kind="large"] { border-radius: 10px; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent;
    border-radius: 10px; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[kind="primary"][ring="true"] { border: 2px solid $focus_on_accent; }
QPushButton[kind="primary"]:disabled { background: $line; color: $faint; border-color: $line; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: $muted;
    border-radius: 6px; padding: 0 4px; }
QPushButton[kind="fold"] { background: transparent; border: 1px solid transparent; color: $muted;
    border-radius: 6px; padding: 0; text-align: left; }
QPushButton[kind="fold"]:hover { color: $accent; }
QPushButton[kind="fold"]:focus { border-color: $accent; }
QPushButton[kind="link"][tone="accent"] { color: $accent; padding: 0; text-align: left; }
QPushButton[kind="link"][tone="accent"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:hover { color: $accent; }
QPushButton[kind="link"]:checked { color: $accent; }
QPushButton[kind="link"]:focus { border-color: $accent; }
QPushButton[kind="link"]:disabled { color: $faint; }
QToolButton[kind="icon"] { background: transparent; border: 1px solid transparent; border-radius: 6px; }
QToolButton[kind="icon"]:hover { background: $hover; }
QToolButton[kind="icon"]:focus { border-color: $accent; }
QToolButton[kind="step"] { background: transparent; border: none; border-radius: 3px; }
QToolButton[kind="step"]:hover { background: $hover; }

QLineEdit, QComboBox { background: $card; color: $text; border: 1px solid $line; border-radius: 8px;
    padding: 0 10px; selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit, QTextEdit { background: $card; color: $text; border: 1px solid $line; border-radius: 8px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:hover, QComboBox:hover { border-color: $line_strong; }
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 1px solid $accent; }
QLineEdit:disabled, QComboBox:disabled { color: $faint; background: $card; }
QLineEdit[wrong="true"], QComboBox[wrong="true"] { border: 1px solid $error; }
QComboBox { padding-right: 28px; }
QComboBox::drop-down { border: none; width: 28px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; }
QComboBox QAbstractItemView { background: $card; color: $text; border: 1px solid $line_strong;
    border-radius: 0; padding: 4px; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; }
QAbstractItemView { background: $card; color: $text; border: none; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; }
QHeaderView { background: $card; border: none; }
QHeaderView::section { background: $card; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 6px 10px; }
QTableCornerButton::section { background: $card; border: none; }

QMenu { background: $card; color: $text; border: 1px solid $line_strong; padding: 6px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 6px; }
QMenu::item:selected { background: $accent_soft; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 5px 6px; }
QMenuBar { background: $card; color: $text; border-bottom: 1px solid $line; padding: 2px 6px; }
QMenuBar::item { padding: 4px 10px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QToolTip { background: $card; color: $text; border: 1px solid $line_strong; padding: 5px 8px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: $line_strong; border-radius: 3px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }

QWidget#rail { background: $card; border-right: 1px solid $line; }
QWidget#progressStrip { background: $card; border-bottom: 1px solid $line; }
""")


def stylesheet(palette: Palette) -> str:
    """The stylesheet in these colours."""
    values = {name: value for name, value in asdict(palette).items() if isinstance(value, str)}
    return _SHEET.substitute(values, focus_on_accent=palette.text)
