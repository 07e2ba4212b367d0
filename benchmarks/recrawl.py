"""What it costs to check a province again: everything unchanged, then with a share of its pages changed.

    python -m benchmarks.recrawl [--size small] [--share 0.02] [--seed 1]

Three crawls of one box with `--all`: the first fills the store, the second meets the same pages (many with a fresh token or
counter, as some systems send them), before the third a sentence is added to so many articles, drawn by the seed. Printed for
the second and third: checks that end at 304 or an equal fingerprint, record versions, WARC payloads and revisits.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import html
import random
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from warcio.archiveiterator import ArchiveIterator

from benchmarks.crawl import _workspace
from cli.children import child, run
from cli.workspace import Workspace
from demo.answers import Answer, Answerer
from demo.box import Box
from demo.plan import DEFAULT_DAYS, Plan
from demo.serve import prepare
from demo.server import Server
from demo.state import item_of
from demo.units import Unit
from store.tables import captures, pages, record_versions

ADDED = " Nội dung này đã được bổ sung."


def bodies(box: Box) -> dict[tuple[str, str], str]:
    """(site, path) → the last paragraph of the article there."""
    found = {}
    for unit in box.units:
        state, family = box.state(unit), box.pages(unit).family
        for section, places in state.places.items():
            for place in places:
                item = item_of(box.plan, state, section, place)
                if not item.is_document:
                    found[unit.id, family.item(section, item)] = item.body[-1]
    return found


class ChangingAnswerer(Answerer):
    """The box's answers; once `changed`, some of its articles have one sentence more."""

    changed = False
    drawn: Mapping[tuple[str, str], str]
    log: Path

    def answer(self, unit: Unit, host: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The box's own answer, perhaps changed; its validators follow the bytes."""
        last = self.drawn.get((unit.id, target)) if self.changed else None
        if last is None:
            return super().answer(unit, host, target, headers)
        found = super().answer(unit, host, target, {})
        text, last = found.body.decode(), html.escape(last, quote=False)
        if last in text:
            text = text.replace(last, last + ADDED)
            found.body = text.encode()
            found.headers.pop("Last-Modified", None)
            if "ETag" in found.headers:
                found.headers["ETag"] = f'"{hashlib.sha256(found.body).hexdigest()[:24]}"'
            with self.log.open("a", encoding="utf-8") as file:
                file.write(f"http://{host}:{self.port}{target}\n")
        return found


async def _serve(arguments: argparse.Namespace) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    box = Box(Plan("seed", arguments.seed, DEFAULT_DAYS, arguments.size), 0)
    server = Server(box, 0)
    answerer = ChangingAnswerer(box, 0)
    texts, count = bodies(box), sum(len(box.pages(unit).paths) for unit in box.units)
    drawn = random.Random(arguments.seed).sample(sorted(texts), min(len(texts), round(arguments.share * count)))
    answerer.drawn = {place: texts[place] for place in drawn}
    answerer.log = arguments.serve / "changed.txt"
    server.answerer = answerer
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, lambda: setattr(answerer, "changed", True))
    arguments.serve.mkdir(parents=True, exist_ok=True)
    await server.start()
    try:
        prepare(arguments.serve, server)
        await stop.wait()
    finally:
        await server.stop()


@dataclass(frozen=True, slots=True)
class State:
    """What the store and the archive hold."""

    versions: int
    payloads: int
    revisits: int


def _state(place: Workspace) -> State:
    with place.database() as database, database.read() as connection:
        versions = connection.scalar(select(func.count()).select_from(record_versions)) or 0
        payloads = connection.scalar(select(func.count()).select_from(captures)) or 0
    kinds = []
    for file in (place.data / "archive").iterdir():
        with file.open("rb") as stream:
            kinds += [record.rec_type for record in ArchiveIterator(stream)]
    assert kinds.count("response") == payloads
    return State(versions, payloads, kinds.count("revisit"))


def _report(name: str, place: Workspace, before: State) -> None:
    after = _state(place)
    with place.database() as database, database.read() as connection:
        outcomes = [row.outcome for row in connection.execute(select(pages.c.outcome))]
    same = outcomes.count("unchanged")
    print(
        f"{name:<10} {len(outcomes)} checks, {same / len(outcomes):.2%} unchanged, {after.versions - before.versions} new versions, "
        f"{after.payloads - before.payloads} new payloads, {after.revisits - before.revisits} revisits"
    )


def main() -> int:
    """Print a line for each crawl, and what of the changes was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="small", choices=("small", "default", "large"))
    parser.add_argument("--share", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(_serve(arguments))
        return 0
    with tempfile.TemporaryDirectory() as name:
        return _measure(Path(name), arguments)


def _measure(folder: Path, arguments: argparse.Namespace) -> int:
    words = ["--size", arguments.size, "--share", str(arguments.share), "--seed", str(arguments.seed)]
    with child([sys.executable, "-m", "benchmarks.recrawl", "--serve", str(folder / "box"), *words]) as box:
        while not (folder / "box" / "box.json").exists():
            if box.poll() is not None:
                sys.exit("the box did not start")
            time.sleep(0.05)
        place = _workspace(folder / "data")
        _crawl(place, 0)
        first = _state(place)
        _crawl(place, 2)
        _report("unchanged", place, first)
        second = _state(place)
        box.send_signal(signal.SIGUSR1)
        time.sleep(0.5)
        _crawl(place, 4)
        _report("changed", place, second)
    changed = set((folder / "box" / "changed.txt").read_text(encoding="utf-8").split())
    with place.database() as database, database.read() as connection:
        found = {row.url for row in connection.execute(select(pages.c.url).where(pages.c.outcome == "ok"))}
    print(
        f"{len(changed)} pages changed, {len(changed & found)} of them found, {len(found - changed)} others versioned"
    )
    for url in sorted(changed ^ found)[:10]:
        print(f"  {'missed' if url in changed else 'not changed'}: {url}")
    return 0 if changed == found else 1


def _crawl(place: Workspace, day: int) -> None:
    assert place.at is not None
    if run([*place.on(place.at + timedelta(days=day)).command(), "crawl", "--all"], quiet=True):
        sys.exit("the crawl failed")


if __name__ == "__main__":
    sys.exit(main())
