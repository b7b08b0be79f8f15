"""Several runs that the order of a study names, followed to their last word in one process."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import cast

from trainer_gui.cli.figures import counted
from trainer_gui.cli.following import DONE, FAILED, STOPPED
from trainer_gui.cli.lines import print_event
from trainer_gui.cli.stopping import stop_on_signal
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.awake import Wakefulness, kept_awake
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Event, MemberEnded, RunFailed, RunStopped
from trainer_gui.engine.several import train_several
from trainer_gui.engine.study.order import parts_in
from trainer_gui.engine.study.place import ORDER_SUFFIX


def is_order(location: str) -> bool:
    """Whether this names several runs."""
    return location.endswith(ORDER_SUFFIX)


def follow_several(terminal: Terminal, path: Path, *, as_json: bool, keep_awake: bool) -> int:
    """Trains the runs and gives the exit code.

    Where nobody reads the output any more they are stopped, and the OSError is raised after the last word.
    Raises UserError where the order cannot be read.
    """
    parts, state = parts_in(path)
    control = Control()
    terminal.say(f"Training {counted(len(parts), 'run')} in one process")
    events = kept_awake(train_several(parts, state, control), Wakefulness(wanted=keep_awake))
    last: Event | None = None
    lost: OSError | None = None
    with contextlib.closing(cast("Generator[Event, None, None]", events)), stop_on_signal(control):
        for last in events:
            if lost is not None:
                continue
            try:
                if as_json:
                    print_event(last)
                if isinstance(last, MemberEnded):
                    how = "done" if last.problem is None else f"failed: {last.problem.message}"
                    terminal.say(f"{parts[last.member].name}: {how}")
            except OSError as error:
                lost = error
                control.stop()
    if lost is not None:
        raise lost
    if isinstance(last, RunFailed):
        terminal.say_problem(last.problem)
        return FAILED
    return STOPPED if isinstance(last, RunStopped) else DONE
