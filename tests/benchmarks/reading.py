"""Prints how well polluted table files are read, ours beside other loaders, none told anything.

The kinds of pollution are those that the Pollock benchmark (Vitagliano et al., VLDB 2023) describes, and
some of our own; the files are made here. The score of a file is made as there: 1 where it was loaded, and
precision, recall and F1 of heading, records and cells, added up to 10 at most. A refusal in words of a file
without rows counts as loading it, for every loader. CleverCSV and DuckDB stand beside ours where installed.

    python -m tests.benchmarks.reading [--worst 20] [--quick]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from importlib.util import find_spec

from tests.samples.polluted import all_cases
from tests.samples.polluted.case import Case
from tests.samples.polluted.loaders import Loader, clevercsv, duckdb, load, ours, pandas, sniffer
from tests.samples.polluted.scoring import Score, score

AIM = 9.7


def mean(scores: Sequence[float]) -> float:
    """Their mean; 0 of none."""
    return sum(scores) / len(scores) if scores else 0.0


def main() -> int:
    """Reads every case with every loader, prints the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", type=int, default=20, help="how many of our worst cases are named")
    parser.add_argument("--quick", action="store_true", help="ours alone, without the large files")
    options = parser.parse_args()
    loaders: dict[str, Loader] = {"ours": ours}
    if not options.quick:
        loaders |= {"pandas": pandas, "csv.Sniffer": sniffer}
        loaders |= {"CleverCSV": clevercsv} if find_spec("clevercsv") else {}
        loaders |= {"DuckDB": duckdb} if find_spec("duckdb") else {}
    cases = [each for each in all_cases() if not (options.quick and each.large)]
    scores: dict[str, list[Score]] = {}
    for name, loader in loaders.items():
        began = time.perf_counter()
        scores[name] = [score(each, load(each, loader)) for each in cases]
        print(f"{name} took {time.perf_counter() - began:.1f} s")
    _print(cases, scores)
    worst = sorted(zip(scores["ours"], cases, strict=True), key=lambda each: each[0].total)
    print("\nOur worst:")
    for found, case in worst[: options.worst]:
        if found.total < 9.999:
            print(f"  {found.total:5.2f}  {case.name}")
    reached = mean([each.total for each in scores["ours"]])
    print(f"\nOurs {reached:.3f} of 10; the aim is past {AIM}.")
    return 0 if reached > AIM else 1


def _print(cases: list[Case], scores: dict[str, list[Score]]) -> None:
    print(f"\n{'':28}{'files':>6}" + "".join(f"{name:>13}" for name in scores))
    groups = {
        "kinds that Pollock describes": [each.by_pollock for each in cases],
        "further kinds": [not each.by_pollock for each in cases],
        **{
            f"{level} level": [each.level == level for each in cases]
            for level in ("file", "table", "row", "field")
        },
        "all": [True] * len(cases),
    }
    for words, chosen in groups.items():
        found = [
            mean([s.total for s, yes in zip(each, chosen, strict=True) if yes]) for each in scores.values()
        ]
        print(f"{words:28}{sum(chosen):>6}" + "".join(f"{each:>13.2f}" for each in found))
    for words, part in (
        ("loaded", "success"),
        ("heading F1", "header"),
        ("record F1", "records"),
        ("cell F1", "cells"),
    ):
        values = [[getattr(each, part) for each in of_one] for of_one in scores.values()]
        parts = [mean([each if isinstance(each, float) else each[2] for each in of_one]) for of_one in values]
        print(f"{words:28}{'':>6}" + "".join(f"{each:>13.3f}" for each in parts))


if __name__ == "__main__":
    raise SystemExit(main())
