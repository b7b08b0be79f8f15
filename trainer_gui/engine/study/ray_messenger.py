"""The process that speaks with a Ray cluster for a study: whatever becomes of Ray, the program goes on.

It reads one JSON object a line from standard input and writes the like to standard output.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from trainer_gui.engine.problems import Problem, UserError, problem, refuse
from trainer_gui.engine.study.ray_carrier import Carrier
from trainer_gui.engine.study.ray_nodes import Cluster

_ANSWER = 5.0  # seconds that a machine has to accept a connection
_REFUSED = ("InvalidAuthToken", "Unauthenticated", "AuthenticationError")
_SILENT = "what listens there is no Ray cluster, does not accept the token, or is too busy to answer"
_ADDRESS = "address"  # the setting that most refusals are about
_TOKEN = "token_file"
_VERSIONS = re.compile(r"Ray: (\S+)\s+Python: (\S+)")


def main() -> int:
    """Connects as the first line says, then carries what the others say; ends with its standard input."""
    with _words_apart() as (out, said):
        tell = _teller(out)
        wish = json.loads(sys.stdin.readline())
        try:
            cluster = connect(wish["address"], wish["gpus"])
        except UserError as error:
            tell({"refused": error.problem.model_dump(mode="json")})
            return 1
        except (SystemExit, Exception) as error:  # noqa: BLE001 - Ray ends the process where nobody answers
            found = reason_of(error, said.read_text(encoding="utf-8", errors="replace"), wish["address"])
            tell({"refused": found.model_dump(mode="json")})
            return 1
        tell({"nodes": cluster.nodes})
        _obey(Carrier(cluster, wish["files"], tell))
    return 0


def _obey(carrier: Carrier) -> None:
    """Does what it is told until nobody is there any more."""
    deeds: dict[str, Callable[..., None]] = {
        "start": carrier.start,
        "stop": carrier.stop,
        "kill": carrier.kill,
    }
    with contextlib.suppress(KeyboardInterrupt):
        for line in sys.stdin:
            order = json.loads(line)
            deeds[order.pop("do")](**order)
    carrier.end()


@contextlib.contextmanager
def _words_apart() -> Any:
    """Gives the real standard output, and the file in which everything lands that libraries print."""
    with tempfile.TemporaryDirectory(prefix="trainer-ray-", ignore_cleanup_errors=True) as place:
        said = Path(place) / "words"
        out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        with said.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        yield out, said


def _teller(out: TextIO) -> Callable[[dict[str, Any]], None]:
    """Writes one line for each word, from any thread."""
    lock = threading.Lock()

    def tell(word: dict[str, Any]) -> None:
        with lock, contextlib.suppress(OSError, ValueError):  # nobody reads any more
            out.write(json.dumps(word) + "\n")
            out.flush()

    return tell


def connect(address: str, gpus: int) -> Cluster:
    """The cluster at an address. Raises UserError for what is known, and whatever Ray raises."""
    _must_answer(address)
    import ray

    host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    # Ray takes a loopback address for that of the machine in its network, where this head does not listen.
    here = {"_node_ip_address": host} if host.startswith("127.") and host != "127.0.0.1" else {}
    ray.init(address=address, log_to_driver=False, logging_level="ERROR", namespace="trainer-gui", **here)
    cluster = Cluster(ray, gpus)
    cluster.must_have_program()
    return cluster


def _must_answer(address: str) -> None:
    """Raises UserError where nobody listens at the address; Ray itself would take minutes to say so."""
    if address == "auto":
        return
    try:
        parsed = urlsplit(address if "//" in address else f"//{address}")
        host, port = parsed.hostname, parsed.port or (10001 if parsed.scheme == "ray" else 6379)
    except ValueError:
        host, port = None, 0
    if not host:
        raise refuse(
            "ray.bad_address",
            "“{address}” is no address of a Ray cluster.",
            "Write the head's name and port, such as head.example.org:6379, or ray://head.example.org:10001 "
            "from a computer that is not part of the cluster.",
            field=_ADDRESS,
            address=address,
        )
    try:
        socket.create_connection((host, port), timeout=_ANSWER).close()
    except OSError as error:
        raise UserError(_nobody(address, str(error.strerror or error))) from error


def _nobody(address: str, reason: str) -> Problem:
    return problem(
        "ray.nobody_there",
        "No Ray cluster answers at {address} ({reason}).",
        "Check the address, and that the cluster is running: “ray start --head” prints it on its head.",
        field=_ADDRESS,
        address=address,
        reason=reason.rstrip("."),
    )


def reason_of(error: BaseException, said: str, address: str) -> Problem:
    """Why there is no connection, from what Ray raised and from what it printed."""
    text = f"{type(error).__name__}: {error}\n{said}"
    if any(word in text for word in _REFUSED):
        return problem(
            "ray.token_refused",
            "The Ray cluster at {address} does not accept the token.",
            "Name the file that holds the token of this cluster; on its head, “ray get-auth-token” shows it.",
            field=_TOKEN,
            address=address,
        )
    versions = _VERSIONS.findall(text)
    if "ersion mismatch" in text and len(versions) > 1:
        (ray, python), (own_ray, own_python) = versions[:2]
        return problem(
            "ray.other_version",
            "The cluster runs Ray {ray} with Python {python}, and this program Ray {own_ray} with Python "
            "{own_python}: they have to be the same.",
            "Install the same versions here and on the cluster.",
            field=_ADDRESS,
            ray=ray,
            python=python,
            own_ray=own_ray,
            own_python=own_python,
        )
    if isinstance(error, SystemExit | ConnectionError | TimeoutError) or "imed out" in text:
        return _nobody(address, _SILENT)
    last = str(error).strip().splitlines()
    return problem(
        "ray.no_connection",
        "There is no connection to the Ray cluster at {address}: {reason}",
        "Check the address, the token, and that the cluster has the same versions of Ray and Python.",
        field=_ADDRESS,
        address=address,
        reason=last[-1] if last else type(error).__name__,
    )


if __name__ == "__main__":
    sys.exit(main())
