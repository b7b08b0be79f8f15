"""Finds out by a few real steps in which way this machine trains a network fastest."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.hyperparameters import TrainingSettings
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.training.course import freezes
from trainer_gui.engine.training.device import cores, entered, set_threads, usual_threads
from trainer_gui.engine.training.direct import has_formulas
from trainer_gui.engine.training.found_ways import remember, remembered, work_of
from trainer_gui.engine.training.making import loss_of, placed, step_of
from trainer_gui.engine.training.memory import give_back, on_device
from trainer_gui.engine.training.others_load import OthersLoad
from trainer_gui.engine.training.precision import formats
from trainer_gui.engine.training.share import ALONE, Share
from trainer_gui.engine.training.step import NotFiniteError
from trainer_gui.engine.training.weights import Build, outline

_SHARE = 0.05  # of the expected time of the run
_MOST = 3.0  # seconds
_WORTH_IT = 1.15  # times as fast, or the usual way stays: a smaller gain may be chance
_THREADS_WORTH_IT = 1.3  # for more threads, which other programs and a busy hour could take away again
_WAYS = 4  # among which the time is shared out, where steps take long
_HOPELESS = 0.5  # seconds that a first step may take, or five times what was found to be possible
_STEPS = 6  # per way, fewer where they take long
_MOST_STEPS = 200  # more where they are quick, so that a moment's rest of a busy machine does not decide
_EACH = 0.15  # seconds per way, if there is that much
_SAME_LOSS = 0.05  # by which the losses of a rounder format may differ over the steps that are tried
_FEW = 4  # pictures whose step shows how many of a batch can be afforded
_LONG = 0.1  # seconds that a step of pictures may take; of a slower network fewer pictures are tried
_BUSY = 0.25  # other programs' share of all cores from which on a finding is good for a while only
LEAST = 10.0  # seconds a run must take for a trial to be worth its while
LEAST_STEPS = 200  # and steps it must have


def carried_out(build: Build, lesson: Lesson, share: Share = ALONE) -> Execution:
    """The way in which a lesson is carried out on this machine; the calling thread is set to it.

    What the recipe holds is taken; where it holds nothing, the ways that the settings leave open are tried on
    rows of the lesson, for at most 5 % of the expected time and at most 3 seconds. What was found is
    remembered, so that the same run is carried out in the same way again; for an hour only where the machine
    was busy with other things. Several processes that train together go the leading one's way.
    """
    if share.count > 1:
        found: Execution | None = _shared(build, lesson, share.count) if share.leads else None
        found = share.same(found)
        assert found is not None
        set_threads(found.threads)
        return found
    found = lesson.execution
    if lesson.settings.strict and not lesson.resume:
        found = usual_way(build, lesson.shape, lesson.settings, lesson.device)
    elif lesson.resume:
        found = found or usual_way(build, lesson.shape, lesson.settings, lesson.device)
    elif lesson.start is not None and freezes(lesson):
        found = usual_way(build, lesson.shape, lesson.settings, lesson.device)
        found = found.model_copy(update={"why": _FROZEN})
    elif found is None or found.work != work_of(build, lesson.shape, lesson.settings, lesson.device):
        found = _found(build, lesson)
    if lesson.start is not None:  # phases and rates cannot be recorded, no formula knows what is frozen
        formulas = found.direct and not freezes(lesson) and not lesson.start.settings.keep_statistics
        found = found.model_copy(update={"captured": False, "direct": formulas})
    set_threads(found.threads)
    return found


def _shared(build: Build, lesson: Lesson, processes: int) -> Execution:
    """The way of each of several processes: on GPUs the one that is best for its share of a batch."""
    settings = lesson.settings
    if lesson.device == "cpu":  # a trial of one process says nothing of several that share the cores
        usual = usual_way(build, lesson.shape, settings, lesson.device).model_copy(update={"direct": False})
        threads = settings.threads or max(1, cores() // processes if usual.threads > 1 else 1)
        return usual.model_copy(update={"threads": threads})
    batch = max(1, settings.batch_size // processes)
    part = replace(lesson, settings=settings.model_copy(update={"batch_size": batch}))
    # A recorded step cannot hold what the processes say to each other.
    return carried_out(build, part).model_copy(update={"captured": False})


def usual_way(build: Build, shape: DataShape, settings: TrainingSettings, device: str) -> Execution:
    """The way that needs no trying: a fixed rule, but for what the settings say.

    Gradients by formula are the rule where there are formulas: the kernels are those of autograd, which only
    adds to them.
    """
    wanted = settings.precision
    return Execution(
        direct=device == "cpu" and has_formulas(outline(build)),
        threads=settings.threads
        or (1 if settings.strict else usual_threads(pictures=shape.picture is not None)),
        precision=Precision.FLOAT32 if wanted is Precision.AUTO else wanted,
        why="the strict way, nothing tried" if settings.strict else "the usual way",
    )


def _found(build: Build, lesson: Lesson) -> Execution:
    shape, settings, device = lesson.shape, lesson.settings, lesson.device
    work = work_of(build, shape, settings, device)
    usual = usual_way(build, shape, settings, device).model_copy(update={"work": work})
    if settings.epochs * len(lesson.train) < LEAST_STEPS * settings.batch_size:
        return usual.model_copy(update={"why": _TOO_SHORT})
    kept = remembered(build, shape, settings, device)
    if kept is not None:
        return kept
    trial = Trial(build, lesson, usual)
    best = trial.best()
    if len(trial.rates) > 1:
        remember(work, best, for_a_while=trial.was_busy)
    return best


_FROZEN = "the usual way: others are not tried where a part of the network is frozen"
_TOO_SHORT = "the usual way: the run is too short to try others"


class Trial:
    """The ways that come into question for a lesson, timed one after the other."""

    def __init__(self, build: Build, lesson: Lesson, usual: Execution) -> None:
        self.build = build
        self.lesson = lesson
        self.usual = usual
        self.device = entered(lesson.device)
        # One thread is never bad; threads that wait for each other can be twenty times slower.
        alone = self.device.type == "cpu" and not lesson.settings.threads
        self.plain = usual.model_copy(update={"threads": 1}) if alone else usual
        self.rates: dict[str, float] = {}  # rows per second of every way that was timed
        self.was_busy = False
        self._ways: dict[str, Execution] = {}  # that were timed
        self._batch = min(lesson.settings.batch_size, len(lesson.train))
        self._losses: dict[str, list[float]] = {}
        self._end = 0.0
        self._each = math.inf  # seconds

    def best(self) -> Execution:
        """The fastest way that learns the same, with why, and how much it gains."""
        load = OthersLoad()
        self._end = math.inf
        batch = self._batch
        if self.lesson.shape.picture is not None:
            self._batch = min(batch, _FEW)
        first = self._seconds(self.plain, steps=1)
        if math.isinf(first):  # the guards of the training itself know what to do
            return self.usual.model_copy(update={"why": "the usual way: its first step failed"})
        # The time of the first steps counts, what is loaded before them does not: the run needs it anyway.
        begin = time.perf_counter() - 2 * first
        whole = first * self.lesson.settings.epochs * len(self.lesson.train) / self._batch
        self._batch = min(batch, max(self._batch, int(self._batch * _LONG / first)))
        self._end = begin + min(_MOST, _SHARE * whole)
        if whole < LEAST or time.perf_counter() + first > self._end:
            self.rates.clear()
            return self.usual.model_copy(update={"why": _TOO_SHORT})
        self._each = (self._end - time.perf_counter()) / _WAYS
        best, seconds = self.plain, self._seconds(self.plain)
        for change in self._changes():
            way = best.model_copy(update=change)
            if self._end - time.perf_counter() < 3 * seconds:  # it is built, and its first step is slow
                break
            if way.in_words in self.rates:
                continue
            # A recording is slow, what follows it is not.
            tried = self._seconds(way, give_up=math.inf if way.captured else 1.5 * seconds)
            if self._takes_its_place(way, tried, best, seconds):
                best, seconds = way, tried
        best = self._second_look(best)
        self.was_busy = load.share > _BUSY
        usual_rate = self.rates.get(self.usual.in_words, self.rates[self.plain.in_words])
        gain = self.rates[best.in_words] / usual_rate
        same = best == self.usual
        why = "the usual way was the fastest" if same else f"{gain:.1f} times as fast as the usual way"
        if self.was_busy:
            why += ", while the machine was busy with other things"
        return best.model_copy(update={"why": why, "gain": round(gain, 2), "tried": self.rates})

    def _second_look(self, best: Execution) -> Execution:
        """Tries the other formats again beside the best, for a busy moment may have hit one of them."""
        rivals = [each for each in self._ways.values() if each.threads == best.threads and not each.captured]
        seconds = self._batch / self.rates[best.in_words]
        if best.captured or seconds == 0:
            return best
        for way in (best, *(each for each in rivals if each != best)):
            before = self._batch / self.rates[way.in_words]
            if self._end - time.perf_counter() < max(4 * seconds, _EACH):
                break
            tried = min(before, self._seconds(way, give_up=1.5 * seconds))
            self.rates[way.in_words] = round(self._batch / tried, 1)
            if way == best:
                seconds = tried
            elif self._takes_its_place(way, tried, best, seconds):
                best, seconds = way, tried
        return best

    def _takes_its_place(self, way: Execution, tried: float, best: Execution, seconds: float) -> bool:
        """Whether a way is so much faster than the best so far that it is better, and learns the same."""
        worth = _THREADS_WORTH_IT if way.threads > best.threads else _WORTH_IT
        if way.precision is self.usual.precision is not best.precision:
            worth = 1 / _WORTH_IT  # digits are given up for a gain only
        return tried * worth < seconds and self._learns_the_same(way)

    def _changes(self) -> list[dict[str, Any]]:
        """What can be done differently, the most promising first; each is kept where it gains."""
        settings = self.lesson.settings
        threads: list[dict[str, Any]] = []
        if self.device.type == "cpu" and not settings.threads:
            counts = sorted({max(1, cores() // 2), cores()} - {1, self.usual.threads})
            threads = [{"threads": each} for each in (self.usual.threads, *counts)]
        changes = [*threads]
        offered: list[Precision] = []
        if settings.precision is Precision.AUTO:
            offered = [each for each in formats(self.device) if each is not self.usual.precision]
            if self.lesson.shape.task is not Task.CLASSIFICATION:
                # The answer of a regression is a number of which every digit counts.
                offered = [each for each in offered if each is Precision.TF32]
        alone: list[dict[str, Any]] = [{"precision": each} for each in offered]
        if self.lesson.shape.picture is not None:
            for each in offered[-1:]:  # both at once gain most, then each is taken away again
                changes.append({"channels_last": True, "precision": each})
                changes += [{"precision": self.usual.precision}, {"channels_last": False}]
            changes.append({"channels_last": True})
            # Once more beside the format that was chosen.
            alone += [{"channels_last": True}, {"channels_last": False}, *threads]
        changes += alone
        if self.device.type == "cuda":
            changes.append({"captured": True})
        return changes

    def _learns_the_same(self, way: Execution) -> bool:
        """Whether the losses of the same steps stay close; a format that rounds too much would drift."""
        if way.precision in (Precision.FLOAT32, self.usual.precision):
            return True
        pairs = list(zip(self._losses[self.plain.in_words], self._losses[way.in_words], strict=False))
        near = (abs(a - b) <= _SAME_LOSS * max(abs(a), 1e-3) for a, b in pairs[: _STEPS + 1])
        return bool(pairs) and all(near)

    def _seconds(self, way: Execution, steps: int = _STEPS, give_up: float = math.inf) -> float:
        """The mean time of a step in this way; infinite where it is not possible.

        The mean and not the shortest: on a busy machine threads that wait for each other are quick at times.
        """
        set_threads(way.threads)
        torch.manual_seed(self.lesson.settings.seed)
        losses: list[float] = []
        taken: list[float] = []
        failed = False
        try:
            step = self._step(way)
            begin = time.perf_counter()
            losses.append(float(step()))  # the first one also makes what the later ones use
            if (warm_up := time.perf_counter() - begin) > min(_MOST, max(_HOPELESS, 5 * give_up)):
                taken.append(warm_up)
                steps = 0
            while len(taken) < steps or (steps == _STEPS and len(taken) < _MOST_STEPS and sum(taken) < _EACH):
                begin = time.perf_counter()
                losses.append(float(step()))
                taken.append(time.perf_counter() - begin)
                over = time.perf_counter() > self._end or sum(taken) > self._each
                if over or (len(taken) >= 3 and min(taken) > give_up):
                    break
        except (
            NotFiniteError,
            RuntimeError,
            ValueError,
            TypeError,
            MemoryError,
        ):  # the memory may be too small for it
            failed = True
        if failed:
            give_back(self.device)
            return math.inf
        if way.captured:  # the steps before the recording are slow, and so is the recording
            taken = taken[-2:]
        mean = sum(taken) / len(taken)
        self.rates[way.in_words] = round(self._batch / mean, 1)
        self._ways[way.in_words] = way
        self._losses[way.in_words] = losses
        return mean

    def _step(self, way: Execution) -> Callable[[], Tensor]:
        """A function that takes one step after the other of a fresh network on the first rows."""
        lesson = self.lesson
        network = placed(self.build(), way, self.device)
        taker = step_of(network, loss_of(lesson, self.device), lesson.settings, way, self.device)
        train = lesson.train
        few = Examples(tuple(each[: self._batch] for each in train.inputs), train.targets[: self._batch])
        inputs, targets = on_device(few, self.device)
        rate = lesson.settings.learning_rate / 10
        return lambda: taker.take(inputs, targets, rate)[0]
