"""From an empty folder to searchable, by stage, against a bare download of the same pages.

    python -m benchmarks.pipeline [--size default] [--latency 0] [--seed 1]

Baseline: the same URLs fetched from the same box over kept connections by as many threads as the crawl has requests at
once, the answers thrown away. `ratio` = baseline seconds / seconds of the whole pipeline: what share of the time an ideal
pipeline, in which everything but the download is free, would need.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from cli.box import Box, BoxOptions, running_box
from cli.children import run
from cli.demo_up import enter
from cli.workspace import Workspace
from store.tables import pages

STAGES = (("crawl", "--all"), ("unify",), ("index", "sync"), ("check",))


def main() -> int:
    """Print seconds for each stage; the last line is the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="default", choices=("small", "default", "large"))
    parser.add_argument("--latency", type=int, default=0, metavar="MS")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    options = BoxOptions(size=arguments.size, seed=arguments.seed, latency_ms=arguments.latency)
    with tempfile.TemporaryDirectory() as folder, running_box(Path(folder) / "box", options) as box:
        workspace = enter(Workspace(Path(folder) / "data", box.config), box)
        seconds = _stages(workspace, box)
        urls = _urls(workspace)
        baseline = _download(urls, workspace)
    total = sum(seconds.values())
    for stage, spent in seconds.items():
        print(f"{stage:<10} {spent:8.1f} s  {spent / total:5.0%}")
    print(f"whole      {total:8.1f} s  {len(urls)} pages, {len(urls) / total:.1f} pages/s to searchable")
    print(f"baseline   {baseline:8.1f} s  bare download of the same pages, answers thrown away")
    print(f"ratio {baseline / total:.3f}")
    return 0


def _stages(workspace: Workspace, box: Box) -> dict[str, float]:
    seconds = {}
    for words in (("register", "import", *map(str, box.register)), *STAGES):
        begun = time.perf_counter()
        if run([*workspace.command(), *words], quiet=True):
            sys.exit(f"{words[0]} failed")
        seconds[words[0]] = time.perf_counter() - begun
    return seconds


def _urls(workspace: Workspace) -> list[str]:
    with workspace.database() as database, database.read() as connection:
        return list(connection.scalars(select(pages.c.url).order_by(pages.c.id)))


def _download(urls: list[str], workspace: Workspace) -> float:
    threads = workspace.settings.whole("concurrency")
    resolve = workspace.province.network.resolve
    shares = [urls[number::threads] for number in range(threads)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda share: _fetch(share, resolve), shares))
    return time.perf_counter() - begun


def _fetch(urls: Iterable[str], resolve: dict[str, str]) -> None:
    kept: dict[tuple[str, int], http.client.HTTPConnection] = {}
    for url in urls:
        parts = urlsplit(url)
        place = (resolve.get(parts.hostname or "", parts.hostname or ""), parts.port or 80)
        connection = kept.setdefault(place, http.client.HTTPConnection(*place, timeout=60))
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("GET", path, headers={"Host": parts.netloc})
        connection.getresponse().read()
    for connection in kept.values():
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
