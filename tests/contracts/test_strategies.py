"""What every way of searching promises; a new one is tested here without a new test."""

import math

import pytest

from trainer_gui.engine.study.space import Space, Values, space_of
from trainer_gui.engine.study.strategies import STRATEGIES
from trainer_gui.engine.study.strategy import Search, Strategy

_EPOCHS = 27
_WIDE = (
    "learning_rate=0.0001..0.1",
    "batch_size=16..128",
    "layers=1..4",
    "dropout=0,0.1,0.3",
    "optimiser=adamw,sgd",
    "size=tiny,small",
)


@pytest.fixture(params=[each.name for each in STRATEGIES])
def strategy(request: pytest.FixtureRequest) -> Strategy:
    return STRATEGIES[request.param]


@pytest.fixture
def space() -> Space:
    return space_of(_WIDE, "neural_network")


def score_of(values: Values) -> float:
    """Lowest at a learning rate of 0.01 and many layers."""
    return (math.log10(float(values["learning_rate"])) + 2) ** 2 + 0.1 * abs(4 - int(values["layers"]))


def follow(search: Search, first: int, count: int, said: list[tuple]) -> list[Values]:
    """Asks and tells for `count` trials; every third fails. `said` gets all that went on."""
    asked = []
    for number in range(first, first + count):
        values = search.ask(number)
        if values is None:
            break
        asked.append(values)
        said.append(("start", number, values))
        cut = False
        for epoch in range(1, _EPOCHS + 1):
            loss = score_of(values) + 1 / epoch
            said.append(("report", number, epoch, loss))
            cut = search.report(number, epoch, loss)
            if cut:
                break
        score = None if number % 3 == 2 else score_of(values)
        said.append(("end", number, score, cut))
        search.tell(number, score, cut=cut)
    return asked


def retold(search: Search, said: list[tuple]) -> None:
    """Tells another search the same, as it is done where a study is continued."""
    for what, number, *rest in said:
        if what == "start":
            search.remember(number, rest[0])
        elif what == "report":
            search.report(number, *rest)
        else:
            search.tell(number, rest[0], cut=rest[1])


def test_that_every_point_asked_for_lies_in_the_space_and_none_comes_twice(strategy, space):
    asked = follow(strategy.begin(space, 1, _EPOCHS), 0, 40, [])
    assert len(asked) == 40
    assert all(space.holds(each) for each in asked)
    assert all(each not in asked[:place] for place, each in enumerate(asked))
    for name in ("optimiser", "size", "dropout"):  # it does not stay in a corner
        assert len({each[name] for each in asked}) > 1


def test_that_the_same_seed_asks_the_same(strategy, space):
    first, second = (follow(strategy.begin(space, 7, _EPOCHS), 0, 30, []) for _ in range(2))
    assert first == second


def test_that_a_search_told_the_same_again_goes_on_as_if_it_had_not_been_interrupted(strategy, space):
    whole = follow(strategy.begin(space, 3, _EPOCHS), 0, 30, [])
    said: list[tuple] = []
    follow(strategy.begin(space, 3, _EPOCHS), 0, 17, said)
    again = strategy.begin(space, 3, _EPOCHS)
    retold(again, said)
    assert follow(again, 17, 13, []) == whole[17:]


def test_that_a_small_space_is_tried_in_full_and_then_nothing_is_asked(strategy):
    space = space_of(("dropout=0,0.1,0.3", "layers=1..4:4"), "neural_network")
    search = strategy.begin(space, 0, _EPOCHS)
    found = [search.ask(number) for number in range(12)]
    assert None not in found
    assert len({tuple(each.values()) for each in found if each}) == 12
    assert search.ask(12) is None


def test_that_trials_can_be_under_way_together_and_end_in_any_order(strategy, space):
    search = strategy.begin(space, 0, _EPOCHS)
    under_way = {number: search.ask(number) for number in range(4)}
    for number in (2, 0, 3, 1):
        values = under_way[number]
        assert values is not None
        search.report(number, 1, score_of(values))
        search.tell(number, score_of(values))
    assert search.ask(4) not in (None, *under_way.values())


def test_that_it_goes_on_where_the_ranges_became_wider(strategy, space):
    said: list[tuple] = []
    follow(strategy.begin(space, 3, _EPOCHS), 0, 12, said)
    wider = space_of(("learning_rate=0.00001..1", *_WIDE[1:-1], "size=tiny,small,medium"), "neural_network")
    search = strategy.begin(wider, 3, _EPOCHS)
    retold(search, said)
    asked = follow(search, 12, 12, [])
    assert len(asked) == 12
    assert all(wider.holds(each) for each in asked)


def test_that_only_a_strategy_that_says_so_cuts_and_then_it_cuts_the_losers(strategy, space):
    said: list[tuple] = []
    follow(strategy.begin(space, 5, _EPOCHS), 0, 40, said)
    values = {number: rest[0] for what, number, *rest in said if what == "start"}
    cut = [number for what, number, *rest in said if what == "end" and rest[1]]
    kept = [number for what, number, *rest in said if what == "end" and not rest[1]]
    assert bool(cut) is strategy.cuts
    if cut:
        assert min(score_of(values[each]) for each in cut) > min(score_of(values[each]) for each in kept)
        assert sum(what == "report" for what, *_ in said) < 0.6 * 40 * _EPOCHS
