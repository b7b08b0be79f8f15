"""Lines that stay, and the live line."""

import io
import sys

import pytest

from trainer_gui.cli.terminal import Terminal, forgive_letters


class Screen(io.StringIO):
    """A terminal of which everything that was sent is kept."""

    def isatty(self):
        return True

    @property
    def rows(self):
        """What is seen in the end, as a terminal without colours would show it."""
        seen, row = [], ""
        for piece in self.getvalue().replace("\n", "\n\r").split("\r"):
            ends = piece.endswith("\n")
            text = piece.rstrip("\n")
            row = text + row[len(text) :]
            if ends:
                seen.append(row.rstrip())
                row = ""
        return [*seen, row.rstrip()]


@pytest.fixture
def narrow(monkeypatch):
    """A terminal of 40 cells."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LINES", "10")
    monkeypatch.setenv("TERM", "xterm")


def test_that_the_live_line_is_drawn_over_itself_and_gone_in_the_end(narrow):
    screen = Screen()
    terminal = Terminal(screen)
    terminal.show("Epoch 10 of 10", "loss 0.1", at_once=True)
    terminal.show("Epoch 11", at_once=True)
    assert screen.rows == ["Epoch 11"]
    terminal.say("Finished")
    assert screen.rows == ["Finished", ""]


def test_that_the_live_line_keeps_what_matters_most_where_there_is_little_room(narrow):
    screen = Screen()
    Terminal(screen).show(
        "Epoch 1 of 10", "loss 0.1234", "a part that is far too long to fit", "left", at_once=True
    )
    assert screen.rows == ["Epoch 1 of 10  loss 0.1234  left"]


def test_that_there_is_no_live_line_where_there_is_no_terminal():
    stream = io.StringIO()
    Terminal(stream).show("Epoch 1", at_once=True)
    assert stream.getvalue() == ""


def test_that_colours_appear_on_a_terminal_and_not_where_they_are_not_wanted(narrow, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured, plain, file = Screen(), Screen(), io.StringIO()
    Terminal(coloured).say("ok", "good")
    monkeypatch.setenv("NO_COLOR", "1")
    Terminal(plain).say("ok", "good")
    Terminal(file).say("ok", "good")
    assert coloured.getvalue() == "\x1b[32mok\x1b[0m\n"
    assert plain.getvalue() == file.getvalue() == "ok\n"


def test_that_names_in_files_cannot_steer_the_terminal():
    stream = io.StringIO()
    Terminal(stream).say("a\x1b[2Jb\rc\nd")
    assert stream.getvalue() == "a\ufffd[2Jb\ufffdc\nd\n"


def test_that_a_console_that_lacks_a_letter_shows_another(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252", newline="\n"))
    forgive_letters()
    Terminal(sys.stdout).say("Größe 花 R²")
    assert raw.getvalue().decode("cp1252") == "Größe ? R²\n"


def test_that_a_process_without_output_goes_on():
    terminal = Terminal(None)
    terminal.say("nobody reads this")
    terminal.show("nor", "this")
    assert not terminal.is_live
