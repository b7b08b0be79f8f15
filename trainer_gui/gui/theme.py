"""How the window looks: colours that follow the system, an 8-pixel grid, type."""

import os
import site
import sys
from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

import trainer_gui
from trainer_gui.gui.palettes import DARK, LIGHT, Palette
from trainer_gui.gui.stylesheet import stylesheet

Mode = Literal["system", "light", "dark"]
Role = Literal[
    "body",
    "strong",
    "small",
    "small_strong",
    "caption",
    "title",
    "heading",
    "number",
    "long_number",
    "action",
]

UNIT = 8  # every distance is a multiple of half of this
GAP = 12  # between cards
MARGIN = 16  # around a page and inside a card
RAIL_WIDTH = 84
COLUMN_WIDTH = 356  # the cards take 344 of it, and a scroll bar stands in the rest
FIELD_HEIGHT = 32
CORNER = 12
FIELD_CORNER = 8

_SIZES: dict[Role, tuple[int, QFont.Weight]] = {
    "body": (13, QFont.Weight.Normal),
    "strong": (13, QFont.Weight.DemiBold),
    "small": (12, QFont.Weight.Normal),
    "small_strong": (12, QFont.Weight.DemiBold),
    "caption": (11, QFont.Weight.Normal),
    "title": (12, QFont.Weight.DemiBold),
    "heading": (16, QFont.Weight.DemiBold),
    "number": (22, QFont.Weight.DemiBold),
    "long_number": (17, QFont.Weight.DemiBold),  # where the larger one has no room
    "action": (14, QFont.Weight.DemiBold),
}
_GENERIC = {"Sans Serif", "Sans", "sans-serif", "DejaVu Sans", ""}  # names that stand for no choice at all
_PLEASANT = ["Inter", "Adwaita Sans", "Cantarell", "Noto Sans", "Ubuntu", "DejaVu Sans Condensed"]


def resource(name: str) -> Path:
    """Where a file of `resources/` lies: beside the package (a checkout), inside it (frozen), or shared."""
    package = Path(trainer_gui.__file__).parent
    shared = Path("share", "trainer-gui")
    places = (
        package.parent / "resources",
        package / "resources",
        Path(sys.prefix) / shared,
        Path(site.getuserbase()) / shared,
    )
    return next((place / name for place in places if (place / name).exists()), places[0] / name)


def font(role: Role = "body", *, tabular: bool = False) -> QFont:
    """The system's font in the size and weight of a role; `tabular` gives all digits the same width."""
    size, weight = _SIZES[role]
    made = QFont(QApplication.font())
    made.setPixelSize(size)
    made.setWeight(weight)
    if tabular and hasattr(QFont, "Tag"):
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


class Theme(QObject):
    """The one look of the application. It says `changed` after every widget was given the new colours."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._mode: Mode = "system"
        self.palette: Palette = LIGHT
        app.setStyle("Fusion")
        app.setFont(_base_font(app.font()))
        app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        chosen = os.environ.get("TRAINER_GUI_THEME", "system")
        self._mode = cast(Mode, chosen) if chosen in ("light", "dark") else "system"
        self._apply()

    @property
    def mode(self) -> Mode:
        """What was chosen: to follow the system, or one of the two."""
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        """Follows the system, or stays light or dark."""
        self._mode = mode
        # Title bars and the system's dialogs follow this where the platform can; our colours do not need it.
        hints = QGuiApplication.styleHints()
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(mode)
        if hasattr(hints, "setColorScheme"):
            hints.setColorScheme(wanted if wanted is not None else Qt.ColorScheme.Unknown)
        self._apply()

    def follow(self, mode: str) -> None:
        """Takes a remembered mode, unless the environment says otherwise."""
        if mode in ("light", "dark") and "TRAINER_GUI_THEME" not in os.environ:
            self.set_mode(cast(Mode, mode))

    def _on_scheme_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        system_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = self._mode == "dark" or (self._mode == "system" and system_dark)
        palette = DARK if dark else LIGHT
        if palette is self.palette and self._app.styleSheet():
            return
        self.palette = palette
        self._app.setPalette(_qt_palette(palette))
        self._app.setStyleSheet(stylesheet(palette))
        self.changed.emit()


def current_theme() -> Theme:
    """The theme of the running application, made at the first call."""
    app = QApplication.instance()
    assert isinstance(app, QApplication), "a theme needs an application"
    found = app.findChild(Theme, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else Theme(app)


def colours() -> Palette:
    """The colours of the moment."""
    return current_theme().palette


def _base_font(system: QFont) -> QFont:
    made = QFont(system)
    if sys.platform.startswith("linux") and system.family() in _GENERIC:
        made.setFamilies([*_PLEASANT, *([system.family()] if system.family() else [])])
    made.setPixelSize(_SIZES["body"][0])
    return made


def _qt_palette(palette: Palette) -> QPalette:
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, palette.background),
        (roles.WindowText, palette.text),
        (roles.Base, palette.card),
        (roles.AlternateBase, palette.hover),
        (roles.Text, palette.text),
        (roles.Button, palette.card),
        (roles.ButtonText, palette.text),
        (roles.BrightText, palette.on_accent),
        (roles.Highlight, palette.accent),
        (roles.HighlightedText, palette.on_accent),
        (roles.PlaceholderText, palette.muted),
        (roles.ToolTipBase, palette.card),
        (roles.ToolTipText, palette.text),
        (roles.Link, palette.accent),
        (roles.Light, palette.hover),
        (roles.Midlight, palette.line),
        (roles.Mid, palette.line),
        (roles.Dark, palette.line_strong),
        (roles.Shadow, palette.line_strong),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(palette.faint))
    return made
