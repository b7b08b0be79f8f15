"""The one way to carry out a study: a folder in, a stream of events out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterator

from trainer_gui.engine.control import Control
from trainer_gui.engine.disk import in_words
from trainer_gui.engine.events import EpochEnded, Event, Noticed
from trainer_gui.engine.problems import Problem, UserError, refuse
from trainer_gui.engine.study.continuing import (
    must_be_free,
    must_have_minutes,
    revived,
    said_before,
    tell_again,
    wait_for_the_last,
)
from trainer_gui.engine.study.crew import Crew, Sharing
from trainer_gui.engine.study.events import (
    StudyEnded,
    StudyEvent,
    StudyStarted,
    TrialEnded,
    TrialReported,
    TrialStarted,
)
from trainer_gui.engine.study.folder import StudyFolder, record, study_progress_of
from trainer_gui.engine.study.place import Place
from trainer_gui.engine.study.places import place_of
from trainer_gui.engine.study.plan import planned
from trainer_gui.engine.study.progress import StudyProgress
from trainer_gui.engine.study.space import Values
from trainer_gui.engine.study.strategies import STRATEGIES
from trainer_gui.engine.study.together import with_ensemble
from trainer_gui.engine.study.trial import StudyRun, TrialUnderWay, all_failed

_LOOK_EVERY = 0.05  # seconds
_AHEAD = 4  # times as many runs as workers take, so that there are alike ones among them
_GIVE_UP = 5  # trials that failed, and none that did not


def conduct(
    folder: StudyFolder, control: Control, place: Place | None = None, *, keep_awake: bool = True
) -> Iterator[StudyEvent]:
    """Begins a study or goes on with it; reading the stream is what drives it, and it ends in StudyEnded.

    `place` is that of the recipe where it is None. A stop lets the runs under way keep their best; in a pause
    none is begun. Raises UserError where it is being worked on already, complete, or its place is not there.
    """
    must_be_free(folder)
    before = study_progress_of(folder)
    must_have_minutes(folder.recipe, before)
    study = _Study(folder, control, place or place_of(folder.recipe), before, keep_awake=keep_awake)
    if before.started is not None and not before.interrupted and not study.has_more():
        raise refuse(
            "study.complete",
            "The study is complete: all of its {count} trials are done.",
            "Continue it with more trials, or with wider ranges.",
            field="trials",
            count=len(before.trials),
        )
    return record(folder, with_ensemble(folder, study.events(), control))


class _Study:
    """The state of a study while it is carried out."""

    def __init__(
        self, folder: StudyFolder, control: Control, place: Place, before: StudyProgress, *, keep_awake: bool
    ) -> None:
        self.folder, self.control, self.place, self.before = folder, control, place, before
        self.recipe = folder.recipe
        self.strategy = STRATEGIES[self.recipe.how]
        self.space = self.recipe.space
        self.search = self.strategy.begin(self.space, self.recipe.seed, self.recipe.epochs)
        self.next = len(before.trials)
        self.ahead: Values | None = None  # asked already
        self.trials: dict[int, TrialUnderWay] = {}  # under way
        self.crews: list[Crew] = []
        self.sharing = Sharing(folder, self.recipe, several=place.takes_several, keep_awake=keep_awake)
        self.ended = {"failed": len(before.failed), "other": before.ended - len(before.failed)}
        self.first_failure: Problem | None = before.failed[0].reason if before.failed else None
        self.hindrance: Problem | None = None  # what ends the study, not a trial
        self.heard = False  # whether workers had something to say just now
        self.stopping = False  # whether the workers were asked to end
        self.some_stopped = False  # whether trials are left for another time
        tell_again(self.search, folder)

    def has_more(self) -> bool:
        """Whether there is another trial to begin."""
        if self.strategy.count(self.space) is None and self.next >= self.recipe.trials:
            return False
        if self.ahead is None:
            self.ahead = self.search.ask(self.next)
        return self.ahead is not None

    def events(self) -> Generator[StudyEvent, None, None]:
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
        until = time.monotonic() + self.recipe.minutes * 60 - self.before.seconds
        try:
            yield from self._take_up_again()
            while True:
                over = self.control.stop_wanted or time.monotonic() > until or self.hindrance is not None
                self.stopping = over
                if over:
                    for crew in self.crews:
                        crew.worker.stop()
                else:
                    yield from self._fill()
                yield from self._listen()
                if not self.crews and (over or not (self.trials or self.has_more())):
                    break
                if not self.heard:
                    time.sleep(_LOOK_EVERY)
            for trial in list(self.trials.values()):
                yield self._end(trial, stopped=True)
            yield self._last_word(time_over=time.monotonic() > until)
        finally:
            for crew in self.crews:
                crew.worker.kill()
            self.place.close()

    def _take_up_again(self) -> Iterator[StudyEvent]:
        """Begins again with the trials that were interrupted, once their processes are gone."""
        left = self.before.interrupted
        self.hindrance = wait_for_the_last(self.folder, left, self.control)
        for each in left if self.hindrance is None else ():
            yield TrialStarted(number=each.number, values=each.values, runs=each.runs, again=True)
            trial = self.trials[each.number] = revived(self.folder, each)
            if not trial.waiting:
                yield self._end(trial)

    def _fill(self) -> Iterator[StudyEvent]:
        """Gives runs to as many workers as there is room for."""
        while len(self.crews) < self.recipe.at_once and self.hindrance is None:
            free = self.recipe.at_once - len(self.crews)
            yield from self._ask_ahead(_AHEAD * free * self.recipe.together)
            waiting = self._waiting()
            if not waiting:
                return
            yield from self._begin_runs(waiting, free)

    def _ask_ahead(self, wanted: int) -> Iterator[StudyEvent]:
        """Begins trials until as many runs wait as are wanted, as far as the search can do without scores."""
        most = max(self.recipe.at_once, self.strategy.asks_ahead(self.ended["other"]))
        while not self.control.pause_wanted:
            waiting = len(self._waiting())
            if waiting >= wanted or (waiting and (len(self.trials) >= most or self.recipe.together == 1)):
                return
            if not self.has_more():
                return
            yield self._begin_trial()

    def _waiting(self) -> list[StudyRun]:
        found = []
        for trial in self.trials.values():
            # Where losers are cut, the first run of a trial decides whether it is repeated.
            first_decides = self.strategy.cuts and self._is_working(trial)
            if trial.problem is None and not trial.cut:
                found += [StudyRun(trial, each) for each in trial.waiting if not first_decides or each == 0]
        return found

    def _is_working(self, trial: TrialUnderWay) -> bool:
        return any(run.trial is trial for crew in self.crews for run in crew.runs)

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

    def _begin_runs(self, waiting: list[StudyRun], free: int) -> Iterator[StudyEvent]:
        first = waiting[0].trial
        try:
            order, runs = self.sharing.next_order(waiting, free)
        except UserError as error:
            first.problem = error.problem
            first.waiting.clear()
            if not self._is_working(first):
                yield self._end(first)
            return
        except OSError as error:
            self._hinder(first, in_words(error, self.folder.path))
            return
        try:
            worker = self.place.start(order)
        except UserError as error:  # it hinders all runs, so the trial goes on another time
            self._hinder(first, error.problem)
            return
        except OSError as error:
            self._hinder(first, in_words(error, self.folder.path))
            return
        crew = Crew(worker, runs)
        for run in crew.runs:
            run.trial.waiting.remove(run.repeat)
            run.trial.progresses[run.repeat] = said_before(self.folder.run(run.name))
        self.crews.append(crew)

    def _hinder(self, trial: TrialUnderWay, why: Problem) -> None:
        """Ends the study, not the trial, because of what hinders all runs."""
        self.hindrance, trial.stopped = why, True

    def _listen(self) -> Iterator[StudyEvent]:
        """What the workers have said, and which have ended."""
        self.heard = False
        for crew in list(self.crews):
            code = crew.worker.exit_code
            for run, event in crew.news():
                yield from self._hear(run, event)
            self.heard |= crew.heard
            if code is None:
                if any(run.trial.cut for run in crew.runs):
                    crew.worker.stop()
                for run in crew.done:
                    crew.runs.remove(run)
                    yield from self._run_over(run, 0)
                continue
            self.crews.remove(crew)
            crew.worker.kill()  # gives back what it held
            for run in list(crew.runs):
                crew.runs.remove(run)
                lost = None if run.progress.state.is_over else crew.worker.lost
                if lost is not None and not self.stopping and run.trial.begins_again(run.repeat, lost):
                    yield Noticed(problem=lost)
                elif crew.several and not run.progress.state.is_over and not self.stopping:
                    self.sharing.keep_alone(run)
                    run.trial.waiting.append(run.repeat)
                else:
                    yield from self._run_over(run, code)

    def _hear(self, run: StudyRun, event: Event) -> Iterator[StudyEvent]:
        trial, progress = run.trial, run.progress
        if not isinstance(event, EpochEnded):
            progress.add(event)
            return
        progress.curve.forget_after(event.epoch - 1)  # it may have gone on from an earlier state
        progress.add(event)
        loss = event.validation_loss
        yield TrialReported(number=trial.number, repeat=run.repeat, epoch=event.epoch, loss=loss)
        loses = run.repeat == 0 and self.search.report(trial.number, event.epoch, loss)
        if loses and event.epoch < progress.epochs:
            trial.cut = True

    def _run_over(self, run: StudyRun, code: int) -> Iterator[StudyEvent]:
        trial, folder, log = run.trial, self.folder.run(run.name), self.folder.words_of(run.name)
        found = trial.judge(
            run.repeat, code, folder, log, self.recipe.base.fingerprint, stopping=self.stopping
        )
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
            self.hindrance = self.hindrance or all_failed(self.ended["failed"], self.first_failure)
        return ended

    def _last_word(self, *, time_over: bool) -> StudyEnded:
        if self.hindrance is not None:
            return StudyEnded(outcome="failed", problem=self.hindrance)
        if self.control.stop_wanted:
            return StudyEnded(outcome="stopped", on_purpose=self.control.stopped_on_purpose)
        if self.ended["failed"] and not self.ended["other"]:
            return StudyEnded(outcome="failed", problem=all_failed(self.ended["failed"], self.first_failure))
        left = self.some_stopped or self.has_more()
        return StudyEnded(outcome="time" if time_over and left else "finished")
