"""A study on a real Ray cluster of this machine, and what is said where there is none."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from tests.local_ray import LocalRay
from trainer_gui.engine.control import Control
from trainer_gui.engine.data.dataset import Table
from trainer_gui.engine.events import Noticed
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.progress import State
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run_folder import progress_of
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.study.conduct import conduct
from trainer_gui.engine.study.events import StudyStarted, TrialReported
from trainer_gui.engine.study.folder import create_study, study_progress_of
from trainer_gui.engine.study.places import PLACES
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.space import space_of

_EPOCHS = 500


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalRay]:
    pytest.importorskip("ray", reason="Ray is not installed; the extra “ray” brings it")
    found = LocalRay(cpus=1)
    try:
        yield found
    finally:
        found.close()


def refusal(address: str, token: str = "") -> str:
    place = PLACES["ray"].at({"address": address, "token_file": token})
    with pytest.raises(UserError) as caught:
        place.room(1, 1, on_gpu=False)
    place.close()
    return caught.value.problem.key


def test_that_a_cluster_that_is_not_there_or_refuses_the_token_is_said_in_words(cluster, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.2", 0))  # nobody listens
        assert refusal(f"127.0.0.2:{taken.getsockname()[1]}") == "ray.nobody_there"
    assert refusal("127.0.0.2:99999999") == "ray.bad_address"
    wrong = tmp_path / "wrong"
    wrong.write_text("0" * 64, encoding="ascii")
    assert refusal(cluster.address, str(wrong)) == "ray.token_refused"
    assert refusal(cluster.address) == "ray.token_refused"
    assert refusal(cluster.address, str(tmp_path / "none")) == "ray.no_token"


def test_that_a_cluster_of_another_version_is_said_in_words(cluster, tmp_path, monkeypatch):
    # What Python runs first of all makes the program that asks believe that its own Ray is an old one.
    (tmp_path / "sitecustomize.py").write_text("import ray; ray.__version__ = '2.1.0'", encoding="ascii")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    assert refusal(cluster.address, str(cluster.token)) == "ray.other_version"


def test_that_a_cluster_is_reached_from_a_computer_that_is_not_part_of_it(cluster):
    pytest.importorskip("grpc", reason="grpcio is not installed; the extra “ray” brings it")
    place = PLACES["ray"].at({"address": cluster.outside, "token_file": str(cluster.token)})
    assert place.room(1, 1, on_gpu=False).usual == 1
    place.close()


@pytest.mark.slow
def test_that_losing_a_computer_costs_only_what_was_trained_on_it(cluster, tmp_path):
    table = tmp_path / "table.csv"
    rows = (f"{row % 7},{row % 5},{'high' if row % 7 > 3 else 'low'}\n" for row in range(140))
    table.write_text("a,b,class\n" + "".join(rows), encoding="utf-8")
    data = open_data(table)
    assert isinstance(data, Table)
    settings = (("epochs", _EPOCHS), ("threads", 1), ("early_stopping", False))
    base = resolve(data, Choices(family="linear", size="tiny", settings=settings))
    place = PLACES["ray"].at(
        {"address": cluster.address, "token_file": str(cluster.token), "files": "copied"}
    )
    recipe = StudyRecipe(
        name="far away",
        how="random",
        vary=space_of(("learning_rate=0.001..0.1",), "linear").texts,
        trials=2,
        minutes=10.0,
        repeats=1,
        at_once=2,
        seconds_each=1.0,
        base=base,
        starts={"linear": {"tiny": dict(base.settings)}},
        place=place.name,
        place_settings=place.chosen.model_dump(mode="json"),
    )
    folder = create_study(recipe, tmp_path / "study")
    assert cluster.token.read_text() not in (folder.path / "study.toml").read_text()
    node, lost = cluster.add_node(3, cpus=1), False
    begun: set[int] = set()
    said = []
    for event in conduct(folder, Control()):
        said.append(event)
        if isinstance(event, TrialReported):
            begun.add(event.number)
        if begun == {0, 1} and not lost:
            cluster.lose(node)
            lost = True
    progress = study_progress_of(folder)
    assert isinstance(said[0], StudyStarted)
    assert [each.outcome for each in progress.trials.values()] == ["finished", "finished"]
    assert [each.problem.key for each in said if isinstance(each, Noticed)] == ["ray.node_lost"]
    for trial in progress.trials.values():
        run = folder.run(trial.runs[0])
        assert progress_of(run).state is State.FINISHED
        assert run.weights.is_file()
        assert run.recipe.data.location == str(table)  # as it is known here, not there
        assert len(trial.losses[0]) == _EPOCHS
    firsts = [each.number for each in said if isinstance(each, TrialReported) and each.epoch == 1]
    assert sorted(firsts) in ([0, 0, 1], [0, 1, 1])  # one of them was begun again, the other was not
