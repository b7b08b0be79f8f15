"""How the target is spread over training, validation and test, in lines to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from trainer_gui.engine.data.spread import Spread


def spread_in_words(spread: Spread) -> list[str]:
    """A line for each part: its classes with their shares, or where its numbers lie, and what it holds."""
    tr = QCoreApplication.translate
    names = {
        "training": tr("Spread", "Training"),
        "validation": tr("Spread", "Validation"),
        "test": tr("Spread", "Test"),
    }
    lines = []
    for part, name in names.items():
        said = [*_classes(spread, part), *_numbers(spread, part), *_about(spread, part)]
        if said:
            lines.append(f"{name}: {', '.join(said)}")
    return lines


def _classes(spread: Spread, part: str) -> list[str]:
    if not spread.labels or not sum(spread.counts.get(part, ())):
        return []
    found = []
    for place, label in enumerate(spread.labels):
        if spread.others and place == len(spread.labels) - 1:
            label = QCoreApplication.translate("Spread", "{count} other classes").format(count=label)
        share = 100 * spread.share(part, place)
        found.append(f"{label} {share:.0f} %" if share >= 1 or not share else f"{label} < 1 %")
    return found


def _numbers(spread: Spread, part: str) -> list[str]:
    counts = spread.counts.get(part, ())
    if spread.labels or not sum(counts):
        return []
    from trainer_gui.engine.data.columns import number_in_words

    half, seen, place = sum(counts) / 2, 0, 0
    while seen + counts[place] < half:
        seen += counts[place]
        place += 1
    step = (spread.high - spread.low) / len(counts)
    middle = spread.low + step * (place + (half - seen) / max(1, counts[place]))
    words = QCoreApplication.translate("Spread", "half of them below about {middle}")
    return [words.format(middle=number_in_words(float(f"{middle:.3g}")))]


def _about(spread: Spread, part: str) -> list[str]:
    tr = QCoreApplication.translate
    found = []
    if spread.groups is not None and part in spread.groups:
        found.append(tr("Spread", "{count} groups").format(count=f"{spread.groups[part]:,}"))
    if spread.times is not None and part in spread.times:
        first, last = spread.times[part]
        found.append(tr("Spread", "from {first} to {last}").format(first=first, last=last))
    return found
