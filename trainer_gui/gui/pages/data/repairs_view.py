"""Rows that were not read as they stand in the file, and pictures with which something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from trainer_gui.gui.pages.data.found_rows import FoundRows

if TYPE_CHECKING:
    from trainer_gui.engine.data.dataset import Dataset, PictureRemark
    from trainer_gui.engine.data.mending import Repair

_ABOUT = {  # the keys of notes, and the repairs that they tell of; nothing stands for all
    "table.mended_rows": ("other_marks", "quotation_marks", "too_short", "too_long"),
    "table.bad_rows": ("not_fitting",),
    "table.remarks": ("remark", "names_again"),
}


def repairs_about(dataset: Dataset | None, key: str = "") -> tuple[Repair, ...]:
    """The repairs that a note of this key tells of; all of them for no key."""
    from trainer_gui.engine.data.dataset import Table

    if not isinstance(dataset, Table) or (key and key not in _ABOUT):
        return ()
    return tuple(each for each in dataset.repairs if not key or each.what in _ABOUT[key])


def repairs_in_words(repairs: Sequence[Repair]) -> str:
    """“3 rows repaired, 1 left out”, of the repairs that a file needed."""
    tr = QCoreApplication.translate
    kept = sum(each.kept for each in repairs)
    gone = len(repairs) - kept
    parts = []
    if kept:
        words = tr("Repairs", "1 row repaired") if kept == 1 else tr("Repairs", "{count} rows repaired")
        parts.append(words.format(count=f"{kept:,}"))
    if gone and kept:
        parts.append(tr("Repairs", "{count} left out").format(count=f"{gone:,}"))
    elif gone:
        words = tr("Repairs", "1 line left out") if gone == 1 else tr("Repairs", "{count} lines left out")
        parts.append(words.format(count=f"{gone:,}"))
    return ", ".join(parts)


def repairs_view(name: str, repairs: Sequence[Repair], parent: QWidget) -> FoundRows:
    """A list of rows: the line in the file, the text that stands there, what was done, and what was read."""
    import pandas as pd

    tr = QCoreApplication.translate
    frame = pd.DataFrame(
        {
            tr("Repairs", "Line"): [each.line for each in repairs],
            tr("Repairs", "In the file"): [each.text for each in repairs],
            tr("Repairs", "What was done"): [each.in_words for each in repairs],
            tr("Repairs", "As it was read"): [
                each.read if each.kept else tr("Repairs", "(left out)") for each in repairs
            ],
        }
    )
    explained = tr(
        "Repairs",
        "Lines are counted as an editor counts them. The file itself is never changed: correct a line there "
        "and open it again where it was understood wrongly.",
    )
    title = tr("Repairs", "Rows of {name} that were not read as they stand").format(name=name)
    shares = (0.07, 0.31, 0.31, 0.31)
    return FoundRows("repairsView", title, repairs_in_words(repairs), explained, frame, shares, parent)


def remarks_about(dataset: Dataset | None, key: str = "") -> tuple[PictureRemark, ...]:
    """The remarks on picture files that a note of this key counts; all of them for no key."""
    from trainer_gui.engine.data.dataset import Pictures

    if not isinstance(dataset, Pictures):
        return ()
    return tuple(each for each in dataset.remarks if key in ("", each.key))


def remarks_view(name: str, remarks: Sequence[PictureRemark], parent: QWidget) -> FoundRows:
    """A list of picture files: the name, what is wrong, and whether it is used."""
    import pandas as pd

    tr = QCoreApplication.translate
    used = {True: tr("Repairs", "yes"), False: tr("Repairs", "left out")}
    frame = pd.DataFrame(
        {
            tr("Repairs", "Picture"): [each.name for each in remarks],
            tr("Repairs", "What is wrong"): [each.words for each in remarks],
            tr("Repairs", "Used"): [used[each.row >= 0] for each in remarks],
        }
    )
    explained = tr("Repairs", "Click on one that is used to see it among the others. No file is changed.")
    words = tr("Repairs", "1 picture") if len(remarks) == 1 else tr("Repairs", "{count} pictures")
    title = tr("Repairs", "Pictures of {name} that deserve a look").format(name=name)
    summary = words.format(count=f"{len(remarks):,}")
    return FoundRows("remarksView", title, summary, explained, frame, (0.38, 0.5, 0.12), parent)
