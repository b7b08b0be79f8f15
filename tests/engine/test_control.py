"""Stop and pause, from any thread."""

import threading

from trainer_gui.engine.control import Control


def test_that_a_stop_wakes_a_paused_run():
    control = Control()
    control.pause()
    waiting = threading.Thread(target=control.wait_while_paused)
    waiting.start()
    assert waiting.is_alive()
    control.stop()
    waiting.join(timeout=10)
    assert not waiting.is_alive()
    assert control.stop_wanted


def test_that_a_pause_after_a_stop_does_not_hold_it_up():
    control = Control()
    control.stop()
    control.pause()
    assert not control.pause_wanted


def test_that_resume_ends_a_pause():
    control = Control()
    control.pause()
    assert control.pause_wanted
    control.resume()
    assert not control.pause_wanted
