"""How a model fits the network that is to start from it: block by block, and weight by weight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trainer_gui.engine.lesson import Block, free_blocks
from trainer_gui.engine.problems import Problem, UserError, problem
from trainer_gui.engine.start_settings import LastLayer, StartSettings

Shape = tuple[int, ...]
_NAMED = 6  # weights in one sentence


@dataclass(frozen=True)
class BlockFit:
    """What becomes of one block: plain data for a strip of the network."""

    name: str
    parameters: int
    state: str  # "kept", "replaced" (the last layer), "new" (nothing fits), "partly" (some weights are new)
    frozen: bool
    rate: float  # the share of the learning rate at which it is trained; 0 where it is frozen

    @property
    def in_words(self) -> str:
        """Such as “kept and frozen” or “replaced, trained”."""
        state = {"kept": "kept", "replaced": "replaced", "new": "from scratch", "partly": "partly kept"}
        if self.frozen:
            return f"{state[self.state]} and frozen"
        rate = "" if self.rate == 1 else f" at {self.rate:.3g} of the rate"
        return f"{state[self.state]} and trained{rate}"


@dataclass(frozen=True)
class Fit:
    """How a model fits a network; the weights that do not are named."""

    blocks: tuple[BlockFit, ...]
    wrong: tuple[tuple[str, Shape, Shape], ...] = ()  # name, shape in the model, shape in the network
    missing: tuple[str, ...] = ()  # weights that the model does not have
    extra: tuple[str, ...] = ()  # weights for which the network has no place
    fresh: frozenset[str] = frozenset()  # names of blocks that hold weights from scratch

    @property
    def keeps_anything(self) -> bool:
        """Whether a single block, or a part of one, comes from the model."""
        return any(each.state in ("kept", "partly") for each in self.blocks)

    @property
    def keeps_head(self) -> bool:
        """Whether the last layer comes from the model."""
        return self.blocks[-1].state == "kept"

    @property
    def parameters_trained(self) -> int:
        """The number of parameters that learn in the end."""
        return sum(each.parameters for each in self.blocks if not each.frozen)


def fit_of(
    blocks: Sequence[Block],
    wanted: Mapping[str, Shape],
    given: Mapping[str, Shape],
    settings: StartSettings,
    *,
    replace_head: bool,
    trained: Mapping[str, int],
    own: Sequence[str] = (),
) -> Fit:
    """Compares the weights that a network wants with those that a model gives, by name and shape.

    `trained` says how many parameters each weight of the network has, `own` names weights that the data
    gives and no model need have. The last layer counts as replaced where `replace_head` says so.
    """
    head = blocks[-1]
    replaced = {name for name in wanted if replace_head and head.holds(name)}
    common = [name for name in wanted if name not in replaced and name not in own]
    wrong = tuple((n, given[n], wanted[n]) for n in common if n in given and given[n] != wanted[n])
    missing = tuple(name for name in common if name not in given)
    extra = tuple(name for name in given if name not in wanted)
    lacking = {*missing, *(name for name, _, _ in wrong)}
    states = {each.name: _state(each, common, lacking, replaced) for each in blocks}
    fresh = frozenset(name for name, state in states.items() if state != "kept")
    free = free_blocks(blocks, settings) | fresh
    found = []
    for place, each in enumerate(blocks):
        rate = settings.rate_per_block ** (len(blocks) - 1 - place)
        count = sum(number for name, number in trained.items() if each.holds(name))
        frozen = each.name not in free
        found.append(BlockFit(each.name, count, states[each.name], frozen, 0.0 if frozen else rate))
    return Fit(tuple(found), wrong, missing, extra, fresh)


def _state(block: Block, common: Sequence[str], lacking: set[str], replaced: set[str]) -> str:
    if block.is_head and replaced:
        return "replaced"
    mine = [name for name in common if block.holds(name)]
    absent = [name for name in mine if name in lacking]
    return "kept" if not absent else "new" if len(absent) == len(mine) else "partly"


def must_fit(fit: Fit, name: str, settings: StartSettings) -> None:
    """Raises UserError where the model lacks weights that nobody said it may lack, or nothing fits at all."""
    if not fit.keeps_anything:
        raise UserError(_nothing_fits(fit, name))
    if (fit.wrong or fit.missing) and not settings.take_what_fits:
        only_head = settings.last_layer is LastLayer.KEEP and fit.fresh == {fit.blocks[-1].name}
        kept = [each.name for each in fit.blocks if each.state == "kept"]
        kept += [f"a part of {each.name}" for each in fit.blocks if each.state == "partly"]
        raise UserError(
            problem(
                "start.does_not_fit",
                "“{name}” does not fit this network: {what}.",
                "What fits: {fits}. To start with that alone, switch on “Take what fits”{also}.",
                field="last_layer" if only_head else "take_what_fits",
                name=name,
                what="; ".join(_lists(fit)),
                fits=_listed(kept),
                also=", or replace the last layer" if only_head else ", or choose its family and size",
            )
        )


def notes_on(fit: Fit, name: str) -> Iterator[Problem]:
    """What deserves to be said about how a model was taken up."""
    words = "; ".join(f"{each.name}: {each.in_words}" for each in fit.blocks)
    yield problem(
        "start.taken", "It starts from “{name}”. {blocks}.", severity="note", name=name, blocks=words
    )
    if fit.wrong or fit.missing or fit.extra:
        yield problem(
            "start.partly",
            "Of “{name}” only a part was taken: {what}.",
            "What did not fit begins from scratch and is trained.",
            severity="caution" if fit.wrong or fit.missing else "note",
            name=name,
            what="; ".join(_lists(fit)),
        )


def _nothing_fits(fit: Fit, name: str) -> Problem:
    only_head = len(fit.blocks) == 1 and fit.blocks[0].state == "replaced"
    if only_head:
        return problem(
            "start.nothing_left",
            "“{name}” consists of a last layer alone, which a new task replaces, so nothing would be left.",
            "Start from a model that has more layers, or train from scratch.",
            field="start",
            name=name,
        )
    return problem(
        "start.nothing_fits",
        "Nothing in “{name}” fits this network: {what}.",
        "Choose the family and size that the file was made for, or another starting point.",
        field="start",
        name=name,
        what="; ".join(_lists(fit)),
    )


def _lists(fit: Fit) -> Iterator[str]:
    if fit.missing:
        yield f"missing are {_listed(fit.missing)}"
    if fit.wrong:
        shapes = [f"{name} ({_size(had)} instead of {_size(wants)})" for name, had, wants in fit.wrong]
        yield f"of another shape are {_listed(shapes)}"
    if fit.extra:
        yield f"left over are {_listed(fit.extra)}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return (", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")) or "none"


def _size(shape: Shape) -> str:
    return "×".join(str(each) for each in shape) or "one number"
