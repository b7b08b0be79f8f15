"""Names of files, columns and classes may be anything that a system takes, from data to predictions."""

import csv
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from trainer_gui.cli.commands import command

LONG = "ä" * 120  # 240 bytes; 255 are what file systems take
ODD = [
    "עמודה של גיל",
    "\u202eexe.name\u202c",
    "a line\nbreak",
    "👨\u200d👩\u200d👧 mood",
    "<b>bold</b>",
    LONG,
    'it\'s "so"',
    "cafe\u0301",
    "caf\u00e9",
    "trailing dots..",
    "=cmd()",
    " -  ",
]

posix = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems do not take such names")


@posix
def test_that_a_table_of_odd_names_is_trained_and_predicted(give):
    draw = random.Random(2)
    data = Path('\u200fנתונים 😀\nשל "לקוחות".csv')
    classes = ["ירוק", "a\nb", "=no()"]
    with data.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow([*ODD, "class"])
        for n in range(90):
            write.writerow([*(f"{draw.random() + n % 3:.3f}" for _ in ODD), classes[n % 3]])
    said = give("examine", data)
    assert said.code == 0, said.err
    assert "\u202e" not in said.out
    assert max(len(line) for line in said.out.splitlines() if " number " in line) < 160
    run = "ריצה 😀\n."
    said = give("train", data, "--target", "class", "--size", "tiny", "--epochs", "4", "--out", run)
    assert said.code == 0, said.err
    said = give("predict", run, data, "--out", "מענה\n😀.csv")
    assert said.code == 0, said.err
    with Path("מענה\n😀.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 90
    assert {row["prediction"] for row in rows} <= {"ירוק", "a\nb", "'=no()"}
    assert give("evaluate", run).code == 0


@posix
def test_that_pictures_in_folders_of_odd_names_are_trained_and_predicted(give):
    from PIL import Image as Pillow

    root = Path("תמונות\n😀 ..")
    kept = [each for each in ODD if "/" not in each]
    for place, label in enumerate(kept):
        folder = root / label
        folder.mkdir(parents=True)
        for n in range(6):
            Pillow.new("L", (8, 8), 20 * place + n).save(folder / f"{n}\n{'ש' * 100}😀 .png")
    said = give("train", root, "--size", "tiny", "--epochs", "1", "--out", "run")
    assert said.code == 0, said.err
    said = give("predict", "run", root, "--out", "answers.csv")
    assert said.code == 0, said.err
    with Path("answers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6 * len(kept)
    assert {row["prediction"].removeprefix("'") for row in rows} <= set(kept)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems do not take such names")
def test_that_a_name_of_bytes_that_are_no_letters_is_shown_so_that_a_shell_takes_it():
    name = os.fsdecode(b"na\xff\n'\\me \xe2\x80\xae.csv")
    shown = command("train", name).split(" train ", 1)[1]
    said = subprocess.run(["bash", "-c", f"printf %s {shown}"], capture_output=True, check=True).stdout
    assert said == os.fsencode(name)
