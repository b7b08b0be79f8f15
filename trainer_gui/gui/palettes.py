"""The colours of the window, light and dark."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """Every colour that the window uses, as `#rrggbb`; nothing else names a colour."""

    dark: bool
    background: str
    card: str
    hover: str  # under the pointer, on a card
    line: str
    line_strong: str  # the edge of a field under the pointer
    text: str
    muted: str
    faint: str  # disabled text
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    on_accent: str
    training: str
    validation: str
    third: str  # further curves, in this order
    fourth: str
    fifth: str
    good: str
    good_soft: str
    caution: str
    caution_soft: str
    error: str
    error_soft: str

    @property
    def curves(self) -> tuple[str, ...]:
        """Colours for curves that stand side by side, from the set of Okabe and Ito."""
        return (self.training, self.validation, self.third, self.fourth, self.fifth)


LIGHT = Palette(
    dark=False,
    background="#F6F7F9",
    card="#FFFFFF",
    hover="#F3F5F8",
    line="#E3E6EB",
    line_strong="#C5CBD6",
    text="#1B2430",
    muted="#667085",
    faint="#A3ABB8",
    accent="#2F6FDE",
    accent_hover="#2862CB",
    accent_pressed="#2056B6",
    accent_soft="#EAF1FD",
    on_accent="#FFFFFF",
    training="#0072B2",
    validation="#D55E00",
    third="#009E73",
    fourth="#CC79A7",
    fifth="#7A6A00",
    good="#0B7A53",
    good_soft="#E6F5EF",
    caution="#8A5A00",
    caution_soft="#FFF4DC",
    error="#B3261E",
    error_soft="#FCEBEA",
)
DARK = Palette(
    dark=True,
    background="#14181F",
    card="#1C222B",
    hover="#232A35",
    line="#2C3440",
    line_strong="#414C5C",
    text="#E7EBF1",
    muted="#98A4B5",
    faint="#5F6B7B",
    accent="#5B95F5",
    accent_hover="#70A3F7",
    accent_pressed="#4A86EA",
    accent_soft="#223250",
    on_accent="#10151C",
    training="#56B4E9",
    validation="#E69F00",
    third="#2FBF94",
    fourth="#E09BC2",
    fifth="#F0E442",
    good="#5FD0A4",
    good_soft="#17352C",
    caution="#F2C25B",
    caution_soft="#3A2F16",
    error="#F59A92",
    error_soft="#41211F",
)
