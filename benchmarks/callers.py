"""Many callers at once: `python -m benchmarks.callers [--documents 50000] [--callers 24] [--processes 2]`.

The store is that of `benchmarks.province`. Each of the callers asks `/api/v1/search` without a pause over a connection of its own,
while one more asks `/healthz` fifty times a second: of one process, then of `--processes`. The baseline is one caller of one
process, before and after. The callers are threads of this program: on a machine with few cores they take their part of them.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from benchmarks.catalogue import CONFIG
from benchmarks.province import fill_store, queries
from benchmarks.search import SETTINGS
from benchmarks.serving import Asking, rebuilt, server, shown
from indexer.query.vocabulary_files import load_vocabulary
from store.database import open_database

ASKED = 2_880
"""Questions of all callers together: some twenty seconds."""

PAUSE = 0.02
"""Seconds between two looks at `/healthz`."""


def asked_together(port: int, asked: list[str], callers: int) -> float:
    """Answers a second; prints the callers' times and those of `/healthz`."""

    def ask(own: list[str]) -> list[float]:
        with closing(Asking(port)) as asking:
            return [_milliseconds(asking, f"/api/v1/search?q={quote(query)}") for query in own]

    with ThreadPoolExecutor(callers + 1) as people:
        ended = threading.Event()
        watching = people.submit(_health, port, ended)
        begun = time.perf_counter()
        answered = [people.submit(ask, asked[number::callers]) for number in range(callers)]
        times = [each for answers in answered for each in answers.result()]
        seconds = time.perf_counter() - begun
        ended.set()
        shown(f"{callers} at once", times)
        shown("  /healthz beside them", watching.result())
    rate = len(times) / seconds
    print(f"  {rate:.0f} answers/s")
    return rate


def _health(port: int, ended: threading.Event) -> list[float]:
    times = []
    with closing(Asking(port)) as asking:
        while not ended.wait(PAUSE):
            times.append(_milliseconds(asking, "/healthz"))
    return times


def _milliseconds(asking: Asking, path: str) -> float:
    begun = time.perf_counter()
    asking.get(path)
    return (time.perf_counter() - begun) * 1000


def main(arguments: list[str] | None = None) -> None:
    """Build, ask, print; the last line is `ratio X`: answers a second of several processes to those of one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--callers", type=int, default=24)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args(arguments)
    vocabulary = load_vocabulary(CONFIG / "vocabulary")
    some = queries(vocabulary)
    many = [some[number % len(some)] for number in range(ASKED)]
    rates = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(open_database(folder / "store.db")) as database:
            fill_store(database, vocabulary, chosen.documents)
        rebuilt(folder, SETTINGS)
        for processes in (1, chosen.processes):
            print(f"{processes} process(es)")
            with server(folder, SETTINGS, processes) as port:
                asked_together(port, some, 1)
                rates[processes] = asked_together(port, many, chosen.callers)
                asked_together(port, some, 1)
    print(f"ratio {rates[chosen.processes] / rates[1]:.2f}")


if __name__ == "__main__":
    main()
