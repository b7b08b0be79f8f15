"""A study whose runs are jobs, and what is said where SLURM is not there or does not take them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psutil
import pytest

from trainer_gui.engine.control import Control
from trainer_gui.engine.events import Noticed
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.sources import open_data
from trainer_gui.engine.study.conduct import conduct
from trainer_gui.engine.study.events import StudyEnded, TrialReported
from trainer_gui.engine.study.folder import study_progress_of
from trainer_gui.engine.study.places import PLACES

pytest.importorskip("submitit", reason="submitit is not installed; the extra “slurm” brings it")
_EPOCHS = 300
_REFUSES = """#!/bin/sh
cp "$1" {copy}
echo "sbatch: error: invalid partition specified: nowhere" >&2
exit 1
"""


def jobs_of(folder: Path) -> list[psutil.Process]:
    """The processes of the jobs of a study: those that submitit began."""
    found = []
    for each in psutil.process_iter(["cmdline"]):
        words = " ".join(each.info["cmdline"] or [])
        if str(folder / "orders" / "jobs") in words:
            found += [each, *each.children(recursive=True)]
    return found


@pytest.mark.slow
def test_that_a_job_that_is_taken_away_goes_on_in_another(make_study):
    settings = (("epochs", _EPOCHS), ("threads", 1), ("early_stopping", False))
    base = resolve(open_data("sample:iris"), Choices(family="linear", size="tiny", settings=settings))
    folder = make_study(
        trials=1,
        base=base,
        starts={"linear": {"tiny": dict(base.settings)}},
        place="slurm",
        place_settings={"manager": "local"},
    )
    said, taken = [], False
    for event in conduct(folder, Control()):
        said.append(event)
        if isinstance(event, TrialReported) and not taken:
            for process in jobs_of(folder.path):
                process.kill()
            taken = True
    assert isinstance(said[-1], StudyEnded)
    assert said[-1].outcome == "finished"
    assert [each.problem.key for each in said if isinstance(each, Noticed)] == ["slurm.job_lost"]
    (trial,) = study_progress_of(folder).trials.values()
    assert trial.outcome == "finished"
    assert [epoch for epoch, _ in trial.losses[0]] == list(range(1, _EPOCHS + 1))


def test_that_a_computer_without_slurm_is_said_in_words(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError) as caught:
        PLACES["slurm"].at({}).room(1, 1, on_gpu=False)
    assert caught.value.problem.key == "slurm.not_here"


@pytest.mark.skipif(os.name == "nt", reason="what stands in for sbatch is a shell script")
def test_that_what_was_chosen_reaches_slurm_and_what_it_refuses_is_said_in_its_words(
    make_study, monkeypatch, tmp_path
):
    place, copy = tmp_path / "commands", tmp_path / "script"
    place.mkdir()
    for name in ("sbatch", "srun"):
        (place / name).write_text(_REFUSES.format(copy=copy), encoding="ascii")
        (place / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    chosen = {"partition": "nowhere", "run_minutes": 30, "memory": 7, "gpus": 2, "account": "lab"}
    folder = make_study(trials=1, place="slurm", place_settings=chosen)
    last = list(conduct(folder, Control()))[-1]
    assert last.outcome == "failed"
    assert last.problem.key == "slurm.refused"
    assert "invalid partition specified: nowhere" in last.problem.message
    asked = {line.removeprefix("#SBATCH --") for line in copy.read_text().splitlines() if "#SBATCH" in line}
    wanted = {"partition=nowhere", "time=30", "mem=7GB", "gpus-per-node=2", "account=lab", "no-requeue"}
    assert wanted <= asked, json.dumps(sorted(asked))
    assert [each.outcome for each in study_progress_of(folder).trials.values()] == ["stopped"]
