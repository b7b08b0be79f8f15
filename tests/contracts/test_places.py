"""What every place promises at which runs are trained; a new one is tested here without a new test."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from tests.local_ray import LocalRay
from trainer_gui.engine.events import EpochEnded, Event, LastWord, RunFinished, RunStarted, RunStopped
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run_folder import RunFolder, replay
from trainer_gui.engine.settings import declared_in
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.study.order import can_go_on
from trainer_gui.engine.study.place import Order, Place, Worker
from trainer_gui.engine.study.places import PLACES

_PATIENCE = 150.0  # seconds
_FEW, _ENDLESS = 4, 100_000  # epochs


@pytest.fixture(scope="module", params=[each.name for each in PLACES])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    found = PLACES[request.param]
    if found.missing():
        pytest.skip(f"{', '.join(found.missing())} is not installed; the extra “{found.extra}” brings it")
    if found.name == "ray":
        cluster = LocalRay(cpus=4)
        try:
            ready = found.at({"address": cluster.address, "token_file": str(cluster.token)})
            yield ready
            ready.close()
        finally:
            cluster.close()
    else:
        yield found.at({"manager": "local"} if found.name == "slurm" else {})


@dataclass
class Carried:
    """A run that is followed to its end."""

    order: Order
    worker: Worker
    said: list[Event] = field(default_factory=list)
    code: int | None = None

    def listen(self) -> None:
        if self.code is None:
            self.code = self.worker.exit_code
            self.said += self.worker.news()

    @property
    def trains(self) -> bool:
        return any(isinstance(each, EpochEnded) for each in self.said)


def orders(folder: Path) -> Iterator[tuple[str, Order]]:
    """One that is short and three that do not end by themselves."""
    table = folder / "table.csv"
    rows = (f"{row % 7},{row % 5},{'high' if row % 7 > 3 else 'low'}\n" for row in range(140))
    table.write_text("a,b,class\n" + "".join(rows), encoding="utf-8")
    (folder / "orders").mkdir()
    for name in ("whole", "stopped", "died", "killed"):
        epochs = _FEW if name == "whole" else _ENDLESS
        settings = (("epochs", epochs), ("threads", 1), ("early_stopping", False))
        recipe = resolve(open_data(table), Choices(family="linear", size="tiny", settings=settings))
        file = folder / "orders" / f"{name}.toml"
        file.write_text(recipe.to_toml(), encoding="utf-8")
        yield name, Order(file, folder / "trials" / name, file.with_suffix(".log"), f"Ünïque {name}")


def processes_of(order: Order) -> list[psutil.Process]:
    """Those that train the run, wherever they were begun."""
    found = []
    for each in psutil.process_iter(["cmdline"]):
        words = each.info["cmdline"] or []
        if str(order.run) in words and "train" in words:
            found.append(each)
    return found


@pytest.fixture(scope="module")
def carried(place: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Carried]:
    """Four runs side by side: one ends, one is stopped, one dies, and one is killed."""
    folder = tmp_path_factory.mktemp("study").resolve()
    found = {name: Carried(order, place.start(order)) for name, order in orders(folder)}
    killed = found["killed"]
    killed.worker.kill()
    killed.code = killed.worker.exit_code
    has_died = False
    deadline = time.monotonic() + _PATIENCE
    while any(each.code is None for each in found.values()):
        assert time.monotonic() < deadline, {name: (each.code, each.said) for name, each in found.items()}
        for each in found.values():
            each.listen()
        if found["stopped"].trains:
            found["stopped"].worker.stop()
        if found["died"].trains and not has_died:
            for process in processes_of(found["died"].order):
                process.kill()
            has_died = True
        time.sleep(0.05)
    for each in found.values():
        each.worker.kill()  # nothing happens
    return found


def test_that_what_a_run_says_arrives_whole_and_in_order(carried: dict[str, Carried]) -> None:
    run = carried["whole"]
    folder = RunFolder(run.order.run)
    assert run.said == list(replay(folder))
    assert isinstance(run.said[-1], RunFinished)
    assert [each.epoch for each in run.said if isinstance(each, EpochEnded)] == list(range(1, _FEW + 1))
    assert (run.code, run.worker.lost) == (0, None)
    assert folder.name == run.order.name
    assert folder.weights.is_file()


def test_that_a_run_is_heard_while_it_goes_on_and_ends_with_its_best_when_it_is_to_stop(
    carried: dict[str, Carried],
) -> None:
    run = carried["stopped"]
    assert any(isinstance(each, RunStarted) for each in run.said)
    assert isinstance(run.said[-1], RunStopped)
    assert run.said[-1].best_epoch > 0
    assert run.code == 130
    folder = RunFolder(run.order.run)
    assert folder.weights.is_file()
    assert can_go_on(folder)


def test_that_a_run_whose_process_dies_has_no_last_word_and_does_not_end_well(
    carried: dict[str, Carried],
) -> None:
    run = carried["died"]
    assert run.trains
    assert not any(isinstance(each, LastWord) for each in run.said)
    assert run.code != 0
    assert run.worker.exit_code == run.code


def test_that_a_run_that_is_killed_is_gone(carried: dict[str, Carried]) -> None:
    run = carried["killed"]
    assert run.code not in (None, 0)
    assert not processes_of(run.order)


def test_that_a_place_declares_itself_and_keeps_no_secret_among_its_settings(place: Place) -> None:
    assert place.label
    assert place.summary.endswith(".")
    assert not place.missing()
    with pytest.raises(UserError):
        place.at({"nothing of the kind": 1})
    for each in declared_in(place.settings):
        assert each.help.endswith(".")
        assert "password" not in each.name
    room = place.room(1, 1, on_gpu=False)
    assert 1 <= room.usual <= room.most
