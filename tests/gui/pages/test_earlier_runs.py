"""Earlier runs behind the live chart, and a run that is opened again with all that it said."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from tests.gui.pages.conftest import Shower, Trainer
from trainer_gui.engine.progress import Progress
from trainer_gui.engine.run_folder import progress_of, replay
from trainer_gui.engine.training import watch
from trainer_gui.gui.pages.train import TrainPage
from trainer_gui.gui.session import Session

Wait = Callable[[Callable[[], bool]], None]


def test_that_runs_on_the_same_data_are_laid_behind_the_one_that_is_shown(
    session: Session, trained: Trainer, shown: Shower, on_screen: Callable[[QWidget], None], in_time: Wait
) -> None:
    trained(name="first")
    trained("sample:wine", name="of other data")
    trained(stop_at=3, name="second")
    page = TrainPage(session)
    on_screen(page)
    shown(trained(name="shown"))
    page.chart.flush()
    page.chart.bar.earlier.click()
    item = page.chart.bar.item("earlier")
    in_time(item.isVisible)
    assert item.text() == "2 earlier runs"
    assert sorted(each.name for each in page.chart._runs) == ["first", "second"]
    page.chart.bar.earlier.click()
    in_time(lambda: not item.isVisible())


def test_that_a_run_shows_the_same_batch_losses_live_and_when_it_is_opened(
    trained: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_SAY_EVERY", 0.0)  # a word after each batch, however quick the machine
    folder, _ = trained()
    live = Progress()
    for event in replay(folder):
        live.add(event)
    assert len(live.batch_losses) > 8  # more than one in each epoch
    opened = progress_of(folder, batches=True)
    for one, other in zip(live.batch_losses.arrays(), opened.batch_losses.arrays(), strict=True):
        assert np.array_equal(one, other)
    places, losses = live.batch_losses.arrays()
    assert 0 < places[0] <= places[-1] <= 8
    assert np.isfinite(losses).all()
    assert np.isfinite(live.curve.gradient_length).all()
