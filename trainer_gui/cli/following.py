"""Follows a run to its last word and turns that into an exit code."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator, Iterator
from typing import cast

from trainer_gui.cli.lines import print_event
from trainer_gui.cli.monitor import Monitor
from trainer_gui.cli.stopping import stop_on_signal
from trainer_gui.cli.summary import say_end
from trainer_gui.cli.terminal import Terminal
from trainer_gui.engine.awake import Wakefulness, kept_awake
from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Event
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.run_folder import RunFolder

DONE, FAILED, MISTAKE, STOPPED = 0, 1, 2, 130
_EXIT_CODES = {State.FINISHED: DONE, State.FAILED: FAILED, State.STOPPED: STOPPED}


def follow(
    folder: RunFolder,
    events: Iterator[Event],
    control: Control,
    progress: Progress,
    terminal: Terminal,
    *,
    as_json: bool,
    debug: bool,
    keep_awake: bool = True,
) -> int:
    """Reads a run's events to the end, shows them, and gives the exit code.

    `progress` holds what was said before, where the run is resumed. Where nobody reads the output any more
    the run is stopped like by Ctrl+C, and the OSError is raised after its last word.
    """
    monitor = Monitor(terminal, progress)
    wakefulness = Wakefulness(wanted=keep_awake)
    events = kept_awake(events, wakefulness)
    lost: OSError | None = None
    with contextlib.closing(cast("Generator[Event, None, None]", events)), stop_on_signal(control):
        for event in events:
            progress.add(event)
            if lost is not None:
                continue
            try:
                if as_json:
                    print_event(event)
                monitor.add(event)
            except OSError as error:
                lost = error
                control.stop()
    if lost is not None:
        raise lost
    if wakefulness.hindrance and terminal.is_live:
        terminal.say(f"(This computer's sleep could not be held off: {wakefulness.hindrance}.)")
    say_end(terminal, folder, progress)
    if progress.problem is not None:
        errors = Terminal(sys.stderr)
        errors.say()
        errors.say_problem(progress.problem)
        if progress.details:
            errors.say(progress.details if debug else f"Details are in {folder.path / 'events.jsonl'}.")
    return _EXIT_CODES[progress.state]
