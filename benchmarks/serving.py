"""What the benchmarks of search share: the real server and the real rebuild as processes, ways of asking that take turns."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.catalogue import CONFIG
from benchmarks.measures import percentile
from cli.children import child
from cli.serve import bind

FIRST_ASKED = {"saved_answers": "0"}
"""Settings under which every answer is worked out, also of a question that was asked before."""

READY_ANSWERS = 5
"""So often in a row, for each process, /readyz says that all is prepared: which process answers is chance."""


def command(folder: Path, chosen: Mapping[str, str], *words: str) -> list[str]:
    """`tracuu` over a data folder with these settings."""
    options = [part for name, value in chosen.items() for part in ("--set", f"{name}={value}")]
    return [sys.executable, "-m", "cli.main", "--data", str(folder), "--config", str(CONFIG), *options, *words]


class Asking:
    """A client over one kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)

    def get(self, path: str) -> bytes:
        """The answer; RuntimeError unless it is one or a clear refusal."""
        try:
            self._connection.request("GET", path)
            answer = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # idle for longer than the server keeps a connection
            self.close()
            return self.get(path)
        content = answer.read()
        if answer.status not in (200, 422):
            raise RuntimeError(f"{path}: {answer.status}")
        return content

    def search(self, query: str) -> object:
        """Ask `/api/v1/search`."""
        return self.get(f"/api/v1/search?q={quote(query)}")

    def close(self) -> None:
        """Hang up; the next request connects anew."""
        self._connection.close()


@contextmanager
def server(folder: Path, chosen: Mapping[str, str], processes: int = 1) -> Iterator[int]:
    """`tracuu serve` on loopback, once each of its processes has prepared every procedure; gives the port."""
    with bind("127.0.0.1", 0) as free:
        port = int(free.getsockname()[1])
    words = ("serve", "--port", str(port), "--processes", str(processes))
    with child(command(folder, chosen, *words), quiet=True) as process:
        asking, prepared = Asking(port), 0
        while process.poll() is None and prepared < READY_ANSWERS * processes:
            try:
                prepared = prepared + 1 if json.loads(asking.get("/readyz"))["prepared"] else 0
            except OSError:  # it does not listen yet
                prepared = 0
            asking.close()
            time.sleep(0.1)
        yield port


@contextmanager
def serving(folder: Path, chosen: Mapping[str, str]) -> Iterator[Callable[[str], object]]:
    """A way of asking `/api/v1/search` of such a server over one kept connection."""
    with server(folder, chosen) as port, closing(Asking(port)) as asking:
        yield asking.search


def rebuilt(folder: Path, chosen: Mapping[str, str]) -> float:
    """Seconds of `tracuu index rebuild`."""
    begun = time.perf_counter()
    subprocess.run(command(folder, chosen, "index", "rebuild"), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def shown(label: str, times: Sequence[float]) -> None:
    """One line."""
    print(f"{label:34} p50 {percentile(times, 0.5):7.2f} ms  p99 {percentile(times, 0.99):7.2f} ms", flush=True)


def interleaved(runs: Mapping[str, Callable[[str], object]], asked: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds of each way, taking turns question by question; a fifth of the questions is asked before."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number, query in enumerate([*asked[: len(asked) // 5], *asked]):
        for name, run in runs.items():
            begun = time.perf_counter()
            run(query)
            if number >= len(asked) // 5:
                times[name].append((time.perf_counter() - begun) * 1000)
    return times
