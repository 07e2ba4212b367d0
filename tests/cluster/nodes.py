"""Real Elasticsearch nodes for tests: started by scripts/elasticsearch, killed by their process id, never left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "elasticsearch"
START_SECONDS = 300
"""A JVM is up in six seconds; a busy machine of two cores takes much longer."""


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on."""
    taken = [socket.socket() for _ in range(count)]
    try:
        for held in taken:
            held.bind(("127.0.0.1", 0))
        return [held.getsockname()[1] for held in taken]
    finally:
        for held in taken:
            held.close()


@dataclass
class Node:
    """One JVM. `settings` are given at every start."""

    name: str
    folder: Path
    port: int
    transport: int
    settings: tuple[str, ...]
    snapshots: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *more: str) -> None:
        """Start the JVM; does not wait until it answers."""
        words = [str(SCRIPT), "node", self.name, str(self.port), str(self.transport), str(self.folder)]
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            surroundings = {**os.environ, "TRACUU_ES_REPO": str(self.snapshots)}
            words += [*self.settings, *more]
            self.process = subprocess.Popen(words, stdout=log, stderr=log, cwd=ROOT, env=surroundings)

    def kill(self) -> None:
        """SIGKILL: no goodbye to the cluster, no flush."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, and wait; SIGKILL when it does not end."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def log(self) -> str:
        """What it said last."""
        return (self.folder / "log").read_text(errors="replace")[-3000:]


@dataclass
class Nodes:
    """A cluster of one or three nodes on 127.0.0.1, with one folder for snapshots."""

    folder: Path
    count: int = 1
    nodes: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        ports = free_ports(self.count * 2)
        seeds = ",".join(f"127.0.0.1:{port}" for port in ports[self.count :])
        self.snapshots = self.folder / "snapshots"
        self.snapshots.mkdir(parents=True, exist_ok=True)
        common = (
            f"cluster.name=test-{self.folder.name}",
            *(("discovery.type=single-node",) if self.count == 1 else (f"discovery.seed_hosts={seeds}",)),
            # Failures are found in seconds, so that the tests are quick; the rest is as in life.
            "cluster.fault_detection.leader_check.interval=500ms",
            "cluster.fault_detection.follower_check.interval=500ms",
            "cluster.routing.allocation.disk.threshold_enabled=false",
            "node.processors=2",
        )
        for number in range(self.count):
            name = f"n{number + 1}"
            transport = ports[self.count + number]
            self.nodes.append(Node(name, self.folder / name, ports[number], transport, common, self.snapshots))

    @property
    def hosts(self) -> str:
        """As the setting `engine` wants them, without the alias."""
        return "http://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def start(self, *, first: bool = True) -> None:
        """Start all and wait until they form a cluster. `first`: the folders are empty."""
        names = ",".join(node.name for node in self.nodes)
        bootstrap = (f"cluster.initial_master_nodes={names}",) if first and self.count > 1 else ()
        for node in self.nodes:
            node.start(*bootstrap)
        self.wait(nodes=self.count)

    def wait(self, *, nodes: int, status: str = "yellow", seconds: float = START_SECONDS) -> None:
        """Until so many nodes are together and the cluster is at least of this colour."""
        end = time.monotonic() + seconds
        path = f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status={status}&timeout=2s"
        while time.monotonic() < end:
            for node in self.nodes:
                if node.process is None:
                    continue
                assert node.process.poll() is None, f"{node.name} ended by itself:\n{node.log()}"
                answer = call(node.url, path)
                if answer and answer["number_of_nodes"] == nodes and not answer["timed_out"]:
                    return
            time.sleep(0.2)
        raise AssertionError(f"no cluster of {nodes} {status} nodes in {seconds} s\n{self.nodes[0].log()}")

    def master(self) -> Node:
        """The node that is master now."""
        for node in self.nodes:
            if node.process is None:
                continue
            state = call(node.url, "/_cluster/state/master_node,nodes")
            if state and state.get("master_node"):
                name = state["nodes"][state["master_node"]]["name"]
                return next(other for other in self.nodes if other.name == name)
        raise AssertionError("there is no master")

    def other(self, than: Node) -> Node:
        """A running node that is not this one."""
        return next(node for node in self.nodes if node is not than and node.process is not None)

    def end(self) -> None:
        """End every node."""
        for node in self.nodes:
            if node.process is not None:
                node.process.send_signal(signal.SIGCONT)
            node.kill()


def call(url: str, path: str, body: Any = None, method: str = "GET") -> Any:
    """One plain request past the client; None when nothing answers."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url + path, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)
    except OSError:
        return None
