"""A Ray cluster on this machine, whose nodes are started and ended by their process numbers alone."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psutil

_RAY = "import sys; from ray.scripts.scripts import main; sys.exit(main())"
_PATIENCE = 90.0  # seconds


class LocalRay:
    """A head, and further nodes. They listen on addresses of this machine alone, and want a token."""

    def __init__(self, cpus: int) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="ray"))  # short: it becomes part of the names of sockets
        self.token = self.place / "token"
        self.token.write_text(secrets.token_hex(32), encoding="ascii")
        self.nodes: list[subprocess.Popen[bytes]] = []
        port, outside = _free_ports(2)
        self.address, self.outside = f"127.0.0.2:{port}", f"ray://127.0.0.2:{outside}"
        head = ["--head", f"--port={port}", "--node-ip-address=127.0.0.2", "--include-dashboard=false"]
        client = [f"--ray-client-server-port={outside}"] if find_spec("grpc") else []
        self._start([*head, *client, f"--num-cpus={cpus}", f"--temp-dir={self.place}"])

    def add_node(self, number: int, cpus: int) -> subprocess.Popen[bytes]:
        """Another node, on an address that ends in this number."""
        words = [f"--address={self.address}", f"--node-ip-address=127.0.0.{number}", f"--num-cpus={cpus}"]
        return self._start(words)

    def _start(self, words: list[str]) -> subprocess.Popen[bytes]:
        log = self.place / f"node{len(self.nodes)}.log"
        settings = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(self.token)}
        with log.open("wb") as file:
            node = subprocess.Popen(
                [
                    *(sys.executable, "-c", _RAY, "start", *words, "--block"),
                    *("--object-store-memory=100000000", "--disable-usage-stats"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={**os.environ, **settings},
                start_new_session=True,
            )
        self.nodes.append(node)
        deadline = time.monotonic() + _PATIENCE
        while "Ray runtime started" not in (said := log.read_text(errors="replace")):
            assert node.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.1)
        return node

    def lose(self, node: subprocess.Popen[bytes]) -> None:
        """The node is gone from one moment to the next."""
        for each in [psutil.Process(node.pid), *psutil.Process(node.pid).children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                each.kill()
        node.wait()

    def close(self) -> None:
        """Ends every node, and whatever they have begun."""
        left = []
        for node in reversed(self.nodes):
            with contextlib.suppress(psutil.Error):
                left += psutil.Process(node.pid).children(recursive=True)
            node.terminate()
        for node in self.nodes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                node.wait(15)
            node.kill()
            node.wait()
        for each in left:
            with contextlib.suppress(psutil.Error):
                each.kill()
        shutil.rmtree(self.place, ignore_errors=True)


def _free_ports(count: int) -> list[int]:
    taken = [socket.socket() for _ in range(count)]
    for each in taken:
        each.bind(("127.0.0.2", 0))
    found = [int(each.getsockname()[1]) for each in taken]
    for each in taken:
        each.close()
    return found
