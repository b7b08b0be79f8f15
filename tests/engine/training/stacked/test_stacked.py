"""Members of a stack, each held against its run alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.events import EpochEnded, Event, MemberEnded, Noticed, RunResumed
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.lesson import Examples, Lesson
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import Progress, State
from trainer_gui.engine.settings import accept
from trainer_gui.engine.training.stacked.apart import SaidAlone

NET, LINE = FAMILIES["neural_network"], FAMILIES["linear"]
SMALL = {"width": 24, "layers": 2}
VARIED = (
    {"seed": 1},
    {"seed": 2, "learning_rate": 0.02, "weight_decay": 0.3, "patience": 2, "schedule": "plateau"},
    {"seed": 3, "gradient_clipping": 0.05, "epochs": 3},
    {"seed": 1, "gradient_clipping": 0.0, "schedule": "constant"},
)
DRAWS = ({"dropout": 0.0}, {"dropout": 0.2}, {"dropout": 0.5}, {"dropout": 0.2})
WEIGHS = ({}, {"class_weights": "balanced"}, {"label_smoothing": 0.2}, {"class_weights": "balanced"})


@pytest.fixture(autouse=True)
def threads_as_before() -> Iterator[None]:
    """A training sets the number of threads of its process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def rows_of(count: int, task: Task, seed: int) -> Examples:
    """Numbers and categories, and a target that follows from them."""
    draw = np.random.default_rng(seed)
    numbers = draw.normal(size=(count, 5)).astype(np.float32)
    places = np.stack([draw.integers(0, 4, count), draw.integers(0, 7, count)], 1)
    answer = numbers[:, 0] + (places[:, 0] == 2) + 0.3 * draw.normal(size=count)
    if task is Task.CLASSIFICATION:
        return Examples((numbers, places), (answer > 0).astype(np.int64) + (answer > 1.2))
    return Examples((numbers, places), answer.astype(np.float32))


def lessons_of(family, task: Task, folder: Path, own: Sequence[dict], rows: int = 103, **all_have) -> list:
    """One lesson for each member; 103 rows leave a last batch of other size."""
    train, validation = rows_of(rows, task, 0), rows_of(50, task, 1)
    outputs = 3 if task is Task.CLASSIFICATION else 1
    shape = DataShape(task=task, rows=rows, numbers=5, categories=(4, 7), outputs=outputs)
    basis = {**family.defaults(shape, "small"), "epochs": 5, "early_stopping": False, "threads": 1}
    return [
        Lesson(
            train=train,
            validation=validation,
            shape=shape,
            size="small",
            settings=accept(family.settings, {**basis, "batch_size": 16, **all_have, **each}),
            target=TargetColumn(name="y", task=task),
            device="cpu",
            weights=folder / f"{number}.safetensors",
            state=folder / f"{number}.pt",
            resume=False,
        )
        for number, each in enumerate(own)
    ]


def alone(family, lesson: Lesson, folder: Path) -> tuple[list[Event], dict[str, torch.Tensor]]:
    """What a run alone says, and the weights that it keeps."""
    apart = replace(lesson, weights=folder / "alone.safetensors", state=folder / "alone.pt")
    said = list(family.learn(apart, Control()))
    return said, load_file(apart.weights)


def curve(said: Sequence[Event], member: int = 0) -> list[EpochEnded]:
    """The epochs of one member."""
    return [each for each in said if isinstance(each, EpochEnded) and each.member == member]


def hold(family, lessons: Sequence[Lesson], said: Sequence[Event], folder: Path) -> None:
    """Holds every member against its run alone: curve, rates, lengths, best epoch and kept weights."""
    for number, lesson in enumerate(lessons):
        expected, weights = alone(family, lesson, folder)
        mine, theirs = curve(said, number), curve(expected)
        assert [each.epoch for each in mine] == [each.epoch for each in theirs]
        for one, other in zip(mine, theirs, strict=True):
            assert one.train_loss == pytest.approx(other.train_loss, rel=1e-4, abs=1e-6)
            assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-4, abs=1e-6)
            assert one.metrics == pytest.approx(other.metrics, rel=1e-4, abs=1e-6)
            assert one.learning_rate == pytest.approx(other.learning_rate, rel=1e-12)
            assert (one.gradient_length is None) == (other.gradient_length is None)
            assert (one.gradient_length or 0.0) == pytest.approx(other.gradient_length or 0.0, rel=1e-3)
            assert one.best == other.best
        kept = load_file(lesson.weights)
        assert kept.keys() == weights.keys()
        for name, each in weights.items():
            assert torch.allclose(kept[name].float(), each.float(), rtol=1e-3, atol=1e-4), name


