"""The optimiser's move, without what torch does in Python around it at every step."""

from __future__ import annotations

import weakref
from typing import Any

import torch
from torch import Tensor


class Move:
    """Moves the weights as `optimiser.step()` does, to the last bit; for a processor, not for a GPU.

    Before each step of Adam, torch gathers its state, sorts it by device and counts every parameter's steps
    apart, which takes small networks longer than the move itself. Here it is gathered once.
    """

    def __init__(self, optimiser: torch.optim.Optimizer) -> None:
        self._optimiser = optimiser
        self._groups: list[_Group] = []
        kinds = {torch.optim.Adam: torch._fused_adam_, torch.optim.AdamW: torch._fused_adamw_}
        self._kernel = kinds.get(type(optimiser))
        # A circle of references would keep the memory of a network that nobody uses any more.
        own = weakref.ref(self)
        optimiser.register_load_state_dict_post_hook(lambda _: _forget(own()))

    def take(self, scale: Tensor | None) -> None:
        """One move by the gradients as they are, divided by `scale` where there is one."""
        gradients = [group.gradients() for group in self._groups]
        if not gradients or None in gradients:
            self._take_usual(scale)
            return
        assert self._kernel is not None
        for group, found in zip(self._groups, gradients, strict=True):
            assert found is not None
            group.count += 1
            about = group.about
            self._kernel(
                group.parameters,
                found,
                group.means,
                group.squares,
                [],
                group.counts,
                amsgrad=False,
                maximize=False,
                lr=about["lr"],
                beta1=about["betas"][0],
                beta2=about["betas"][1],
                weight_decay=about["weight_decay"],
                eps=about["eps"],
                grad_scale=scale,
                found_inf=None,
            )

    def _take_usual(self, scale: Tensor | None) -> None:
        self._groups.clear()
        for each in self._optimiser.state.values():
            if "step" in each:  # torch counts every parameter's steps apart
                each["step"] = each["step"].clone()
        self._optimiser.grad_scale = scale  # type: ignore[attr-defined]
        self._optimiser.step()
        if self._kernel is not None:
            self._gather()

    def _gather(self) -> None:
        found = [_Group(each) for each in self._optimiser.param_groups]
        if all(each.gather(self._optimiser.state) for each in found):
            self._groups = found


def _forget(move: Move | None) -> None:
    if move is not None:
        move._groups.clear()


class _Group:
    """Parameters that share their settings, and their state; all have taken the same number of steps."""

    def __init__(self, about: dict[str, Any]) -> None:
        self.about = about
        self.parameters: list[Tensor] = about["params"]
        self.means: list[Tensor] = []
        self.squares: list[Tensor] = []
        self.counts: list[Tensor] = []
        self.count = torch.zeros(())

    def gradients(self) -> list[Tensor] | None:
        """Those of all parameters; None where one of them has none this time."""
        found = [each.grad for each in self.parameters if each.grad is not None]
        return found if len(found) == len(self.parameters) else None

    def gather(self, state: dict[Tensor, dict[str, Any]]) -> bool:
        """Looks up the state and lets all share one count; False where that cannot be."""
        own = [state.get(each, {}) for each in self.parameters]
        counts = {float(each["step"]) if each else -1.0 for each in own}
        if len(counts) != 1 or -1.0 in counts:
            return False
        self.means = [each["exp_avg"] for each in own]
        self.squares = [each["exp_avg_sq"] for each in own]
        self.count = own[0]["step"]
        self.counts = [self.count] * len(own)
        for each in own:
            each["step"] = self.count
        return True
