"""Names from other people's files stand in sentences without turning or tearing them."""

from trainer_gui.engine.data.mending import listed
from trainer_gui.engine.names import in_sentence, one_line
from trainer_gui.engine.problems import problem


def test_that_line_breaks_and_signs_that_steer_are_taken_out_and_emoji_stay_whole():
    assert one_line("a\nb\r\tc\u2028d") == "a b  c d"
    assert one_line("\u202egpj.exe\u202c") == "gpj.exe"
    assert one_line("a\x1b[2Jb\0") == "a\ufffd[2Jb\ufffd"
    family = "👨\u200d👩\u200d👧"
    assert one_line(family) == family


def test_that_a_long_name_is_cut_in_the_middle_but_paths_and_lists_are_not():
    shown = in_sentence("x" * 200 + ".csv")
    assert len(shown) < 80
    assert shown.endswith("x.csv")
    path = "/folder" * 30
    assert in_sentence(path) == path
    names = [f"column number {n}" for n in range(20)]
    assert in_sentence(", ".join(names)) == ", ".join(names)


def test_that_names_from_right_to_left_keep_to_themselves():
    found = problem("x", "{name} has no rows.", "See {names}.", name="לקוחות", names=listed(["שלום", "b"]))
    assert found.message == "\u2068לקוחות\u2069 has no rows."
    assert found.advice == "See “\u2068שלום\u2069” and “b”."
    assert found.values["name"] == "לקוחות"
