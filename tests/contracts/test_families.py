"""What every model family promises; a new family is tested here without a new test."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.stopping import StopsAfter
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import DataKind, Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.events import (
    EpochEnded,
    Event,
    RunFinished,
    RunResumed,
    RunStarted,
    RunStopped,
)
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.family import Family
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.settings import accept, declared_in

_ROWS = 60
_CASES = [
    pytest.param(family.name, kind, task, id=f"{family.name}-{kind}-{task}")
    for family, kind, task in product(FAMILIES, DataKind, Task)
    if family.fits(kind, task)
]


def shape_of(kind: DataKind, task: Task) -> DataShape:
    """Numbers and categories, texts, or small colour pictures."""
    outputs = 3 if task is Task.CLASSIFICATION else 1
    if kind is DataKind.PICTURES:
        return DataShape(
            task=task,
            rows=_ROWS,
            picture=(3, 12, 12),
            picture_mean=(0.5,) * 3,
            picture_deviation=(0.25,) * 3,
            outputs=outputs,
        )
    if kind is DataKind.TEXTS:
        return DataShape(task=task, rows=_ROWS, texts=(12, 5), outputs=outputs)
    return DataShape(task=task, rows=_ROWS, numbers=4, categories=(3, 9), texts=(6,), outputs=outputs)


def texts_of(draw: np.random.Generator, length: int) -> np.ndarray:
    """Ids as texts have them: some words come up often, short texts are filled up, one is empty."""
    ids = 1 + draw.integers(0, 40, (_ROWS, length)) * 50_000_000
    ids[np.arange(length) >= draw.integers(1, length + 1, (_ROWS, 1))] = 0
    ids[0] = 0
    return ids.astype(np.int32)


def examples_of(shape: DataShape, seed: int) -> Examples:
    """Rows whose target follows from the inputs."""
    draw = np.random.default_rng(seed)
    if shape.picture:
        pictures = draw.integers(0, 120, (_ROWS, *shape.picture), dtype=np.uint8)
        answer = draw.integers(0, 3, _ROWS)
        for row, which in enumerate(answer):
            pictures[row, which] += 100
        inputs: tuple[np.ndarray, ...] = (pictures,)
    elif not shape.numbers:
        texts = [texts_of(draw, each) for each in shape.texts]
        answer = draw.integers(0, 3, _ROWS)
        texts[0][:, 0] = 2_000_000_000 + answer
        inputs = tuple(texts)
    else:
        numbers = draw.normal(size=(_ROWS, shape.numbers)).astype(np.float32)
        places = np.stack([draw.integers(0, each, _ROWS) for each in shape.categories], 1)
        answer = (numbers[:, 0] > 0).astype(int) + (places[:, 0] == 2)
        inputs = (numbers, places, *(texts_of(draw, each) for each in shape.texts))
    if shape.task is Task.CLASSIFICATION:
        return Examples(inputs, answer.astype(np.int64))
    return Examples(inputs, (answer - 1).astype(np.float32))


def lesson_of(
    family: Family, kind: DataKind, task: Task, folder: Path, size: str = "tiny", **settings: object
) -> Lesson:
    """A few epochs on made-up rows."""
    shape = shape_of(kind, task)
    values = {**family.defaults(shape, size), "epochs": 4, "early_stopping": False, "threads": 1, **settings}
    return Lesson(
        train=examples_of(shape, 0),
        validation=examples_of(shape, 1),
        shape=shape,
        size=size,
        settings=accept(family.settings, values),
        target=TargetColumn(name="y", task=task),
        device="cpu",
        weights=folder / "weights.safetensors",
        state=folder / "last.pt",
        resume=False,
    )


@pytest.fixture(autouse=True)
def threads_as_before() -> Iterator[None]:
    """A training sets the number of threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
def test_that_every_size_learns_and_says_what_it_announced(name, kind, task, tmp_path):
    family = FAMILIES[name]
    reports = family.reports(task)
    for size, _ in family.sizes:
        lesson = lesson_of(family, kind, task, tmp_path, size, epochs=1)
        said = list(family.learn(lesson, Control()))
        assert isinstance(said[0], RunStarted)
        assert said[0].parameters == family.count_parameters(lesson.shape, size, lesson.settings)
        (epoch,) = [each for each in said if isinstance(each, EpochEnded)]
        assert set(epoch.metrics) == {each.name for each in reports.metrics}
        assert np.isfinite(epoch.validation_loss)
        assert said[-1].type == "RunFinished"


@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
def test_that_parameters_grow_up_the_ladder(name, kind, task):
    family = FAMILIES[name]
    shape = shape_of(kind, task)
    counts = [
        family.count_parameters(shape, size, accept(family.settings, family.defaults(shape, size)))
        for size, _ in family.sizes
    ]
    assert counts == sorted(set(counts))


@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
def test_that_it_beats_the_simplest_guess(name, kind, task, tmp_path):
    family = FAMILIES[name]
    lesson = lesson_of(family, kind, task, tmp_path, epochs=25)
    said = list(family.learn(lesson, Control()))
    best = min(each.validation_loss for each in said if isinstance(each, EpochEnded))
    assert best < 0.8 * said[0].baseline_loss


@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
def test_that_the_same_lesson_gives_the_same_weights(name, kind, task, tmp_path):
    family = FAMILIES[name]
    lesson = lesson_of(family, kind, task, tmp_path)
    list(family.learn(lesson, Control()))
    first = lesson.weights.read_bytes()
    list(family.learn(lesson, Control()))
    assert lesson.weights.read_bytes() == first


