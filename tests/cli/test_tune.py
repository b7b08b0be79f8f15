"""`tune`, in this process; what it starts are real processes."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from trainer_gui.engine.store import runs
from trainer_gui.engine.study.events import from_json
from trainer_gui.engine.study.folder import replay, studies


@pytest.mark.slow
def test_that_a_study_ends_with_its_best_setting_and_can_be_continued(give, flowers):
    words = ("--family", "linear", "--size", "tiny", "--epochs", 3)
    said = give("tune", flowers, *words, "--vary", "learning_rate=0.001,0.1", "--how", "grid", "--json")
    assert said.code == 0, said.err
    (study,) = studies()
    assert [from_json(line) for line in said.out.splitlines()] == list(replay(study))
    assert said.lines[-1]["outcome"] == "finished"
    for text in (
        "2 runs",
        "it will take",
        "The best setting is learning_rate",
        "flatters",
        "test rows are still",
    ):
        assert text in said.err
    assert runs() == []  # they lie in the study
    again = give("tune", "--continue", study.path.name)
    assert again.code == 2
    assert "more trials" in again.err
    # With another place as well, where that can be.
    place = ("--place", "slurm", "--place-set", "manager=local") if find_spec("submitit") else ()
    wider = give("tune", "--continue", study.path, "--vary", "learning_rate=0.001,0.01,0.1", *place)
    assert wider.code == 0, wider.err
    assert study.recipe.place == ("slurm" if place else "here")
    assert "2 trials done" in wider.out
    assert "3 trials done" in wider.out
    assert study.path.name in give("tune", "--continue", "nowhere").err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "Nothing is to vary"),
        (("--vary", "learning_rate=0.1..0.01"), "upside down"),
        (("--vary", "epochs=1..5"), "Epochs is not varied"),
        (("--vary", "size=tiny,small", "--trials", "0"), "Trials cannot be 0"),
        (("--vary", "size=tiny,small", "--minutes", "0"), "Minutes cannot be 0"),
        (("--vary", "size=tiny,small", "--repeats", "0"), "Repeats cannot be 0"),
        (("--vary", "size=tiny,small", "--how", "magic"), "no strategy named “magic”"),
        (("--vary", "size=tiny,small", "--place", "moon"), "no place named “moon”"),
        (("--vary", "size=tiny,small", "--place-set", "address=x"), "no setting named “address”"),
        (("--vary", "size=tiny,small", "--continue", "x"), "continued has its own DATA"),
    ],
)
def test_that_what_makes_no_sense_is_refused_in_a_sentence_and_leaves_nothing(give, flowers, words, reason):
    said = give("tune", flowers, *words)
    assert said.code == 2
    assert reason in said.err
    assert studies() == []
    assert give("tune").code == 2
    assert give("tune", "--continue", Path("nowhere")).code == 2
