"""One of several processes that train together; torch's launcher starts it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import IO

import psutil
import torch
import torch.distributed as dist

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import to_json
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.training.loop import learn
from trainer_gui.engine.training.memory import is_out_of_memory
from trainer_gui.engine.training.share import Among
from trainer_gui.engine.training.together import HEARD, PAUSE, RESUME, STOP, Failure, read_job

_LOOK_EVERY = 1.0  # seconds between two looks at whether the launcher is still there


def main(folder: Path) -> int:
    """Trains its share of the job in this folder; gives the exit status."""
    rank = int(os.environ["RANK"])
    words = _own_words()
    control, heard = Control(), threading.Semaphore(0)
    threading.Thread(target=_end_with_launcher, args=(psutil.Process(os.getppid()),), daemon=True).start()
    if rank == 0:
        threading.Thread(target=_obey, args=(control, heard), daemon=True).start()
    try:
        job = read_job(folder)
        kind = job.lesson.device.partition(":")[0]
        name = f"cuda:{os.environ['LOCAL_RANK']}" if kind == "cuda" else kind
        share = Among(torch.device(name), job.parts)
        for event in learn(job.build, replace(job.lesson, device=name), control, share):
            if share.leads:
                words.write(to_json(event) + "\n")
                words.flush()
                heard.acquire()  # as in one process: what is said is on disk before the training goes on
    except BaseException as error:  # noqa: BLE001 - said to whoever started it, whatever it is
        (folder / f"failure-{rank}.json").write_text(json.dumps(_said(error)._asdict()), encoding="utf-8")
        os._exit(1)  # the other processes are not waited for: the launcher ends them
    dist.destroy_process_group()
    return 0


def _own_words() -> IO[str]:
    """The way to whoever reads the events; what libraries print goes the way of errors."""
    words = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return words


def _obey(control: Control, heard: threading.Semaphore) -> None:
    obey = {STOP: control.stop, PAUSE: control.pause, RESUME: control.resume, HEARD: heard.release}
    for line in sys.stdin:
        obey[line.strip()]()
    os._exit(1)  # whoever started it is gone, or wants no more


def _end_with_launcher(launcher: psutil.Process) -> None:
    while True:
        with contextlib.suppress(psutil.Error):
            if launcher.is_running() and launcher.status() != psutil.STATUS_ZOMBIE:
                time.sleep(_LOOK_EVERY)
                continue
        os._exit(1)


def _said(error: BaseException) -> Failure:
    if isinstance(error, UserError):
        return Failure("problem", error.problem.model_dump_json())
    if is_out_of_memory(error):
        return Failure("memory", str(error))
    if isinstance(error, dist.DistError) or "gloo" in str(error):
        return Failure("lost", str(error))  # another process is gone; why, it says itself if it can
    if isinstance(error, OSError):
        return Failure("disk", error.strerror or str(error), error.errno or 0, str(error.filename or ""))
    return Failure("fault", traceback.format_exc())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
