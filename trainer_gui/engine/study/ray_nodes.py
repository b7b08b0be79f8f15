"""The computers of a Ray cluster with which there is a connection: what they have, and who works there."""

from __future__ import annotations

import sys
import threading
from functools import cached_property
from typing import Any

from trainer_gui.engine.problems import refuse
from trainer_gui.engine.study.hand import Goods, Hand
from trainer_gui.engine.study.parcel import pack

_PROBE = 60.0  # seconds that a node has to start a process and to look what it has


class Cluster:
    """A cluster with which there is a connection."""

    def __init__(self, ray: Any, gpus: int) -> None:
        self.ray, self.gpus = ray, gpus
        self._actor = ray.remote(Hand)
        self._sent: dict[str, list[Any]] = {}  # the pieces of data, by its mark
        self._sending = threading.Lock()

    @cached_property
    def _alive(self) -> list[dict[str, Any]]:
        return [each for each in self.ray.nodes() if each["Alive"] and each["Resources"].get("CPU")]

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """The name, the processor cores and the GPUs of every machine that can take runs."""
        return [
            {
                "name": each["NodeManagerHostname"],
                "cpus": int(each["Resources"].get("CPU", 0)),
                "gpus": int(each["Resources"].get("GPU", 0)),
            }
            for each in self._alive
        ]

    def must_have_program(self) -> None:
        """Raises UserError where a node lacks Trainer, or has too old a one to be understood."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        self.ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
        look = self.ray.remote(_look)
        asked = {}
        for each in self._alive:
            there = NodeAffinitySchedulingStrategy(each["NodeID"], soft=False)
            asked[look.options(num_cpus=0, scheduling_strategy=there).remote()] = each["NodeManagerHostname"]
        done, _ = self.ray.wait(list(asked), num_returns=len(asked), timeout=_PROBE)
        for each in done:
            try:
                lacking = _lacking(*self.ray.get(each))
            except self.ray.exceptions.RayError:
                continue  # it went away in this very moment
            if lacking:
                raise refuse(
                    "ray.no_program",
                    "The computer {node} of the cluster cannot train: {reason}",
                    'Install the same Trainer there, with: pip install "trainer-gui[ray]"',
                    field="address",
                    node=asked[each],
                    reason=lacking,
                )

    def hire(self, threads: int) -> Any:
        """A hand on some node; it waits in the cluster's queue until there is room."""
        wanted = {"num_cpus": threads, "num_gpus": self.gpus, "max_restarts": 0, "max_concurrency": 8}
        return self._actor.options(**wanted).remote()

    def pieces_of(self, goods: Goods) -> list[Any]:
        """The data in the cluster's own memory, put there once."""
        with self._sending:
            if goods.mark not in self._sent:
                self._sent[goods.mark] = [self.ray.put(each) for each in pack(goods.parts, goods.root)]
            return self._sent[goods.mark]


def _look() -> tuple[str, str]:
    """Why Trainer cannot be used on this node, "" where it can be; and its version.

    It travels as it is and not by its name, because Trainer may not be there.
    """
    import importlib.metadata

    try:
        import trainer_gui.engine.study.hand  # noqa: F401 - whether it can be
    except ImportError as error:
        return f"{error}.", ""
    try:
        return "", importlib.metadata.version("trainer-gui")
    except importlib.metadata.PackageNotFoundError:
        return "", ""


def _lacking(reason: str, version: str) -> str:
    """What is wrong with the Trainer of a node; "" where it is like the one here."""
    own = _look()[1]
    if not reason and version and own and version != own:
        return f"it has Trainer {version}, and this computer {own}."
    return reason
