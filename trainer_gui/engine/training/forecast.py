"""What a training will cost, from a few real steps."""

from __future__ import annotations

import time

import torch
from torch import Tensor, nn

from trainer_gui.engine.data.dataset import Task
from trainer_gui.engine.data.prepare import DataShape
from trainer_gui.engine.hyperparameters import Optimiser, TrainingSettings
from trainer_gui.engine.lesson import Forecast
from trainer_gui.engine.training.device import choose, set_threads
from trainer_gui.engine.training.metrics import Loss
from trainer_gui.engine.training.optimisers import make_optimiser
from trainer_gui.engine.training.precision import cast
from trainer_gui.engine.training.training import placed
from trainer_gui.engine.training.trial import remembered, usual_way
from trainer_gui.engine.training.weights import Build, outline

_BUDGET = 0.15  # seconds of measuring
_STEPS = 12


def measure(
    build: Build,
    shape: DataShape,
    settings: TrainingSettings,
    device: str,
    validation_rows: int,
) -> Forecast:
    """Times training steps of the real network on made-up rows.

    Draws nothing from the global random generators, so that a run under way elsewhere is not disturbed:
    dropout is therefore left out, and the weights are filled evenly.
    """
    name = choose(device).name
    way = remembered(build, shape, settings, name) or usual_way(shape, settings)
    set_threads(way.threads)
    network = placed(outline(build).to_empty(device=name), way, torch.device(name)).eval()
    for each in network.state_dict().values():
        each.fill_(0.01)
    parameters = list(network.parameters())
    count = sum(each.numel() for each in parameters)
    batch = min(settings.batch_size, max(1, shape.rows))
    inputs, targets = _made_up(shape, batch, name)
    loss = Loss(shape.task, settings, targets, shape.outputs).to(name)
    optimiser = make_optimiser(settings, network)
    activations = _activation_bytes(network, inputs)

    def step() -> None:
        optimiser.zero_grad()
        with cast(way.precision, torch.device(name)):
            outputs = network(*inputs)
        loss(outputs.float(), targets).backward()
        optimiser.step()

    forward = _seconds_each(lambda: network(*inputs), name, _BUDGET / 4)
    whole = _seconds_each(step, name, _BUDGET)
    steps = -(-shape.rows // batch)
    checks = validation_rows / batch
    epoch = steps * (whole + 6e-5) + checks * forward + 1e-3
    copies = 2 + {Optimiser.SGD: 1}.get(settings.optimiser, 2)
    row = shape.numbers * 4 + len(shape.categories) * 8 + sum(shape.texts) * 4
    if shape.picture:
        row += shape.picture[0] * shape.picture[1] * shape.picture[2]
    memory = count * 4 * (copies + 1) + 2 * activations + (shape.rows + validation_rows) * row
    return Forecast(count, settings.epochs * epoch, memory)


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


def _seconds_each(work: object, device: str, budget: float) -> float:
    assert callable(work)

    def finish() -> None:
        if device.startswith("cuda"):
            torch.cuda.synchronize()
        elif device == "mps":
            torch.mps.synchronize()

    work()
    finish()
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < _STEPS and time.perf_counter() - begin < budget:
        start = time.perf_counter()
        work()
        finish()
        times.append(time.perf_counter() - start)
    times.sort()
    return times[len(times) // 2]
