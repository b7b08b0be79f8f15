"""The runner: streams, calls, cancelling, faults."""

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

from trainer_gui.engine.problems import refuse
from trainer_gui.gui.runner import Latest, Runner

Wait = Callable[[Callable[[], bool]], None]


def test_that_a_stream_arrives_whole_in_order_and_on_the_gui_thread(
    runner: Runner, in_time: Wait, qapp: QApplication
) -> None:
    arrived: list[int] = []
    handfuls: list[bool] = []
    makers: list[bool] = []

    def make() -> Iterator[int]:
        makers.append(QThread.currentThread() is qapp.thread())
        yield from range(100_000)

    job = runner.run_stream(make)
    job.events_arrived.connect(arrived.extend)
    job.events_arrived.connect(lambda _: handfuls.append(QThread.currentThread() is qapp.thread()))
    over: list[bool] = []
    job.over.connect(lambda: over.append(True))
    in_time(lambda: bool(over))
    assert arrived == list(range(100_000))
    assert makers == [False]
    assert all(handfuls)
    assert len(handfuls) < 1000  # from a clock, not one signal for each event


def test_that_a_call_answers_and_reports_progress(runner: Runner, in_time: Wait) -> None:
    go_on = threading.Event()
    said: list[tuple[str, Any]] = []
    answers: list[int] = []

    def work(report: Any) -> int:
        report("Reading", 0.5)
        go_on.wait(30)
        return 42

    job = runner.call(work)
    job.progressed.connect(lambda stage, share: (said.append((stage, share)), go_on.set()))
    job.answered.connect(answers.append)
    in_time(lambda: bool(answers))
    assert said == [("Reading", 0.5)]
    assert answers == [42]


def test_that_what_the_user_can_put_right_comes_as_a_problem(runner: Runner, in_time: Wait) -> None:
    found: list[Any] = []

    def work(report: Any) -> None:
        raise refuse("data.empty", "It is empty.", "Choose another.")

    runner.call(work).refused.connect(found.append)
    in_time(lambda: bool(found))
    assert found[0].key == "data.empty"


def test_that_a_fault_comes_with_one_line_and_its_traceback(runner: Runner, in_time: Wait) -> None:
    found: list[tuple[str, str]] = []

    def work(report: Any) -> None:
        raise SystemExit("a library gave up")

    runner.call(work).faulted.connect(lambda line, details: found.append((line, details)))
    in_time(lambda: bool(found))
    assert found[0][0] == "SystemExit: a library gave up"
    assert "Traceback" in found[0][1]


def test_that_a_cancelled_call_ends_at_its_next_report(runner: Runner, in_time: Wait) -> None:
    began = threading.Event()
    cancelled: list[bool] = []

    def work(report: Any) -> None:
        while True:
            report("Still at it", None)
            began.set()

    job = runner.call(work)
    job.cancelled.connect(lambda: cancelled.append(True))
    assert began.wait(30)
    job.cancel()
    in_time(lambda: bool(cancelled))
    in_time(lambda: not runner.is_busy)


def test_that_a_cancelled_stream_says_its_last_word(runner: Runner, in_time: Wait) -> None:
    wish = threading.Event()
    arrived: list[str] = []

    def make() -> Iterator[str]:
        yield "first"
        wish.wait(30)
        yield "last word"

    job = runner.run_stream(make, wish.set)
    job.events_arrived.connect(arrived.extend)
    in_time(lambda: arrived == ["first"])
    job.cancel()
    in_time(lambda: arrived == ["first", "last word"])


def test_that_closing_in_the_middle_ends_every_thread(qapp: QApplication) -> None:
    runner = Runner()
    wish = threading.Event()

    def make() -> Iterator[int]:
        yield 1
        while not wish.is_set():
            yield 2
        yield 3

    arrived: list[int] = []
    job = runner.run_stream(make, wish.set)
    job.events_arrived.connect(arrived.extend)
    assert runner.close()
    assert arrived[-1] == 3
    assert job.is_over
    assert not runner.is_busy


def test_that_only_the_newest_question_is_answered(runner: Runner, in_time: Wait) -> None:
    latest = Latest(runner)
    go_on = threading.Event()
    asked: list[int] = []
    answers: list[int] = []
    latest.answered.connect(answers.append)

    def question(number: int) -> Callable[[Any], int]:
        def work(report: Any) -> int:
            asked.append(number)
            go_on.wait(30)
            return number

        return work

    for number in range(20):
        latest.ask(question(number))
    go_on.set()
    in_time(lambda: not latest.is_busy)
    assert answers == [19]
    assert asked == [0, 19]


def test_that_python_gives_the_window_its_turn_sooner_while_work_is_under_way(
    runner: Runner, in_time: Wait
) -> None:
    usual = sys.getswitchinterval()
    go_on = threading.Event()
    runner.call(lambda report: go_on.wait(30))
    assert sys.getswitchinterval() < usual
    go_on.set()
    in_time(lambda: not runner.is_busy)
    assert sys.getswitchinterval() == usual


def test_that_whoever_hears_an_answer_may_ask_again(runner: Runner, in_time: Wait) -> None:
    latest = Latest(runner)
    answers: list[int] = []
    busy: list[bool] = []

    def on_answered(answer: int) -> None:
        answers.append(answer)
        busy.append(latest.is_busy)
        if answer < 3:
            latest.ask(lambda report: answer + 1)

    latest.answered.connect(on_answered)
    latest.ask(lambda report: 1)
    in_time(lambda: answers == [1, 2, 3])
    in_time(lambda: not latest.is_busy)
    assert busy == [False, False, False]
