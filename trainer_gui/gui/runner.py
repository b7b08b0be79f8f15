"""The only thread code: runs a stream, or one slow call, on a thread and answers on the GUI thread."""

import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from trainer_gui.engine.problems import Problem, UserError

CLOCK = 30  # milliseconds between two looks at what a thread has brought
PATIENCE = 3.0  # seconds that work which nobody wants any more has to end; a drive that stalls takes for ever
QUIET = 15.0  # seconds without a word after which a person should hear that
_SWITCH = 0.0005  # seconds that a thread may keep the interpreter while the window waits for it


class Cancelled(Exception):  # noqa: N818 - it is no error
    """Raised out of a report where the work is no longer wanted."""


Report = Callable[[str, float | None], None]
Work = Callable[[Report], Any]


class _Thread(QThread):
    """Runs one piece of work. It touches no widget and emits no signal: it only fills a queue."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        self._work()


_stuck: list[_Thread] = []  # threads that were left alone; destroying one that runs would end the program


class Job(QObject):
    """Work under way on a thread. Every signal is emitted on the GUI thread, from a clock.

    Exactly one of `answered`, `refused`, `faulted` and `cancelled` comes, followed by `over`; a stream
    answers with None. `cancel` may be called at any time and more than once. Work that hangs, as on a
    drive that does not answer, is left alone a moment after it was cancelled: `given_up` says so.
    """

    events_arrived = Signal(list)  # what a stream has brought since the last time, in order
    progressed = Signal(str, object)  # what is being done, and how much of it (0 to 1, or None)
    answered = Signal(object)
    refused = Signal(object)  # a Problem: something that the user can put right
    faulted = Signal(str, str)  # something unexpected: one line, and the traceback
    cancelled = Signal()
    given_up = Signal()
    fell_silent = Signal()  # no progress for a while
    over = Signal()

    def __init__(self, parent: QObject, on_cancel: Callable[[], None] | None = None) -> None:
        super().__init__(parent)
        self._on_cancel = on_cancel
        self._queue: deque[Any] = deque()
        self._report: tuple[str, float | None] | None = None
        self._end: tuple[str, tuple[Any, ...]] | None = None
        self._unwanted = threading.Event()
        self._unwanted_since = 0.0
        self._heard = time.monotonic()  # infinite once its silence was told
        self._is_over = False
        self._thread: _Thread | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK)
        self._clock.timeout.connect(self._on_tick)

    @property
    def is_over(self) -> bool:
        """Whether the last signal was emitted."""
        return self._is_over

    @property
    def cancel_wanted(self) -> bool:
        """Whether `cancel` was called."""
        return self._unwanted.is_set()

    def cancel(self) -> None:
        """Asks the work to end: a stream says its last word first; a call ends at its next report."""
        if self._is_over or self._unwanted.is_set():
            return
        self._unwanted.set()
        self._unwanted_since = time.monotonic()
        if self._on_cancel is not None:
            self._on_cancel()

    def wait(self, milliseconds: int) -> bool:
        """Blocks until the thread has ended, for so long at most; then delivers what is left."""
        if self._thread is not None:
            self._thread.quit()
            if not self._thread.wait(milliseconds):
                return False
        self._on_tick()
        return True

    def let_go(self) -> None:
        """Ends the job although its thread has not ended; whatever that still brings is dropped."""
        if self._is_over or self._thread is None:
            return
        _stuck.append(self._thread)
        self._unwanted.set()
        self._end = ("cancelled", ())
        self.given_up.emit()
        self._finish()

    def start_stream(self, make: Callable[[], Iterator[Any]]) -> None:
        """Begins to read a stream."""
        self._start(lambda: self._read(make))

    def start_call(self, work: Work) -> None:
        """Begins a call, which is given a function to report with."""
        self._start(lambda: work(self._take_report))

    def _start(self, work: Callable[[], Any]) -> None:
        self._thread = _Thread(lambda: self._run(work))
        self._thread.start()
        self._clock.start()

    # From here to the line below: on the thread.

    def _run(self, work: Callable[[], Any]) -> None:
        try:
            self._end = ("answered", (work(),))
        except Cancelled:
            self._end = ("cancelled", ())
        except UserError as error:
            self._end = ("refused", (error.problem,))
        except BaseException as error:  # noqa: BLE001 - a fault must reach the person, whatever it is
            line = f"{type(error).__name__}: {error}".splitlines()[0]
            self._end = ("faulted", (line, traceback.format_exc()))

    def _read(self, make: Callable[[], Iterator[Any]]) -> None:
        for event in make():
            self._queue.append(event)
            if self._on_cancel is None and self._unwanted.is_set():
                raise Cancelled

    def _take_report(self, stage: str, share: float | None = None) -> None:
        if self._unwanted.is_set():
            raise Cancelled
        self._report = (stage, share)

    # ---- on the GUI thread again.

    def _on_tick(self) -> None:
        if self._is_over:
            return
        ended = self._thread is None or self._thread.isFinished()
        report, self._report = self._report, None
        if report is not None and not self._unwanted.is_set():
            self.progressed.emit(*report)
        if report is not None or self._queue:
            self._heard = time.monotonic()
        if self._queue:
            arrived = [self._queue.popleft() for _ in range(len(self._queue))]
            self.events_arrived.emit(arrived)
        if ended and not self._queue:
            self._finish()
        elif not ended and self._on_cancel is None:
            self._mind_the_time(time.monotonic())

    def _mind_the_time(self, now: float) -> None:
        if self._unwanted.is_set():
            if now - self._unwanted_since > PATIENCE:
                self.let_go()
        elif now - self._heard > QUIET:
            self._heard = float("inf")
            self.fell_silent.emit()

    def _finish(self) -> None:
        self._is_over = True
        self._clock.stop()
        kind, what = self._end if self._end is not None else ("cancelled", ())
        if self._unwanted.is_set() and self._on_cancel is None:
            kind, what = "cancelled", ()  # the answer to a question that nobody asks any more
        getattr(self, kind).emit(*what)
        self.over.emit()
        self.deleteLater()


class Runner(QObject):
    """Starts jobs and ends them all, cleanly, when the window closes."""

    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._usual_switch = sys.getswitchinterval()

    @property
    def is_busy(self) -> bool:
        """Whether any job is under way."""
        return bool(self._jobs)

    def run_stream(
        self, make: Callable[[], Iterator[Any]], on_cancel: Callable[[], None] | None = None
    ) -> Job:
        """Reads the stream that `make` gives on a thread. `on_cancel` tells the stream to end itself."""
        job = self._new(on_cancel)
        job.start_stream(make)
        return job

    def call(self, work: Work) -> Job:
        """Runs `work(report)` on a thread; `report(stage, share)` shows progress and raises to cancel."""
        job = self._new(None)
        job.start_call(work)
        return job

    def close(self, milliseconds: int = 10_000) -> bool:
        """Cancels every job and waits for the threads, so long in all; False where one still runs then."""
        end = time.monotonic() + milliseconds / 1000
        for job in self._jobs:
            job.cancel()
        for job in list(self._jobs):
            if not job.wait(max(0, round(1000 * (end - time.monotonic())))):
                job.let_go()
        _stuck[:] = [each for each in _stuck if not each.wait(max(0, round(1000 * (end - time.monotonic()))))]
        return not _stuck

    def _new(self, on_cancel: Callable[[], None] | None) -> Job:
        job = Job(self, on_cancel)
        self._jobs.append(job)
        job.over.connect(self._on_job_over)
        if len(self._jobs) == 1:
            # Python changes threads every 5 ms at most; with shorter turns the window is served sooner.
            sys.setswitchinterval(_SWITCH)
            self.busy_changed.emit(True)
        return job

    def _on_job_over(self) -> None:
        self._jobs = [each for each in self._jobs if not each.is_over]
        if not self._jobs:
            sys.setswitchinterval(self._usual_switch)
            self.busy_changed.emit(False)


class Latest(QObject):
    """Asks the same kind of question again and again, and answers only the newest.

    While one is being worked on, only the last of those that follow is remembered.
    """

    answered = Signal(object)
    refused = Signal(object)
    faulted = Signal(str, str)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent if parent is not None else runner)
        self._runner = runner
        self._job: Job | None = None
        self._next: Work | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited; no longer so in the moment in which it comes."""
        return self._job is not None and not self._job.is_over

    def ask(self, work: Work) -> None:
        """Asks; an older question is dropped."""
        if self._job is not None and not self._job.is_over:
            self._next = work
            self._job.cancel()
            return
        self._job = self._runner.call(work)
        self._job.answered.connect(self._on_answered)
        self._job.refused.connect(self._on_refused)
        self._job.faulted.connect(self._on_faulted)
        self._job.over.connect(self._on_over)

    def forget(self) -> None:
        """Drops the question under way and the one that waits."""
        self._next = None
        if self._job is not None:
            self._job.cancel()

    def _on_answered(self, answer: object) -> None:
        self.answered.emit(answer)

    def _on_refused(self, problem: Problem) -> None:
        self.refused.emit(problem)

    def _on_faulted(self, line: str, details: str) -> None:
        self.faulted.emit(line, details)

    def _on_over(self) -> None:
        if self.is_busy:  # whoever heard the answer has asked again
            return
        self._job = None
        waiting, self._next = self._next, None
        if waiting is not None:
            self.ask(waiting)