@pytest.mark.parametrize(
    ("family", "task", "settings"),
    [
        pytest.param(NET, Task.CLASSIFICATION, SMALL, id="batch norm, classes"),
        pytest.param(NET, Task.REGRESSION, {**SMALL, "optimiser": "sgd"}, id="batch norm, number, sgd"),
        pytest.param(NET, Task.CLASSIFICATION, {**SMALL, "normalisation": "layer"}, id="layer norm"),
        pytest.param(
            NET, Task.REGRESSION, {**SMALL, "normalisation": "none", "optimiser": "adam"}, id="plain, adam"
        ),
        pytest.param(LINE, Task.CLASSIFICATION, {"factors": 4}, id="linear, classes"),
        pytest.param(LINE, Task.REGRESSION, {"factors": 0}, id="linear, number"),
    ],
)
def test_that_every_member_learns_as_it_would_alone(family, task, settings, tmp_path):
    draws = DRAWS if family is NET else ({},) * 4
    weighs = WEIGHS if task is Task.CLASSIFICATION else ({},) * 4
    own = [{**a, **b, **c} for a, b, c in zip(VARIED, draws, weighs, strict=True)]
    lessons = lessons_of(family, task, tmp_path, own, **settings)
    assert family.why_apart(lessons) is None
    said = list(family.learn_stacked(lessons, Control(), tmp_path / "stack.pt"))
    assert said[0].members == 4
    assert said[0].parameters == family.count_parameters(lessons[0].shape, "small", lessons[0].settings)
    assert said[-1].type == "RunFinished"
    hold(family, lessons, said, tmp_path)


def test_that_seeds_alone_are_moved_together_and_stay_as_alone(tmp_path):
    lessons = lessons_of(NET, Task.CLASSIFICATION, tmp_path, [{"seed": each} for each in range(3)], **SMALL)
    said = list(NET.learn_stacked(lessons, Control(), tmp_path / "stack.pt"))
    hold(NET, lessons, said, tmp_path)
    for number, each in enumerate(lessons):
        answers = NET.load(each.weights, each.shape, each.size, each.settings)(each.validation.inputs)
        right = (answers.argmax(1) == each.validation.targets).mean()
        best = next(one for one in reversed(curve(said, number)) if one.best)
        assert right == pytest.approx(best.metrics["accuracy"])


def test_that_the_order_of_the_members_does_not_matter(tmp_path):
    own = [{**a, **b} for a, b in zip(VARIED, DRAWS, strict=True)]
    kept = []
    for order in ((0, 1, 2, 3), (3, 1, 0, 2)):
        lessons = lessons_of(NET, Task.CLASSIFICATION, tmp_path, [own[each] for each in order], **SMALL)
        said = list(NET.learn_stacked(lessons, Control(), tmp_path / "stack.pt"))
        kept.append({which: curve(said, place) for place, which in enumerate(order)})
    for which in range(4):
        pairs = zip(kept[0][which], kept[1][which], strict=True)
        assert all(a.validation_loss == pytest.approx(b.validation_loss, rel=1e-4) for a, b in pairs)


def test_that_one_member_stops_early_and_the_others_go_on(tmp_path):
    own = [{"seed": 1}, {"seed": 2, "learning_rate": 0.5, "patience": 1, "early_stopping": True}]
    lessons = lessons_of(NET, Task.CLASSIFICATION, tmp_path, own, epochs=12, schedule="constant", **SMALL)
    said = list(NET.learn_stacked(lessons, Control(), tmp_path / "stack.pt"))
    hold(NET, lessons, said, tmp_path)
    ends = {each.member: each for each in said if isinstance(each, MemberEnded)}
    assert ends[1].early
    assert not ends[0].early
    assert len(curve(said, 1)) < len(curve(said, 0)) == 12


