"""The rail's foot says how full and how busy the GPU is while a run is trained on it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from trainer_gui.engine.training.gauge import Load
from trainer_gui.gui.gpu_watch import GpuWatch
from trainer_gui.gui.rail import Rail


def test_that_the_load_is_shown_and_taken_away(qtbot):
    rail = Rail([("train", "Train")])
    qtbot.addWidget(rail)
    shown = rail.findChild(QLabel, "gpuLoad")
    rail.show_load(Load(3_200_000_000, 24_000_000_000, 0.87))
    assert shown.text() == "3.2 / 24 GB\n87 % busy"
    rail.show_load(Load(3_200_000_000, 24_000_000_000, None, "How busy: install the extra"))
    assert shown.text() == "3.2 / 24 GB"
    assert "install the extra" in shown.toolTip()
    rail.show_load(None)
    assert shown.isHidden()


def test_that_nobody_is_asked_where_no_gpu_trains(session):
    asked = []
    watch = GpuWatch(session, asked.append)
    watch._on_clock()
    assert asked == []


def test_that_it_is_asked_on_a_thread_while_a_gpu_trains(qtbot, session):
    load = Load(1, 2, 0.5)
    asked = []

    def ask(device: str) -> Load:
        asked.append(device)
        return load

    watch = GpuWatch(session, ask)
    session.run.recipe = type("Asked", (), {"device": "cuda:all"})()
    watch._clock.start()
    with qtbot.waitSignal(watch.load_changed) as seen:
        pass
    assert seen.args == [load]
    assert asked == ["cuda:all"]
    watch._clock.stop()
    qtbot.waitUntil(lambda: not session.runner.is_busy)
