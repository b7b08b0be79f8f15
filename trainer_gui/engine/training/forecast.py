"""What a training will cost, from a few real steps."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape, TargetColumn
from trainer_gui.engine.events import EpochEnded, to_json
from trainer_gui.engine.execution import Execution, Precision
from trainer_gui.engine.hyperparameters import Optimiser, TrainingSettings
from trainer_gui.engine.lesson import Forecast
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.training.device import Device, choose, set_threads
from trainer_gui.engine.training.dropout import Dropout
from trainer_gui.engine.training.found_ways import remembered
from trainer_gui.engine.training.layers import RandomShift, TextInputs
from trainer_gui.engine.training.making import placed
from trainer_gui.engine.training.memory import give_back, is_out_of_memory
from trainer_gui.engine.training.metrics import Loss, metrics_of
from trainer_gui.engine.training.precision import formats
from trainer_gui.engine.training.step import Step
from trainer_gui.engine.training.tally import Tally
from trainer_gui.engine.training.trial import LEAST, LEAST_STEPS, usual_way
from trainer_gui.engine.training.validation import PICTURES_PER_CHECK, ROWS_PER_CHECK
from trainer_gui.engine.training.weights import Build, outline

_BUDGET = 0.2  # seconds of measuring steps
_STEPS = 400  # at most; quick ones must be many, for a processor takes some until it is at its fastest
_SAVING = 1.02  # states and weights are written beside the training, but not for nothing
_RUNTIME = 92e6  # bytes of code and buffers that torch takes with its first steps
_CONVOLUTIONS = 28e6  # bytes more where pictures are folded
_COPIES = 1.5  # of a state while it is written: itself, and the weights as they go into their own file
_EPOCH = 6e-4  # seconds for the weights that are kept, and for the record
_ENDS = 0.05  # seconds for the first saving and the last
_WORDS = 400  # bytes that an epoch says on disk
_LOSSES = 1400  # bytes that the batches say four times a second
_PAPERS = 25e3  # bytes of recipe, environment and preparation
_RESERVE = 262e3  # bytes that are set aside for the last word while it trains


def measure(
    build: Build,
    shape: DataShape,
    settings: TrainingSettings,
    device: str,
    validation_rows: int,
) -> Forecast:
    """Times training steps of the real network on made-up rows; raises UserError where none fits in memory.

    Where the memory is too full for a batch it is divided, as the training itself will do.

    Draws nothing from the global random generators, so that a run under way elsewhere is not disturbed:
    what is left to chance is drawn from a generator of its own, and the weights are filled evenly.
    """
    chosen, parts = choose(device), 1
    while True:
        rows = min(settings.batch_size, max(1, shape.rows)) // chosen.processes // parts
        try:
            return _measured(build, shape, settings, chosen, validation_rows, max(2, rows), parts)
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        if rows < 4:
            raise refuse(
                "memory.too_small",
                "The memory of {device} is too small for this model, even with a few rows at a time.",
                "Choose a smaller size, or train on another device.",
                field="size",
                device=chosen.label,
            )
        parts *= 2
        give_back(torch.device(chosen.torch_name))


def _measured(
    build: Build,
    shape: DataShape,
    settings: TrainingSettings,
    chosen: Device,
    validation_rows: int,
    rows: int,
    parts: int,
) -> Forecast:
    """The same with so many rows at a time, a step being made of so many parts."""
    name = chosen.torch_name
    place = torch.device(name)
    batch = min(settings.batch_size, max(1, shape.rows))
    steps = max(1, -(-shape.rows // batch))
    found: _Rehearsal | None = None
    whole = math.inf
    for way in _likely_ways(build, shape, settings, place):
        set_threads(way.threads)
        tried = _Rehearsal(build, shape, settings, way, place, rows)
        taken = parts * _seconds_each(tried.step, name, _BUDGET)
        if taken < whole:
            found, whole = tried, taken
        if settings.epochs * steps < LEAST_STEPS or settings.epochs * steps * whole < LEAST:
            break  # so short a run tries nothing
    assert found is not None
    set_threads(found.way.threads)
    count = sum(each.numel() for each in found.network.parameters() if each.requires_grad)
    activations = _activation_bytes(found.network.eval(), found.inputs)
    epoch = (
        steps * whole
        + _check_seconds(found.network, found.loss, shape, name, validation_rows, parts)
        + _word_seconds()
        + _EPOCH
    )
    row = _row_bytes(shape)
    copies = 1 + {Optimiser.SGD: 1}.get(settings.optimiser, 2)
    states = count * 4 * (copies + 1)  # with the best weights
    seconds = settings.epochs * epoch * _SAVING + _ENDS
    said = settings.epochs * _WORDS + 4 * seconds * _LOSSES
    memory = _RUNTIME + (_CONVOLUTIONS if shape.picture else 0) + states + count * 4 + _COPIES * states
    return Forecast(
        parameters=count,
        seconds=seconds,
        memory_bytes=round(memory + 2 * activations + (shape.rows + validation_rows) * row),
        disk_bytes=round(states + count * 4 + said + _PAPERS),
        disk_bytes_meanwhile=round(3 * states + 2 * count * 4 + said + _PAPERS + _RESERVE),
    )


def _likely_ways(
    build: Build, shape: DataShape, settings: TrainingSettings, place: torch.device
) -> list[Execution]:
    """The way that was found for such a run before, or those that its trial is the likeliest to choose."""
    kept = remembered(build, shape, settings, str(place))
    if kept is not None:
        return [kept.model_copy(update={"captured": False})]
    usual = usual_way(build, shape, settings, str(place))
    ways = [usual]
    if place.type == "cpu" and not settings.threads and usual.threads > 1:
        ways.append(usual.model_copy(update={"threads": 1}))
    rounder = formats(place)[-1]
    free = settings.precision is Precision.AUTO and shape.task is Task.CLASSIFICATION
    if free and shape.picture is not None and rounder is not usual.precision:
        ways += [each.model_copy(update={"precision": rounder, "channels_last": True}) for each in ways]
    return ways


class _Rehearsal:
    """Steps of the real network on made-up rows, in one way."""

    def __init__(
        self,
        build: Build,
        shape: DataShape,
        settings: TrainingSettings,
        way: Execution,
        place: torch.device,
        rows: int,
    ) -> None:
        self.way = way
        self.network = _with_own_chance(placed(outline(build).to_empty(device=place), way, place))
        for each in self.network.state_dict().values():
            each.fill_(0.01)
        self.inputs, self.targets = _made_up(shape, rows, str(place))
        self.loss = Loss(shape.task, settings, self.targets, shape.outputs).to(place)
        self._stepper = Step(self.network.train(), self.loss, settings, way, place)
        self._order = torch.arange(rows, device=place)
        self._tally = Tally()

    def step(self) -> None:
        """One step, and what is kept of it."""
        inputs = [each.index_select(0, self._order) for each in self.inputs]
        said, length = self._stepper.take(inputs, self.targets.index_select(0, self._order), 1e-9)
        self._tally.add(said, length, len(self._order))


def _with_own_chance(network: nn.Module) -> nn.Module:
    """The network, which draws what it leaves to chance from a generator of its own, as on the CPU."""
    chance = torch.Generator(device=next(network.parameters()).device).manual_seed(0)
    for piece in network.modules():
        if isinstance(piece, RandomShift | TextInputs | Dropout):
            piece.chance = chance
    return network


def _check_seconds(
    network: nn.Module, loss: Loss, shape: DataShape, device: str, validation_rows: int, parts: int
) -> float:
    """The time of one check on the validation rows."""
    most = PICTURES_PER_CHECK if shape.picture else ROWS_PER_CHECK
    rows = max(1, min(most // parts, validation_rows))
    inputs, targets = _made_up(shape, rows, device)
    target = TargetColumn(name="", task=shape.task)
    network.eval()

    def check() -> None:
        with torch.no_grad():
            outputs = network(*inputs)
            float(loss(outputs, targets))
            metrics_of(shape.task, outputs, targets, target)

    return _seconds_each(check, device, _BUDGET / 4) * max(1.0, validation_rows / rows)


def _word_seconds() -> float:
    """The time that an epoch takes to be told."""
    said = EpochEnded(epoch=1, train_loss=0.1, validation_loss=0.1, metrics={"accuracy": 0.5, "other": 0.5})
    return 3 * _seconds_each(lambda: to_json(said.model_copy(update={"seconds": 1.0})), "cpu", 0.01)


def _row_bytes(shape: DataShape) -> int:
    row = shape.numbers * 4 + len(shape.categories) * 8 + sum(shape.texts) * 4 + 8
    if shape.picture:
        row += shape.picture[0] * shape.picture[1] * shape.picture[2]
    return row


def _made_up(shape: DataShape, rows: int, device: str) -> tuple[list[Tensor], Tensor]:
    draw = torch.Generator().manual_seed(0)
    inputs: list[Tensor] = []
    if shape.numbers:
        inputs.append(torch.randn(rows, shape.numbers, generator=draw))
    if shape.categories:
        places = [torch.randint(0, each, (rows,), generator=draw) for each in shape.categories]
        inputs.append(torch.stack(places, 1))
    inputs += [
        torch.randint(0, 2**31 - 1, (rows, ids), generator=draw, dtype=torch.int32) for ids in shape.texts
    ]
    if shape.picture:
        inputs.append(torch.randint(0, 256, (rows, *shape.picture), generator=draw, dtype=torch.uint8))
    if shape.task is Task.CLASSIFICATION:
        targets = torch.randint(0, shape.outputs, (rows,), generator=draw)
    else:
        targets = torch.randn(rows, generator=draw)
    return [each.to(device) for each in inputs], targets.to(device)


def _activation_bytes(network: nn.Module, inputs: list[Tensor]) -> int:
    total = 0

    def add(module: nn.Module, given: object, made: Tensor) -> None:
        nonlocal total
        total += made.numel() * made.element_size()

    hooks = [each.register_forward_hook(add) for each in network.modules() if not list(each.children())]
    with torch.no_grad():
        network(*inputs)
    for hook in hooks:
        hook.remove()
    return total


def _seconds_each(work: Callable[[], object], device: str, budget: float) -> float:
    """The mean time, as a run feels it: without the first ones, and without a single long interruption."""

    def finish() -> None:
        if device.startswith("cuda"):
            torch.cuda.synchronize()
        elif device == "mps":
            torch.mps.synchronize()

    work()
    finish()
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < 3 or (len(times) < _STEPS and time.perf_counter() - begin < budget):
        start = time.perf_counter()
        work()
        finish()
        times.append(time.perf_counter() - start)
    late = sorted(times[len(times) // 4 :])
    kept = late[: max(1, len(late) - max(1, len(late) // 50))]
    return sum(kept) / len(kept)