def test_that_a_member_that_runs_away_leaves_the_others_untouched(tmp_path):
    own = [{"seed": 1}, {"seed": 2, "learning_rate": 10.0}, {"seed": 3, "dropout": 0.3}]
    wild = {**SMALL, "normalisation": "none", "optimiser": "sgd", "gradient_clipping": 0.0, "epochs": 4}
    lessons = lessons_of(NET, Task.REGRESSION, tmp_path, own, schedule="constant", **wild)
    said = list(NET.learn_stacked(lessons, Control(), tmp_path / "stack.pt"))
    hold(NET, [lessons[0]], said, tmp_path)
    third = [each.model_copy(update={"member": 0}) for each in curve(said, 2)]
    hold(NET, [lessons[2]], third, tmp_path)
    noticed = [each for each in said if isinstance(each, Noticed) and each.problem.key != "chance.stack"]
    assert {each.member for each in noticed} == {1}
    with_it, _ = alone_or_refused(lessons[1], tmp_path)
    first = next(each for each in with_it if isinstance(each, Noticed))
    assert noticed[0].problem == first.problem
    mine, theirs = curve(said, 1), curve(with_it)
    assert [each.epoch for each in mine] == [each.epoch for each in theirs]
    assert said[-1].type == "RunFinished"


def alone_or_refused(lesson: Lesson, folder: Path) -> tuple[list[Event], UserError | None]:
    """What a run alone says until its end or its refusal."""
    apart = replace(lesson, weights=folder / "alone.safetensors", state=folder / "alone.pt")
    said: list[Event] = []
    try:
        for each in NET.learn(apart, Control()):
            said.append(each)  # noqa: PERF402 - what was said before a refusal counts
    except UserError as error:
        return said, error
    return said, None


@pytest.mark.parametrize("when", ["between epochs", "within an epoch"])
def test_that_a_stack_goes_on_exactly_after_a_stop(when, tmp_path):
    own = [{**a, **b} for a, b in zip(VARIED, DRAWS, strict=True)]
    (tmp_path / "whole").mkdir()
    whole = lessons_of(NET, Task.CLASSIFICATION, tmp_path / "whole", own, **SMALL)
    expected = list(NET.learn_stacked(whole, Control(), tmp_path / "whole.pt"))
    lessons = lessons_of(NET, Task.CLASSIFICATION, tmp_path, own, **SMALL)
    control = Control()
    progress = Progress()
    counter = StopAfter(9) if when == "within an epoch" else control
    for event in NET.learn_stacked(lessons, counter, tmp_path / "stack.pt"):
        progress.add(event)
        if isinstance(event, EpochEnded) and event.epoch == 4:
            control.stop()
    assert progress.state is State.STOPPED
    again = list(NET.learn_stacked(lessons, Control(), tmp_path / "stack.pt", resume=True))
    assert isinstance(again[0], RunResumed)
    for event in again:
        progress.add(event)
    assert progress.state is State.FINISHED
    assert set(progress.ended) == {0, 1, 2, 3}
    for number, (mine, theirs) in enumerate(zip(lessons, whole, strict=True)):
        assert mine.weights.read_bytes() == theirs.weights.read_bytes()
        losses = [each.validation_loss for each in curve(expected, number)]
        assert progress.curves[number].validation_loss.tolist() == losses