@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
@given(stops=st.lists(st.integers(0, 30), min_size=1, max_size=4))
@hypothesis_settings(max_examples=5, deadline=None, derandomize=True)
def test_that_it_goes_on_exactly_from_wherever_it_was_stopped(name, kind, task, stops, tmp_path_factory):
    """Between any two batches, before and after the check on the validation rows, and several times."""
    family = FAMILIES[name]
    chance = {each: 0.3 for each in ("dropout", "word_dropout") if each in family.settings.model_fields}
    places = [tmp_path_factory.mktemp(each) for each in ("whole", "parts")]
    whole, parts = (lesson_of(family, kind, task, each, batch_size=16, **chance) for each in places)
    expected = list(family.learn(whole, Control()))
    seen: list[Event] = []
    for number, looks in enumerate([*stops, 10**9]):
        torch.rand(7)  # whatever else draws from the generator between two sittings
        told = list(family.learn(replace(parts, resume=number > 0), StopsAfter(looks)))
        assert number == 0 or isinstance(told[0], RunResumed)
        seen += told
        if isinstance(told[-1], RunFinished):
            break
        assert isinstance(told[-1], RunStopped)
    assert curve(seen) == curve(expected)
    assert seen[-1] == expected[-1]
    assert parts.weights.read_bytes() == whole.weights.read_bytes()
    ours, theirs = (torch.load(each.state, weights_only=True) for each in (parts, whole))
    for each in ("network", "best_weights"):
        assert all(torch.equal(ours[each][key], value) for key, value in theirs[each].items())
    assert torch.equal(ours["chance"], theirs["chance"])


def curve(events: list[Event]) -> list[tuple[object, ...]]:
    """Every number of every epoch that does not depend on the clock."""
    ended = [each for each in events if isinstance(each, EpochEnded)]
    return [(e.epoch, e.train_loss, e.validation_loss, e.metrics, e.learning_rate, e.best) for e in ended]


@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
def test_that_the_kept_model_answers_as_it_was_measured(name, kind, task, tmp_path):
    family = FAMILIES[name]
    lesson = lesson_of(family, kind, task, tmp_path)
    said = list(family.learn(lesson, Control()))
    best = next(each for each in said if isinstance(each, EpochEnded) and each.epoch == said[-1].best_epoch)
    score = family.load(lesson.weights, lesson.shape, lesson.size, lesson.settings)
    outputs = score(lesson.validation.inputs)
    assert outputs.shape == (_ROWS, lesson.shape.outputs)
    if task is Task.CLASSIFICATION:
        right = (outputs.argmax(1) == lesson.validation.targets).mean()
        assert right == pytest.approx(best.metrics["accuracy"])
    else:
        rmse = float(np.sqrt(((outputs[:, 0] - lesson.validation.targets) ** 2).mean()))
        assert rmse == pytest.approx(best.metrics["rmse"], rel=1e-4)


@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
def test_that_a_forecast_and_a_loading_leave_chance_alone(name, kind, task, tmp_path):
    family = FAMILIES[name]
    lesson = lesson_of(family, kind, task, tmp_path, epochs=1)
    list(family.learn(lesson, Control()))
    torch.manual_seed(7)
    before = torch.get_rng_state()
    forecast = family.forecast(lesson.shape, "tiny", lesson.settings, "cpu", 60)
    family.load(lesson.weights, lesson.shape, lesson.size, lesson.settings)(lesson.validation.inputs)
    assert torch.equal(before, torch.get_rng_state())
    assert forecast.parameters > 0
    assert forecast.seconds > 0
    assert forecast.memory_bytes > 4 * forecast.parameters


@pytest.mark.parametrize("family", FAMILIES, ids=lambda each: each.name)
def test_that_what_people_read_is_there(family):
    assert family.label
    assert family.summary.endswith(".")
    assert len(family.sizes) >= 1
    for each in declared_in(family.settings):
        assert each.label, each.name
        assert 1 < each.help.count(". ") + each.help.count(".") / 2 < 6, each.name


@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
def test_that_damaged_weights_are_refused_in_words(name, kind, task, tmp_path):
    family = FAMILIES[name]
    lesson = lesson_of(family, kind, task, tmp_path, epochs=1)
    list(family.learn(lesson, Control()))
    whole = lesson.weights.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"\xff" * 100):
        lesson.weights.write_bytes(damaged)
        with pytest.raises(Exception, match="damaged"):
            family.load(lesson.weights, lesson.shape, lesson.size, lesson.settings)
    lesson.weights.unlink()
    with pytest.raises(Exception, match="missing"):
        family.load(lesson.weights, lesson.shape, lesson.size, lesson.settings)


@pytest.mark.parametrize("rows", [17, 25])
@pytest.mark.parametrize(("name", "kind", "task"), _CASES)
def test_that_odd_numbers_of_rows_can_be_learned(name, kind, task, rows, tmp_path):
    family = FAMILIES[name]
    lesson = lesson_of(family, kind, task, tmp_path, epochs=2)
    few = Examples(tuple(each[:rows] for each in lesson.train.inputs), lesson.train.targets[:rows])
    said = list(family.learn(replace(lesson, train=few), Control()))
    assert said[-1].type == "RunFinished"
