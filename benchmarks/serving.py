"""What the benchmarks of search share: the real server and the real rebuild as processes, ways of asking that take turns."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.catalogue import CONFIG
from benchmarks.measures import percentile
from cli.children import child
from cli.serve import bind

FIRST_ASKED = {"saved_answers": "0"}
"""Settings under which every answer is worked out, also of a question that was asked before."""


def command(folder: Path, chosen: Mapping[str, str], *words: str) -> list[str]:
    """`tracuu` over a data folder with these settings."""
    options = [part for name, value in chosen.items() for part in ("--set", f"{name}={value}")]
    return [sys.executable, "-m", "cli.main", "--data", str(folder), "--config", str(CONFIG), *options, *words]


@contextmanager
def serving(folder: Path, chosen: Mapping[str, str]) -> Iterator[Callable[[str], object]]:
    """`tracuu serve` on loopback, once it has prepared every procedure; gives a way of asking `/api/v1/search` over one kept
    connection."""
    with bind("127.0.0.1", 0) as free:
        port = int(free.getsockname()[1])
    with child(command(folder, chosen, "serve", "--port", str(port)), quiet=True) as process:
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def get(path: str) -> bytes:
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
            except http.client.RemoteDisconnected:  # idle for longer than the server keeps a connection
                connection.close()
                return get(path)
            content = answer.read()
            if answer.status not in (200, 422):
                raise RuntimeError(f"{path}: {answer.status}")
            return content

        def ask(query: str) -> object:
            return get(f"/api/v1/search?q={quote(query)}")

        while process.poll() is None:
            try:
                if json.loads(get("/readyz"))["prepared"]:
                    break
            except OSError:  # it does not listen yet
                connection.close()
            time.sleep(0.1)
        yield ask
        connection.close()


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
