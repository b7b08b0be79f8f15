"""What a study would be before it is started: its recipe, how many runs, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from trainer_gui.engine.data.dataset import Dataset
from trainer_gui.engine.families import FAMILIES
from trainer_gui.engine.family import adapted_settings
from trainer_gui.engine.lesson import Forecast
from trainer_gui.engine.plan import forecast_of
from trainer_gui.engine.problems import refuse
from trainer_gui.engine.recipe import Choices, Recipe, resolve
from trainer_gui.engine.settings import accept, declared_in
from trainer_gui.engine.starting.opening import opened
from trainer_gui.engine.study.cost import seconds_of, together, too_large
from trainer_gui.engine.study.limits import Limits
from trainer_gui.engine.study.place import Place
from trainer_gui.engine.study.places import PLACES, place_of
from trainer_gui.engine.study.recipe import StudyRecipe
from trainer_gui.engine.study.space import FAMILY, SHARE, SIZE, Space, space_of
from trainer_gui.engine.study.start_worth import must_have_start
from trainer_gui.engine.study.strategies import STRATEGIES

_MOST_TRIALS = 10_000
_FORECASTS = 5  # settings from all over the space that are measured
_SHARES = 10  # of the training rows, in a learning curve
_CURVE_SEEDS = 3
_ONCE = "grid"  # how a single setting is tried


@dataclass(frozen=True)
class StudyPlan:
    """A study and what is known of it beforehand."""

    recipe: StudyRecipe
    runs: int  # at most
    seconds: float  # for all of them, as many at once as planned
    at_most: bool  # whether it can become less, by stopping early


def plan_study(
    dataset: Dataset,
    choices: Choices,
    vary: Sequence[str],
    how: str,
    limits: dict[str, Any],
    name: str = "",
    place: Place | None = None,
) -> StudyPlan:
    """Resolves the choices, measures some of the settings, and says what the study would cost.

    `limits` holds those of `Limits` that were given; `place` is this computer where it is None. Takes some
    seconds. Raises UserError where anything makes no sense, the place cannot be reached, or a grid is too
    large ever to end.
    """
    place = place or PLACES["here"]
    accepted = accept(Limits, limits)
    choices = opened(choices)
    base = resolve(dataset, choices)
    _must_be_whole(base, accepted)
    repeated = accepted.repeats * accepted.folds > 1
    space = space_of(vary, base.family) if vary or not repeated else Space(())
    must_have_start(space, base)
    how = how if space.axes else _ONCE
    starts = _starts(dataset, choices, base, space)
    device, threads = _device(base)
    if device == "cpu":
        for settings in (settings for sizes in starts.values() for settings in sizes.values()):
            settings["threads"] = threads
    study = StudyRecipe(
        name=name or _name(base, space, how, accepted),
        how=STRATEGIES[how].name,
        vary=space.texts,
        trials=_trials(space, how, accepted, limits),
        minutes=accepted.minutes,
        repeats=accepted.repeats,
        folds=accepted.folds,
        at_once=1,
        seconds_each=0.0,
        base=base,
        starts=starts,
        place=place.name,
        place_settings=place.chosen.model_dump(mode="json"),
    )
    forecasts = _forecasts(dataset, study, 1 if study.trials > _MOST_TRIALS else _FORECASTS)
    memory = max(each.memory_bytes for each in forecasts)
    at_once = _at_once(accepted.at_once, place, threads, memory, on_gpu=device != "cpu")
    apart = STRATEGIES[how].cuts or not place.takes_several
    known = {
        "at_once": at_once,
        "together": 1 if apart else together(accepted.together, at_once, memory),
        "seconds_each": sum(each.seconds for each in forecasts) / len(forecasts),
    }
    found = planned(study.model_copy(update=known))
    if found.recipe.trials > _MOST_TRIALS:
        raise too_large(found.recipe, found.runs)
    return found


def planned(study: StudyRecipe, done: int = 0) -> StudyPlan:
    """What a study costs from here on, `done` trials being over."""
    runs = max(0, study.trials - done) * study.runs_each
    settings = [each for sizes in study.starts.values() for each in sizes.values()]
    early = STRATEGIES[study.how].cuts or any(each["early_stopping"] for each in settings)
    return StudyPlan(study, runs, min(seconds_of(study, runs), study.minutes * 60), early)


def learning_curve(limits: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """What varies in a learning curve by the number of rows, and its limits: with seeds to tell luck by."""
    shares = ",".join(f"{each / _SHARES:g}" for each in range(1, _SHARES + 1))
    return (f"{SHARE}={shares}",), {"repeats": _CURVE_SEEDS, **limits}


def widened(
    study: StudyRecipe, vary: Sequence[str], limits: dict[str, Any], place: Place | None = None
) -> StudyRecipe:
    """A study with other ranges or limits, or another place for its runs, for going on with it.

    The ranges may change, what varies may not. Raises UserError.
    """
    if vary:
        space = space_of(vary, study.base.family)
        before, now = ([each.name for each in found.axes] for found in (study.space, space))
        if sorted(before) != sorted(now):
            raise refuse(
                "study.other_axes",
                "The study varies {before}; continued it has to vary the same.",
                "Name all of them with their ranges, or begin a new study.",
                field="vary",
                before=", ".join(before),
            )
        _must_have_starts(study, space)
        study = study.model_copy(update={"vary": space.texts})
    accepted = accept(Limits, limits)
    for name in ("repeats", "folds"):
        if name in limits and getattr(accepted, name) != getattr(study, name):
            raise refuse(
                "study.other_repeats",
                "The trials of the study have {count} {name} each; others could not be compared with them.",
                "Begin a new study for another number of {name}.",
                field=name,
                name=name,
                count=getattr(study, name),
            )
    changed: dict[str, Any] = {name: getattr(accepted, name) for name in ("minutes",) if name in limits}
    if place is not None:
        changed |= {"place": place.name, "place_settings": place.chosen.model_dump(mode="json")}
        if not place.takes_several:
            changed["together"] = 1
    if place is not None or accepted.at_once:
        changed["at_once"] = _at_once(accepted.at_once, place or place_of(study))
    given = {"trials": limits["trials"]} if "trials" in limits else {}
    wanted = accept(Limits, {"trials": min(study.trials, _MOST_TRIALS), **given})
    changed["trials"] = _trials(study.space, study.how, wanted, given)
    return study.model_copy(update=changed)


def _name(base: Recipe, space: Space, how: str, limits: Limits) -> str:
    """The data, and what a study does with it."""
    counts = ((limits.folds, "folds"), (limits.repeats, "seeds"))
    what = how if space.axes else ", ".join(f"{count} {word}" for count, word in counts if count > 1)
    if [each.name for each in space.axes] == [SHARE]:
        what = "learning curve"
    return f"{base.data.location.removeprefix('sample:').rpartition('/')[2]} · {what}"


def _must_be_whole(base: Recipe, limits: Limits) -> None:
    """Raises UserError where folds are asked for of what is one fold already."""
    if limits.folds > 1 and base.split.fold:
        raise refuse(
            "study.fold_of_a_fold",
            "These choices train one fold alone ({fold}), so there are no {folds} folds to train.",
            "Leave one of the two away.",
            field="folds",
            fold=base.split.fold,
            folds=limits.folds,
        )


def _must_have_starts(study: StudyRecipe, space: Space) -> None:
    """Raises UserError where a family or size varies whose settings were not found when it was planned."""
    axes = {each.name: each for each in space.axes}
    families = axes[FAMILY].values if FAMILY in axes else (study.base.family,)
    sizes = axes[SIZE].values if SIZE in axes else (study.base.size,)
    for family in families:
        for size in sizes:
            if str(size) not in study.starts.get(str(family), {}):
                raise refuse(
                    "study.new_size",
                    "{family}, {size} was not thought of when the study began, so its settings are unknown.",
                    "Begin a new study with it.",
                    field="vary",
                    family=FAMILIES[str(family)].label,
                    size=str(size),
                )


def _trials(space: Space, how: str, accepted: Limits, given: dict[str, Any]) -> int:
    """How many trials there will be at most; raises UserError for a part of a grid."""
    own = STRATEGIES[how].count(space)
    if own is not None:
        if "trials" in given and accepted.trials < own:
            raise refuse(
                "study.part_of_a_grid",
                "A grid runs in full, and this one has {own} points, not {trials}.",
                "Leave the number of trials away, name fewer values, or choose random.",
                field="trials",
                own=own,
                trials=accepted.trials,
            )
        return own
    wanted = accepted.trials
    if "minutes" in given and "trials" not in given:
        wanted = _MOST_TRIALS  # the time alone is the limit
    return min(wanted, space.points or wanted)


def _starts(
    dataset: Dataset, choices: Choices, base: Recipe, space: Space
) -> dict[str, dict[str, dict[str, Any]]]:
    """Every setting, by family and size: what was chosen, and good defaults of that size for the rest.

    A repeated recipe gives all settings outright; those that go with its size are not carried to others.
    """
    axes = {each.name: each for each in space.axes}
    families = [str(each) for each in axes[FAMILY].values] if FAMILY in axes else [base.family]
    sizes = [str(each) for each in axes[SIZE].values] if SIZE in axes else None
    every = {each.name for each in declared_in(FAMILIES[base.family].settings)}
    whole = every <= dict(choices.settings).keys()
    adapted = adapted_settings(FAMILIES[base.family])
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for family in families:
        # Sizes that do not vary now may do so when the study is continued.
        for size in dict.fromkeys([*(sizes or [base.size]), *dict(FAMILIES[family].sizes)]):
            known = {each.name for each in declared_in(FAMILIES[family].settings)}
            if whole and (family, size) != (base.family, base.size):
                known -= adapted | adapted_settings(FAMILIES[family])
            kept = tuple((name, value) for name, value in choices.settings if name in known)
            if family == base.family and not whole:
                kept = choices.settings  # one that is unknown is refused in words
            recipe = resolve(dataset, replace(choices, family=family, size=size, settings=kept))
            found.setdefault(family, {})[size] = dict(recipe.settings)
    return found


def _device(base: Recipe) -> tuple[str, int]:
    """The device in torch's words, and the threads of a run; raises UserError for several devices."""
    from trainer_gui.engine.training.device import choose

    device = choose(base.device)
    if device.processes > 1:
        raise refuse(
            "study.several_devices",
            "A study trains many runs side by side, each on one device; {device} is for a single run.",
            "Choose a single device.",
            field="device",
            device=device.label,
        )
    return device.torch_name, int(base.settings["threads"]) or 1


def _forecasts(dataset: Dataset, study: StudyRecipe, most: int) -> list[Forecast]:
    """What runs from all over the space cost."""
    if not study.space.axes:
        return [forecast_of(dataset, study.recipe_of({}, 0))]
    search = STRATEGIES["random"].begin(study.space, study.seed, study.epochs)
    found = []
    for number in range(most):
        values = search.ask(number)
        if values is None:
            break
        found.append(forecast_of(dataset, study.recipe_of(values, 0)))
    return found


def _at_once(wanted: int, place: Place, threads: int = 1, memory: int = 0, *, on_gpu: bool = False) -> int:
    """How many runs train at the same time; raises UserError for more than the place has room for."""
    try:
        room = place.room(threads, memory, on_gpu=on_gpu)
    finally:
        place.close()
    if wanted > room.most:
        raise refuse(
            "study.too_many_at_once",
            "{wanted} runs at once are more than can be trained there without slowing all down.",
            "It can be {most} at most.",
            field="at_once",
            wanted=wanted,
            most=room.most,
        )
    return wanted or room.usual
