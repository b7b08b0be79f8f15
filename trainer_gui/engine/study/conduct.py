"""The one way to carry out a study: a folder in, a stream of events out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

from trainer_gui.engine.control import Control
from trainer_gui.engine.disk import in_words
from trainer_gui.engine.events import EpochEnded, Noticed
from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.run_folder import progress_of
from trainer_gui.engine.run_folder import replay as replay_run
from trainer_gui.engine.study.events import (
    StudyEnded,
    StudyEvent,
    StudyStarted,
    TrialEnded,
    TrialReported,
    TrialStarted,
)
from trainer_gui.engine.study.folder import StudyFolder, record, replay, study_progress_of
from trainer_gui.engine.study.place import Place, Worker
from trainer_gui.engine.study.places import place_of
from trainer_gui.engine.study.plan import planned
from trainer_gui.engine.study.progress import StudyProgress, Trial
from trainer_gui.engine.study.space import Values
from trainer_gui.engine.study.strategies import STRATEGIES
from trainer_gui.engine.study.trial import TrialUnderWay, prepare

_LOOK_EVERY = 0.05  # seconds
_ORPHANS = 20.0  # seconds that runs of a study that was killed have to notice it
_GIVE_UP = 5  # trials that failed, and none that did not


def conduct(
    folder: StudyFolder, control: Control, place: Place | None = None, *, keep_awake: bool = True
) -> Iterator[StudyEvent]:
    """Begins a study or goes on with it; reading the stream is what drives it, and it ends in StudyEnded.

    `place` is that of the recipe where it is None. A stop lets the runs under way keep their best; in a pause
    none is begun. Raises UserError where it is being worked on already, complete, or its place is not there.
    """
    if folder.is_live:
        raise refuse(
            "study.is_live",
            "The study in {path} is being carried out already, by another window or terminal.",
            "Wait until it is done, or stop it there.",
            path=str(folder.path),
        )
    before = study_progress_of(folder)
    study = _Study(folder, control, place or place_of(folder.recipe), before, keep_awake=keep_awake)
    if before.started is not None and not before.interrupted and not study.has_more():
        raise refuse(
            "study.complete",
            "The study is complete: all of its {count} trials are done.",
            "Continue it with more trials, or with wider ranges.",
            field="trials",
            count=len(before.trials),
        )
    return record(folder, study.events())


class _Study:
    """The state of a study while it is carried out."""

    def __init__(
        self, folder: StudyFolder, control: Control, place: Place, before: StudyProgress, *, keep_awake: bool
    ) -> None:
        self.folder, self.control, self.place, self.before = folder, control, place, before
        self.keep_awake = keep_awake
        self.recipe = folder.recipe
        self.strategy = STRATEGIES[self.recipe.how]
        self.space = self.recipe.space
        self.search = self.strategy.begin(self.space, self.recipe.seed, self.recipe.epochs)
        self.next = len(before.trials)
        self.ahead: Values | None = None  # asked already
        self.trials: dict[int, TrialUnderWay] = {}  # under way
        self.working: dict[Worker, tuple[TrialUnderWay, int]] = {}
        self.ended = {"failed": len(before.failed), "other": before.ended - len(before.failed)}
        self.first_failure: Problem | None = before.failed[0].reason if before.failed else None
        self.hindrance: Problem | None = None  # what ends the study, not a trial
        self.heard = False  # whether workers had something to say just now
        self.stopping = False  # whether the workers were asked to end
        self.some_stopped = False  # whether trials are left for another time
        self._tell_again()

    def _tell_again(self) -> None:
        """Tells the search what happened before, in the order in which it happened."""
        for event in replay(self.folder):
            match event:
                case TrialStarted(again=False):
                    self.search.remember(event.number, event.values)
                case TrialReported(repeat=0):
                    self.search.report(event.number, event.epoch, event.loss)
                case TrialEnded(outcome=outcome) if outcome != "stopped":
                    self.search.tell(event.number, event.score, cut=outcome == "cut")

    def has_more(self) -> bool:
        """Whether there is another trial to begin."""
        if self.strategy.count(self.space) is None and self.next >= self.recipe.trials:
            return False
        if self.ahead is None:
            self.ahead = self.search.ask(self.next)
        return self.ahead is not None

    def events(self) -> Iterator[StudyEvent]:
        """The events, not yet recorded."""
        again = self.before.started is not None
        plan = planned(self.recipe, self.before.ended)
        yield StudyStarted(
            study=self.recipe.name,
            how=self.recipe.how,
            vary=self.recipe.vary,
            trials=max(self.recipe.trials, self.next),
            repeats=self.recipe.repeats,
            folds=self.recipe.folds,
            at_once=self.recipe.at_once,
            seconds_expected=plan.seconds,
            again=again,
        )
        until = time.monotonic() + self.recipe.minutes * 60
        try:
            yield from self._take_up_again()
            while True:
                over = self.control.stop_wanted or time.monotonic() > until or self.hindrance is not None
                self.stopping = over
                if over:
                    for worker in self.working:
                        worker.stop()
                else:
                    yield from self._fill()
                yield from self._listen()
                if not self.working and (over or not self._can_go_on()):
                    break
                if not self.heard:
                    time.sleep(_LOOK_EVERY)
            for trial in list(self.trials.values()):
                yield self._end(trial, stopped=True)
            yield self._last_word(time_over=time.monotonic() > until)
        finally:
            for worker in self.working:
                worker.kill()
            self.place.close()

    def _can_go_on(self) -> bool:
        return bool(self.trials) or self.has_more()

    def _take_up_again(self) -> Iterator[StudyEvent]:
        """Begins again with the trials that were interrupted, once their processes are gone."""
        left = self.before.interrupted
        deadline = time.monotonic() + _ORPHANS
        while any(self.folder.run(name).is_live for each in left for name in each.runs):
            if time.monotonic() > deadline or self.control.stop_wanted:
                self.hindrance = problem(
                    "study.runs_are_live",
                    "Runs of this study are still being trained by processes of their own.",
                    "Wait until they are done, or end them, then continue the study.",
                )
                return
            time.sleep(_LOOK_EVERY)
        for each in left:
            yield TrialStarted(number=each.number, values=each.values, runs=each.runs, again=True)
            yield from self._revive(each)

    def _revive(self, old: Trial) -> Iterator[StudyEvent]:
        trial = TrialUnderWay(old.number, old.values, old.runs)
        self.trials[trial.number] = trial
        for repeat, name in enumerate(trial.runs):
            run = self.folder.run(name)
            progress = progress_of(run) if (run.path / "recipe.toml").exists() else Progress()
            if progress.state is State.FINISHED:
                trial.progresses[repeat] = progress
            else:
                trial.waiting.append(repeat)
        if not trial.waiting:
            yield self._end(trial)

    def _fill(self) -> Iterator[StudyEvent]:
        """Begins as many runs as there is room for."""
        while len(self.working) < self.recipe.at_once and self.hindrance is None:
            waiting = next((each for each in self.trials.values() if self._may_begin(each)), None)
            if waiting is not None:
                yield from self._begin_run(waiting, waiting.waiting.popleft())
            elif self.control.pause_wanted or not self.has_more():
                return
            else:
                yield self._begin_trial()

    def _may_begin(self, trial: TrialUnderWay) -> bool:
        """Where losers are cut, the first run of a trial decides whether it is repeated."""
        if not trial.waiting or trial.problem is not None or trial.cut:
            return False
        return not self.strategy.cuts or trial.waiting[0] == 0 or not self._is_working(trial)

    def _is_working(self, trial: TrialUnderWay) -> bool:
        return any(each is trial for each, _ in self.working.values())

    def _begin_trial(self) -> StudyEvent:
        number, values = self.next, self.ahead
        assert values is not None
        self.next, self.ahead = number + 1, None
        one = self.recipe.runs_each == 1
        runs = tuple(
            f"trials/{number + 1:04d}" + ("" if one else f"-{repeat + 1}")
            for repeat in range(self.recipe.runs_each)
        )
        self.trials[number] = TrialUnderWay(number, values, runs, deque(range(self.recipe.runs_each)))
        return TrialStarted(number=number, values=values, runs=runs)

    def _begin_run(self, trial: TrialUnderWay, repeat: int) -> Iterator[StudyEvent]:
        try:
            try:
                order = prepare(self.folder, self.recipe, trial, repeat, keep_awake=self.keep_awake)
            except UserError as error:
                trial.problem = error.problem
                trial.waiting.clear()
                if not self._is_working(trial):
                    yield self._end(trial)
                return
            worker = self.place.start(order)
        except (OSError, UserError) as error:  # it hinders all runs, so the trial goes on another time
            trial.stopped = True
            if isinstance(error, UserError):
                self.hindrance = error.problem
            else:
                self.hindrance = in_words(error, self.folder.path)
            return
        progress = Progress()
        if order.resume:
            for event in replay_run(self.folder.run(trial.runs[repeat]), batches=False):
                progress.add(event)
            progress.state, progress.problem = State.PREPARING, None  # how it ended then is no news
        trial.progresses[repeat] = progress
        self.working[worker] = (trial, repeat)

    def _listen(self) -> Iterator[StudyEvent]:
        """What the workers have said, and which have ended."""
        self.heard = False
        for worker, (trial, repeat) in list(self.working.items()):
            progress = trial.progresses[repeat]
            code = worker.exit_code
            for event in worker.news():
                self.heard = True
                progress.add(event)
                if not isinstance(event, EpochEnded):
                    continue
                yield TrialReported(
                    number=trial.number, repeat=repeat, epoch=event.epoch, loss=event.validation_loss
                )
                loses = repeat == 0 and self.search.report(trial.number, event.epoch, event.validation_loss)
                if loses and event.epoch < progress.epochs:
                    trial.cut = True
            if code is None:
                if trial.cut:
                    worker.stop()
                continue
            del self.working[worker]
            worker.kill()  # gives back what it held
            if worker.lost is not None and not self.stopping and trial.begins_again(repeat, worker.lost):
                yield Noticed(problem=worker.lost)
                continue
            run, log = self.folder.run(trial.runs[repeat]), self.folder.words_of(trial.runs[repeat])
            found = trial.judge(repeat, code, run, log, self.recipe.base.fingerprint, stopping=self.stopping)
            self.hindrance = self.hindrance or found
            if not self._is_working(trial) and (not trial.waiting or trial.problem is not None or trial.cut):
                yield self._end(trial)

    def _end(self, trial: TrialUnderWay, *, stopped: bool = False) -> TrialEnded:
        """Closes a trial and tells the search."""
        del self.trials[trial.number]
        ended = trial.ended(stopped=stopped)
        if ended.outcome == "stopped":
            self.some_stopped = True
            return ended
        score = None if ended.outcome == "failed" else ended.score
        self.search.tell(ended.number, score, cut=ended.outcome == "cut")
        self.ended["failed" if ended.outcome == "failed" else "other"] += 1
        self.first_failure = self.first_failure or ended.reason
        if self.ended["failed"] >= _GIVE_UP and not self.ended["other"]:
            self.hindrance = self.hindrance or self._all_failed()
        return ended

    def _all_failed(self) -> Problem:
        first = str(self.first_failure or "").rstrip()
        return problem(
            "study.all_failed",
            "All {count} trials failed. The first one said: {first}",
            "Put that right, then begin again.",
            count=self.ended["failed"],
            first=first,
        )

    def _last_word(self, *, time_over: bool) -> StudyEnded:
        if self.hindrance is not None:
            return StudyEnded(outcome="failed", problem=self.hindrance)
        if self.control.stop_wanted:
            return StudyEnded(outcome="stopped", on_purpose=self.control.stopped_on_purpose)
        if self.ended["failed"] and not self.ended["other"]:
            return StudyEnded(outcome="failed", problem=self._all_failed())
        left = self.some_stopped or self.has_more()
        return StudyEnded(outcome="time" if time_over and left else "finished")
