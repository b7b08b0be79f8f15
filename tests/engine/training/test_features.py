"""What the frozen part says of every row is the same in memory and on the disk, and leaves nothing behind."""

import torch
from torch import nn

from trainer_gui.engine.training.features import CHECK, Features
from trainer_gui.engine.training.layers import RandomShift


def features(place, most, views=3):
    torch.manual_seed(0)
    front = [RandomShift(2), nn.Flatten(), nn.Linear(3 * 8 * 8, 5)]
    pictures = torch.randint(0, 256, (300, 3, 8, 8), dtype=torch.uint8).float()
    return Features(front, [pictures], [pictures[:50]], torch.device("cpu"), views, 0, place, most)


def computed(some, epoch):
    assert all(0 < share <= 1 for share in some.compute(epoch))
    return some.of(some.view(epoch))[0]


def test_that_what_is_kept_on_disk_is_what_is_kept_in_memory(tmp_path):
    held, written = features(tmp_path / "held", 1 << 30), features(tmp_path / "written", 0)
    for epoch in range(4):
        assert torch.equal(computed(held, epoch), computed(written, epoch))
    assert torch.equal(held.of(CHECK)[0], written.of(CHECK)[0])
    assert not (tmp_path / "held").exists()
    assert len(list((tmp_path / "written").glob("features-*.npy"))) == 4  # three views and the check
    written.forget()
    assert not list((tmp_path / "written").iterdir())


def test_that_views_differ_come_round_again_and_are_the_same_computed_anew(tmp_path):
    some = features(tmp_path, 1 << 30)
    views = [computed(some, epoch) for epoch in range(3)]
    assert not torch.equal(views[0], views[1])
    assert not torch.equal(views[1], views[2])
    assert list(some.compute(3)) == []  # the first one again
    again = features(tmp_path, 1 << 30)
    assert torch.equal(computed(again, 2), views[2])
