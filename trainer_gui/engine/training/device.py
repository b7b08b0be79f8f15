"""The processors of this machine, and what to do about their quirks."""

from dataclasses import dataclass

import psutil
import torch

from trainer_gui.engine.problems import refuse


@dataclass(frozen=True)
class Device:
    """One processor that can train. `name` is what recipes hold; `label` and `detail` are for people."""

    name: str  # "cpu", "cuda", "cuda:1", "mps"
    label: str  # "CPU", "NVIDIA RTX A4000"
    detail: str  # "8 threads", "16 GB"
    memory_bytes: int


def devices() -> list[Device]:
    """Every processor that torch can use here; the best one first, the CPU always among them."""
    found = []
    for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        about = torch.cuda.get_device_properties(number)
        name = "cuda" if number == 0 else f"cuda:{number}"
        found.append(Device(name, about.name, f"{about.total_memory / 1e9:.0f} GB", about.total_memory))
    memory = psutil.virtual_memory().total
    if torch.backends.mps.is_available():
        found.append(Device("mps", "Apple GPU", f"{memory / 1e9:.0f} GB shared", memory))
    threads = torch.get_num_threads()
    words = "1 thread" if threads == 1 else f"{threads} threads"
    found.append(Device("cpu", "CPU", words, memory))
    return found


def choose(name: str) -> Device:
    """The device of this name, the best one for “auto”; raises UserError where it is not there."""
    found = devices()
    if name == "auto":
        return found[0]
    for each in found:
        if each.name == name:
            return each
    raise refuse(
        "device.not_here",
        "This machine has no device “{name}” that PyTorch can use.",
        "Choose one of: {names}.",
        field="device",
        name=name,
        names=", ".join(each.name for each in found),
    )


def is_exact(device: str) -> bool:
    """Whether the same run gives the same result to the last bit on this device."""
    return device == "cpu"


def cores() -> int:
    """The number of physical cores that this process may use, at least 1."""
    physical = psutil.cpu_count(logical=False) or 1
    try:
        allowed = len(psutil.Process().cpu_affinity())
    except AttributeError:  # not every system can tell
        allowed = psutil.cpu_count() or 1
    return max(1, min(physical, allowed))


def usual_threads(*, pictures: bool) -> int:
    """How many threads are used where nothing was tried.

    One for tables, whose steps are too short to share, and all cores for pictures. The rule depends on
    nothing but the machine, so that a run repeats bit for bit.
    """
    return cores() if pictures else 1


def set_threads(threads: int) -> None:
    """Lets the calling thread compute with this many threads."""
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
