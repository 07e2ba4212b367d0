"""What the benchmarks of search share: an application on loopback, ways of asking that take turns, lines to print."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks.catalogue import CONFIG
from benchmarks.measures import percentile
from cli.serve import bind
from core.clock import system_clock
from core.settings import Settings, load_settings
from core.sites import load_province
from indexer import rebuild
from indexer.query.searcher import Searcher
from search_api.app import AppParts, create_app
from store.database import Database

Times = dict[str, list[tuple[float, float]]]
"""Way → milliseconds by the clock and of this process's CPU, question by question."""


@contextmanager
def serving(parts: AppParts) -> Iterator[int]:
    """The API over HTTP on loopback; its port."""
    import uvicorn

    listening = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(parts), log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def parts_of(database: Database, searcher: Searcher) -> AppParts:
    """An application without archive or query log."""
    province = load_province(CONFIG, "thanhhoa")
    return AppParts(database, searcher, province, load_settings(), system_clock, None, CONFIG)  # type: ignore[arg-type]


def asking(port: int) -> Callable[[str], object]:
    """One kept connection to the API."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask(query: str) -> object:
        connection.request("GET", f"/api/v1/search?q={quote(query)}")
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read()

    return ask


def shown(label: str, times: Sequence[float]) -> None:
    """One line."""
    print(f"{label:34} p50 {percentile(times, 0.5):7.2f} ms  p99 {percentile(times, 0.99):7.2f} ms")


def interleaved(runs: dict[str, Callable[[str], object]], asked: Sequence[str]) -> Times:
    """Milliseconds by the clock and of this process's CPU, of each way, taking turns question by question."""
    times: Times = {name: [] for name in runs}
    for number, query in enumerate([*asked[: len(asked) // 5], *asked]):
        for name, run in runs.items():
            begun, worked = time.perf_counter(), time.process_time()
            run(query)
            if number >= len(asked) // 5:
                spent = (time.perf_counter() - begun, time.process_time() - worked)
                times[name].append((spent[0] * 1000, spent[1] * 1000))
    return times


def rebuilt(database: Database, folder: Path, settings: Settings) -> float:
    """Seconds of a whole rebuild from the store."""
    begun = time.perf_counter()
    rebuild.rebuild(database, folder, settings, system_clock, CONFIG)
    return time.perf_counter() - begun
