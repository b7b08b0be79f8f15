"""Takes pictures of the real window, drawn where nobody looks, with runs trained for the purpose."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from trainer_gui.gui.main_window import MainWindow

CHECKOUT = Path(__file__).resolve().parent.parent
PAGES = ("train", "data", "results", "use", "runs", "learn")
FOR_README = {
    "train": "sample:breast_cancer",
    "data": "sample:breast_cancer",
    "results": "sample:digits",
    "runs": "sample:digits",
}
SIZES = {"sample:iris": "tiny", "sample:digits": "tiny"}  # of the others, the usual one
COMPANY = ("sample:iris", "sample:diabetes")  # so that a run does not stand alone in the list
LONGEST = 120.0  # seconds that a window may take until it has nothing left to do
QUIET = 0.4  # seconds of rest after which it counts as settled


def main(arguments: list[str]) -> int:
    """Takes the pictures that the arguments ask for and prints where they are; the exit code."""
    options = parser().parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    wanted = dict.fromkeys(options.page, options.data) if options.page else FOR_README
    with tempfile.TemporaryDirectory(prefix="trainer-pictures-") as temporary:
        os.environ["TRAINER_GUI_HOME"] = str(Path(options.home or temporary).resolve())
        if options.run:
            runs = dict.fromkeys(wanted.values(), Path(options.run).resolve())
        else:
            kept = {data: run_on(data) for data in (*COMPANY, *wanted.values())}
            runs = {data: kept[data] for data in wanted.values()}
        for file in pictures(options, {page: runs[data] for page, data in wanted.items()}):
            print(file, flush=True)
    return 0


def parser() -> argparse.ArgumentParser:
    """The options of this script."""
    made = argparse.ArgumentParser(
        prog="screenshots.py",
        description="Takes pictures of the real window. Without options: those of the README, into "
        "resources/screenshots.",
    )
    made.add_argument("--page", action="append", choices=PAGES, help="a page; may be given more than once")
    made.add_argument("--theme", action="append", choices=("light", "dark"), help="default: both")
    made.add_argument("--size", default="1280x800", metavar="WIDTHxHEIGHT")
    made.add_argument(
        "--data", default="sample:breast_cancer", help="what to train on (default: %(default)s)"
    )
    made.add_argument("--run", metavar="FOLDER", help="show this run instead of training one")
    made.add_argument("--study", metavar="FOLDER", help="show this study on the Train page")
    made.add_argument("--home", metavar="FOLDER", help="keep the runs here, and use those that are here")
    made.add_argument("--empty", action="store_true", help="the window as it opens, without a run")
    made.add_argument("--out", metavar="FOLDER|FILE.png", help="where the pictures go")
    return made


def run_on(data: str) -> Path:
    """The folder of a run on this data: the newest that is kept, or one that is trained now."""
    from trainer_gui.engine.store import runs

    for kept in runs():
        if kept.recipe.data.location == data:
            return kept.path
    size = ["--size", SIZES[data]] if data in SIZES else []
    threads = ["--threads", "1"] if data == "sample:digits" else []  # the quickest where others work too
    code = subprocess.call(
        [sys.executable, "-m", "trainer_gui", "train", data, *size, *threads],
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,  # what goes wrong is said on standard error
    )
    if code != 0:
        sys.exit(f"{data} could not be trained on, so there is no picture.")
    return runs()[0].path


def pictures(options: argparse.Namespace, runs: dict[str, Path]) -> list[Path]:
    """Draws the window and saves a picture for each theme and page, showing the run given for the page."""
    from PySide6.QtWidgets import QApplication

    from trainer_gui.app import build_window
    from trainer_gui.engine.store import open_run
    from trainer_gui.gui.theme import current_theme

    app = QApplication([sys.argv[0]])
    window = build_window(app, open_run(next(iter(runs.values()))).recipe.data.location)
    width, height = (int(each) for each in options.size.split("x"))
    window.resize(width, height)
    window.show()
    settle(app, window)
    files = []
    for theme in options.theme or ("light", "dark"):
        current_theme().set_mode(theme)
        for page, run in runs.items():
            if not options.empty:
                show_run(app, window, run)
            if options.study and page == "train":
                show_study(app, window, Path(options.study))
            window.show_page(page)
            settle(app, window)
            file = place_of(options, page, theme)
            file.parent.mkdir(parents=True, exist_ok=True)
            if not window.grab().save(str(file)):
                raise OSError(f"{file} cannot be written.")
            files.append(file)
    window.close()
    settle(app, window)
    return files


def show_run(app: QApplication, window: MainWindow, run: Path) -> None:
    """Shows a run as it stands, with its choices beside it."""
    from trainer_gui.engine.store import open_run

    folder = open_run(run)
    shown = window.session.run.folder
    if shown is not None and shown.path == folder.path:
        return
    window.session.take_choices(folder.recipe)
    settle(app, window)
    window.session.open_run(folder)
    settle(app, window)


def show_study(app: QApplication, window: MainWindow, study: Path) -> None:
    """Shows a study as it stands."""
    from trainer_gui.engine.study.folder import open_study

    window.session.open_study(open_study(study))
    settle(app, window)


def place_of(options: argparse.Namespace, page: str, theme: str) -> Path:
    """Where one picture goes: the file that was named, or `page-theme.png` in the folder."""
    if options.out and options.out.endswith(".png"):
        return Path(options.out).resolve()
    folder = Path(options.out) if options.out else CHECKOUT / "resources" / "screenshots"
    size = "" if options.size == "1280x800" else f"-{options.size}"
    return folder.resolve() / f"{page}-{theme}{size}.png"


def settle(app: QApplication, window: MainWindow) -> None:
    """Lets the window work until it has had nothing to do for a moment."""
    session = window.session
    until = time.monotonic() + LONGEST
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET:
        app.processEvents()
        time.sleep(0.01)  # a pause for the threads; whether they are done is asked, not assumed
        if session.is_looking or session.runner.is_busy:
            quiet_since = time.monotonic()
        if time.monotonic() > until:
            raise TimeoutError(f"The window was still busy after {LONGEST:.0f} seconds.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
