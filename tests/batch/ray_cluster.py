"""A Ray cluster of several nodes on this machine's loopback, for tests: nodes are started, and killed, as processes."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).parent.parent
STORE_BYTES = 80_000_000
WAIT_S = 120.0
HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class RayNodes:
    """The nodes of a cluster, the head first; each is a process group of its own."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="jx", dir="/tmp")  # Ray's sockets lie in it: the path must be short
        self.address = f"{HOST}:{free_port()}"
        self.nodes: list[subprocess.Popen[bytes]] = []

    def start(self, n_cpus: int) -> int:
        """The number of a new node with `n_cpus` cores."""
        port = self.address.rpartition(":")[2]
        place = ["--address", self.address] if self.nodes else ["--head", f"--port={port}", "--include-dashboard=false"]
        options = [f"--num-cpus={n_cpus}", f"--object-store-memory={STORE_BYTES}", f"--node-ip-address={HOST}"]
        if not self.nodes:
            options.append(f"--temp-dir={self.folder}")
        paths = os.pathsep.join([str(TESTS), str(TESTS.parent)])
        environment = {**os.environ, "PYTHONPATH": paths, "RAY_USAGE_STATS_ENABLED": "0"}
        command = [str(Path(sys.executable).with_name("ray")), "start", *place, *options, "--block"]
        with (Path(self.folder) / f"node-{len(self.nodes)}.log").open("wb") as log:
            node = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self.nodes.append(node)
        return len(self.nodes) - 1

    def wait_until_listening(self) -> None:
        """Nothing comes out; the head takes connections."""
        deadline = time.monotonic() + WAIT_S
        host, port = self.address.split(":")
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
                return
            time.sleep(0.1)
        raise TimeoutError("the head of the cluster does not answer")

    def kill(self, number: int) -> None:
        """End a node with all its processes, as by a power cut."""
        node = self.nodes[number]
        with contextlib.suppress(ProcessLookupError):
            os.killpg(node.pid, signal.SIGKILL)
        node.wait()

    def stop(self) -> None:
        """End all nodes."""
        for number in reversed(range(len(self.nodes))):
            self.kill(number)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def ray_cluster(*n_cpus: int) -> Iterator[RayNodes]:
    """A cluster with a node for each number of cores, the head first."""
    cluster = RayNodes()
    try:
        for number, count in enumerate(n_cpus):
            cluster.start(count)
            if not number:
                cluster.wait_until_listening()
        yield cluster
    finally:
        cluster.stop()