class StopAfter(Control):
    """Wants a stop when it was asked so many times: at a batch within an epoch."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    @property
    def stop_wanted(self) -> bool:
        """Whether it was asked often enough."""
        self._left -= 1
        return self._left < 0 or super().stop_wanted


@pytest.mark.parametrize(
    ("family", "settings", "times"),
    [
        pytest.param(NET, SMALL, 25, id="adamw, within an epoch"),
        pytest.param(LINE, {"optimiser": "sgd"}, 19, id="sgd, within an epoch"),
        pytest.param(NET, {**SMALL, "optimiser": "adam"}, 9, id="adam, before the first is over"),
    ],
)
def test_that_a_member_leaves_a_stopped_stack_and_goes_on_alone(family, settings, times, tmp_path):
    draws = DRAWS if family is NET else ({},) * 4
    own = [{**a, **b} for a, b in zip(VARIED, draws, strict=True)]
    lessons = lessons_of(family, Task.CLASSIFICATION, tmp_path, own, **settings)
    said = list(family.learn_stacked(lessons, StopAfter(times), tmp_path / "stack.pt"))
    assert said[-1].type == "RunStopped"
    for number, lesson in enumerate(lessons):
        expected, _ = alone(family, lesson, tmp_path)
        rest = list(family.learn(replace(lesson, resume=True), Control()))
        assert rest[-1].type == "RunFinished"
        losses = [each.validation_loss for each in (*curve(said, number), *curve(rest))]
        assert losses == pytest.approx([each.validation_loss for each in curve(expected)], rel=1e-4)


def test_that_a_member_s_own_stream_is_that_of_a_run(tmp_path):
    own = [{"seed": 1}, {"seed": 2, "epochs": 3}]
    lessons = lessons_of(NET, Task.CLASSIFICATION, tmp_path, own, **SMALL)
    apart, progress = SaidAlone(1), Progress()
    for event in NET.learn_stacked(lessons, Control(), tmp_path / "stack.pt"):
        own_event = apart.of(event)
        if own_event is not None:
            assert not progress.state.is_over
            progress.add(own_event)
    expected, _ = alone(NET, lessons[1], tmp_path)
    assert progress.state is State.FINISHED
    assert set(progress.curves) == {0}
    losses = [each.validation_loss for each in curve(expected)]
    assert progress.curve.validation_loss.tolist() == pytest.approx(losses, rel=1e-4)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"batch_size": 32}, "batch_size"), ({"width": 32}, "width"), ({"optimiser": "sgd"}, "optimiser")],
)
def test_that_lessons_of_other_shapes_stay_apart_and_say_why(changed, field, tmp_path):
    lessons = lessons_of(NET, Task.CLASSIFICATION, tmp_path, [{}, changed], width=24)
    found = NET.why_apart(lessons)
    assert found is not None
    assert found.field == field
    with pytest.raises(UserError, match="cannot be trained together"):
        list(NET.learn_stacked(lessons, Control(), tmp_path / "stack.pt"))


def test_that_other_rows_and_other_families_stay_apart(tmp_path):
    lessons = lessons_of(NET, Task.CLASSIFICATION, tmp_path, [{}, {"seed": 5}])
    other = replace(lessons[1], train=rows_of(103, Task.CLASSIFICATION, 9))
    assert NET.why_apart([lessons[0], other]).field == "data"
    same = replace(lessons[1], train=rows_of(103, Task.CLASSIFICATION, 0))
    assert NET.why_apart([lessons[0], same]) is None
    text = FAMILIES["text_network"]
    assert "does not offer" in text.why_apart(lessons).message
    with pytest.raises(UserError, match="does not offer"):
        text.learn_stacked(lessons, Control(), tmp_path / "stack.pt")


def test_that_a_member_that_cannot_be_saved_ends_with_its_reason_and_all_such_end_the_stack(tmp_path):
    wild = {"learning_rate": 10.0, "gradient_clipping": 0.0, "optimiser": "sgd", "schedule": "constant"}
    same = {**wild, **SMALL, "normalisation": "none", "epochs": 30}
    far = rows_of(103, Task.REGRESSION, 0)
    far = Examples((1000 * far.inputs[0], far.inputs[1]), 1000 * far.targets)
    lessons = lessons_of(NET, Task.REGRESSION, tmp_path, [{"seed": 1}, {"seed": 2}], **same)
    lessons = [replace(each, train=far) for each in lessons]
    said = list(NET.learn_stacked(lessons, Control(), tmp_path / "stack.pt"))
    ends = [each for each in said if isinstance(each, MemberEnded)]
    assert {each.member for each in ends} == {0, 1}
    for each in ends:
        _, error = alone_or_refused(lessons[each.member], tmp_path)
        assert error is not None
        assert each.problem == error.problem
    assert said[-1].type == "RunFailed"
    assert said[-1].problem.key == "training.not_finite"
    own = [event for event in map(SaidAlone(1).of, said) if event is not None]
    assert own[-1].type == "RunFailed"
    assert all(lesson.weights.exists() for lesson in lessons)
