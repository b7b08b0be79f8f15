"""The command line: the same engine as the window, with the same names."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import sys
import threading
from importlib import import_module
from pathlib import Path

from trainer_gui.cli.terminal import Terminal, forgive_letters, let_go

PROGRAM = "trainer-gui"
WORDS = {
    "examine": "say how data was understood, and what is wrong with it",
    "train": "train a model on data, or repeat a recipe",
    "resume": "go on with a run that was stopped or interrupted",
    "queue": "list the runs that wait, or train them one after another",
    "tune": "find good settings by training with many, judged on the validation rows",
    "ensemble": "make one model of several runs, which answers with the mean of theirs",
    "evaluate": "say how good the model of a run is",
    "predict": "let the model of a run answer for new data",
    "export": "write the model of a run for use elsewhere",
    "runs": "list every run",
    "starts": "list the runs that a new one could start from, or those that a run comes from",
    "selfcheck": "check that everything works on this computer",
}
_PATIENCE = 3.0  # seconds that a drive may take to answer
_DONE, _FAILED, _MISTAKE, _STOPPED = 0, 1, 2, 130


def is_command(arguments: list[str]) -> bool:
    """Whether the arguments are for the command line, rather than nothing or data to open in the window."""
    if not arguments:
        return False
    first = arguments[0]
    return first in WORDS or not (first.startswith("sample:") or _is_there(first))


def _is_there(location: str) -> bool:
    """Whether there is a file or folder; what does not answer is: the window says that it stalls."""
    found: list[bool] = []

    def look() -> None:
        with contextlib.suppress(OSError, ValueError):
            found.append(Path(location).exists())
            return
        found.append(False)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(_PATIENCE)
    return found[0] if found else True


def main(argv: list[str]) -> int:
    """Does what the arguments say (the program's name is not among them) and gives the exit code.

    0: done. 1: failed. 2: a mistake of the user, or nothing to do. 130: stopped.
    """
    forgive_letters()
    arguments = [each for each in argv if each != "--debug"]
    debug = "--debug" in argv
    from trainer_gui.cli.stopping import interrupt_on_signal

    try:
        with interrupt_on_signal():
            return _do(arguments, debug)
    except SystemExit as end:  # argparse has shown its help
        return int(end.code or 0)
    except KeyboardInterrupt:
        _complain("\nStopped.")
        return _STOPPED
    except BrokenPipeError:
        return _STOPPED
    except Exception as error:  # noqa: BLE001 - a traceback is never the first thing that a person reads
        return _explain(error, arguments, debug)
    finally:
        let_go()


def _do(arguments: list[str], debug: bool) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "--version"):
        return _introduce(arguments)
    word, *rest = arguments
    if word.startswith("--"):
        from trainer_gui.engine.reopening import HIDDEN_WORD
        from trainer_gui.engine.reopening import main as answer

        if word == HIDDEN_WORD:  # the packaged app asks itself, in a fresh process
            return answer(rest)
    if word not in WORDS:
        raise _unknown_word(word)
    from trainer_gui.cli.arguments import Parser

    module = import_module(f"trainer_gui.cli.{word}")
    about = WORDS[word]
    parser = Parser(f"{PROGRAM} {word}", f"{about[:1].upper()}{about[1:]}.", module.USAGE)
    parser.add_argument("--debug", action="store_true", help="show the details of a fault")
    module.add_arguments(parser)
    options = parser.read(rest)
    options.debug = debug
    code = module.run(options)
    assert isinstance(code, int)
    return code


def _introduce(arguments: list[str]) -> int:
    if arguments and arguments[0] == "--version":
        from importlib.metadata import version

        Terminal(sys.stdout).say(f"{PROGRAM} {version(PROGRAM)}")
        return _DONE
    words = "\n".join(f"  {word:<11}{about}" for word, about in WORDS.items())
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        usage=f"{PROGRAM} [FILE]\n       {PROGRAM} WORD … [--help]",
        description="Train machine-learning models on your own data. Without a word the window opens, with "
        "FILE as its data.",
        epilog=f"words:\n{words}\n\nDATA is a table file, a folder with one sub-folder of pictures for each "
        "class, sample:NAME, or - for standard input.\nExit codes: 0 done, 1 failed, 2 a mistake in what was "
        "asked for, 130 stopped.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="show the version and end")
    parser.print_help(None if arguments else sys.stderr)
    return _DONE if arguments else _MISTAKE


def _unknown_word(word: str) -> Exception:
    from trainer_gui.engine.problems import refuse

    close = difflib.get_close_matches(word, WORDS, n=2)
    return refuse(
        "arguments.unknown_word",
        "“{word}” is neither a command nor something that could be opened.",
        "Did you mean {close}?" if close else "“{program} --help” lists the commands.",
        word=word,
        close=" or ".join(close),
        program=PROGRAM,
    )


def _explain(error: Exception, arguments: list[str], debug: bool) -> int:
    from trainer_gui.engine.disk import in_words
    from trainer_gui.engine.problems import UserError

    if debug:
        import traceback

        _complain("".join(traceback.format_exception(error)))
    if isinstance(error, UserError):
        _complain(f"Error: {error.problem}")
        return _MISTAKE
    if isinstance(error, OSError):
        _complain(f"Error: {in_words(error, Path('the output'))}")
        return _FAILED
    from trainer_gui.cli.faults import write_report

    report = write_report(error, arguments)
    where = f"A report is in {report}; please send it, so that it can be mended." if report else ""
    _complain(f"Something in Trainer itself went wrong ({type(error).__name__}). {where}".strip())
    return _FAILED


def _complain(text: str) -> None:
    try:
        Terminal(sys.stderr).say(text)
    except OSError:  # nobody reads the errors either; the exit code says it
        return
