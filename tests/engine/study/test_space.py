"""What can vary, how it is written, and what is refused."""

import pytest

from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.problems import UserError
from trainer_gui.engine.study.space import space_of, suggested, tunable
from trainer_gui.engine.study.strategies.grid import in_order


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        ("learning_rate=0.0001..0.1:4", (0.0001, 0.001, 0.01, 0.1)),
        ("Learning-Rate = 0.001..0.1:3", (0.001, 0.01, 0.1)),
        ("batch_size=10..100", (16, 32, 64)),
        ("batch_size=2..1024:4", (2, 16, 128, 1024)),
        ("layers=1..3", (1, 2, 3)),
        ("dropout=0..0.4:3", (0.0, 0.2, 0.4)),
        ("dropout=0.3,0,0.1", (0.0, 0.1, 0.3)),
        ("size=tiny,Large", ("tiny", "large")),
        ("normalisation=none,layer", ("none", "layer")),
        ("family=linear,neural_network", ("linear", "neural_network")),
    ],
)
def test_that_ranges_follow_the_declared_scale_and_are_read_back_from_their_own_text(text, grid):
    (axis,) = space_of([text], "neural_network").axes
    assert axis.in_grid == pytest.approx(grid) if isinstance(grid[0], float) else axis.in_grid == grid
    assert space_of([axis.text], "neural_network").axes == (axis,)
    assert all(axis.holds(each) for each in axis.in_grid)


@pytest.mark.parametrize(
    ("texts", "key", "word"),
    [
        ([], "vary.nothing", "Nothing"),
        (["learning_rate"], "vary.unclear", "learning_rate"),
        (["learning_rate=0.1..0.001"], "vary.upside_down", "0.001..0.1"),
        (["learning_rate=0.1..0.1"], "vary.too_few", "two"),
        (["learning_rate=0.1"], "vary.too_few", "two"),
        (["learning_rate=0.1,0.1"], "vary.too_few", "two"),
        (["learning_rate=0.1..100"], "vary.out_of_bounds", "0.0000001 to 10"),
        (["learning_rate=0.1,100"], "setting.not_accepted", "100"),
        (["learning_rate=fast,0.1"], "vary.no_number", "fast"),
        (["learning_rate=0.1..nan"], "vary.no_number", "nan"),
        (["learning_rate=0.1..0.2:1"], "vary.points", "1"),
        (["weight_decay=0..0.1"], "vary.log_from_zero", "weight_decay=0,0.01,0.1"),
        (["layers=1.5..3"], "vary.not_whole", "1.5"),
        (["layers=1,2.5"], "setting.not_accepted", "2.5"),
        (["batch_size=17..31"], "vary.no_powers", "doubling"),
        (["optimiser=a..b"], "vary.no_range", "optimiser=adamw,adam,sgd"),
        (["optimiser=adamw,magic"], "setting.not_accepted", "magic"),
        (["size=tiny,giant"], "size.unknown", "giant"),
        (["family=linear,oracle"], "registry.unknown", "oracle"),
        (["epochs=10..20"], "vary.not_tunable", "Epochs"),
        (["seed=1,2"], "vary.not_tunable", "Seed"),
        (["lerning_rate=0.1..0.2"], "vary.unknown", "learning_rate"),
        (["family=linear,neural_network", "dropout=0,0.1"], "vary.unknown", "Linear"),
        (["dropout=0,0.1", "dropout=0,0.2"], "vary.twice", "dropout"),
    ],
)
def test_that_what_makes_no_sense_is_refused_with_what_would(texts, key, word):
    with pytest.raises(UserError) as caught:
        space_of(texts, "neural_network")
    assert caught.value.problem.key == key
    assert word in str(caught.value)


@pytest.mark.parametrize("family", FAMILIES.names())
def test_that_every_tunable_setting_has_a_suggestion_that_is_accepted(family):
    offered = tunable(family)
    assert "learning_rate" in {each.name for each in offered}
    for each in offered:
        (axis,) = space_of([suggested(each, each.default)], family).axes
        assert axis.holds(each.default) or not each.default


def test_that_a_grid_begins_with_points_from_all_over():
    space = space_of(("learning_rate=0.0001..1:5", "dropout=0..0.4:5"), "neural_network")
    order = in_order(space)
    assert len(order) == space.grid_size == 25
    assert len({tuple(each.values()) for each in order}) == 25
    assert order[0] == {"learning_rate": pytest.approx(0.01), "dropout": 0.2}
    assert len({each["learning_rate"] for each in order[:12]}) == 5
    assert len({each["dropout"] for each in order[:12]}) == 5
