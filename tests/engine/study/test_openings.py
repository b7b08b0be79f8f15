"""A second look at the test rows of a study is said by all its runs, for ever."""

from trainer_gui.engine.control import Control
from trainer_gui.engine.evaluate import evaluate
from trainer_gui.engine.recipe import Choices, resolve
from trainer_gui.engine.run import train
from trainer_gui.engine.run_folder import RunFolder
from trainer_gui.engine.study.folder import create_study
from trainer_gui.engine.study.plan import plan_study


def _keys(report):
    return [each.key for each in report.notes]


def test_that_a_look_by_another_run_of_the_study_counts_and_is_said_for_ever(flowers, tmp_path):
    choices = Choices(family="linear", size="tiny", settings=(("epochs", 2),))
    study = plan_study(flowers, choices, ("learning_rate=0.01,0.1",), "grid", {}).recipe
    folder = create_study(study, tmp_path / "study")
    runs = []
    for number in (1, 2):
        path = folder.path / "trials" / f"{number:04d}"
        run, events = train(study.base, Control(), path=path, dataset=flowers)
        assert list(events)[-1].type == "RunFinished"
        runs.append(run)
    first, second = runs
    report = evaluate(first, "test", flowers)
    assert (report.test_openings, _keys(report)) == (1, [])
    assert evaluate(second, "validation", flowers).test_openings == 1
    report = evaluate(second, "test", flowers)
    assert report.test_openings == 2
    for run in (first, second):  # read again, as after a restart
        again = evaluate(RunFolder(run.path), "validation", flowers)
        assert again.test_openings == 2
        assert _keys(again) == ["evaluate.opened_again"]
    assert "by other runs of its study" in str(report.notes[0])

    alone, events = train(resolve(flowers, choices), Control(), path=tmp_path / "alone", dataset=flowers)
    list(events)
    assert alone.test_openings == []
