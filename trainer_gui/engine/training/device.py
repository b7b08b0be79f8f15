"""The processors of this machine, and what to do about their quirks."""

from dataclasses import dataclass

import psutil
import torch

from trainer_gui.engine.problems import refuse


@dataclass(frozen=True)
class Device:
    """What can train. `name` is what recipes hold; `label` and `detail` are for people."""

    name: str  # "cpu", "cuda", "cuda:1", "mps"; "cuda:all", and "cpu:2" for two processes on the CPU
    label: str  # "CPU", "NVIDIA RTX A4000", "All 4 GPUs"
    detail: str  # "8 threads", "16 GB"
    memory_bytes: int
    processes: int = 1  # that train together, each on its own GPU or on its share of the CPU

    def __str__(self) -> str:
        return f"{self.label}, {self.detail}"

    @property
    def torch_name(self) -> str:
        """What torch calls it, or the first one where there are several."""
        return self.name if self.processes == 1 else self.name.partition(":")[0]


def devices() -> list[Device]:
    """Everything that torch can use here; the best single one first, the CPU always among them."""
    found = []
    for number in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        about = torch.cuda.get_device_properties(number)
        name = "cuda" if number == 0 else f"cuda:{number}"
        found.append(Device(name, about.name, f"{about.total_memory / 1e9:.0f} GB", about.total_memory))
    if len(found) > 1 and torch.distributed.is_available():
        memory = sum(each.memory_bytes for each in found)
        words = f"{memory / 1e9:.0f} GB together"
        found.append(Device("cuda:all", f"All {len(found)} GPUs", words, memory, len(found)))
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
    kind, _, processes = name.partition(":")
    if kind == "cpu" and processes.isdecimal() and int(processes) > 1:
        return _several_processes(int(processes), found[-1].memory_bytes)
    if name == "cuda:all" and any(each.name == "cuda" for each in found):
        raise refuse(
            "device.only_one",
            "This machine has only one GPU that PyTorch can use, so there is nothing to share the work with.",
            "Choose “cuda”, which uses it.",
            field="device",
        )
    raise refuse(
        "device.not_here",
        "This machine has no device “{name}” that PyTorch can use.",
        "Choose one of: {names}.",
        field="device",
        name=name,
        names=", ".join(each.name for each in found),
    )


def _several_processes(processes: int, memory: int) -> Device:
    most = psutil.cpu_count() or 1
    if processes > most:
        raise refuse(
            "device.too_many_processes",
            "“cpu:{processes}” asks for {processes} processes, but this machine has {most} processor cores.",
            "Ask for {most} or fewer; one process, “cpu”, is quickest for most models.",
            field="device",
            processes=processes,
            most=most,
        )
    return Device(f"cpu:{processes}", "CPU", f"{processes} processes", memory, processes)


def entered(name: str) -> torch.device:
    """The device as torch knows it; a GPU becomes the calling thread's own, where its recordings lie."""
    device = torch.device(name)
    if device.type == "cuda":
        device = torch.device("cuda", device.index or 0)
        torch.cuda.set_device(device)
    return device


def is_exact(device: str) -> bool:
    """Whether the same run gives the same result to the last bit on this device."""
    return device.partition(":")[0] == "cpu"


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
