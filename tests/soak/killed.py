"""One crawl of the box, killed a hundred times at any moment: nothing is lost, nothing is there twice, it ends complete.

Run it with ./scripts/soak; it takes about ten minutes and is no part of the daily suite.
"""

from __future__ import annotations

import random
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from warcio.archiveiterator import ArchiveIterator

from cli.box import Box, BoxOptions, running_box
from cli.children import run
from cli.demo_up import enter
from cli.workspace import Workspace
from store.tables import captures, leases, pages, record_versions, records, visits

LATENCY_MS = 20
CAPTURES_A_KILL = 26
"""Captures after which a run is killed at most: half of it on average leaves the last part of the box to the last run."""


@dataclass
class Soak:
    """A store that was killed again and again, and one of the same box that was not."""

    killed: Workspace
    whole: Workspace
    kills: int
    torn: int


@pytest.fixture(scope="module")
def soak(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Soak]:
    kills, seed = request.config.getoption("--kills"), request.config.getoption("--seed")
    with running_box(tmp_path_factory.mktemp("box"), BoxOptions(size="small", latency_ms=LATENCY_MS)) as box:
        whole = enter(Workspace(tmp_path_factory.mktemp("whole"), box.config), box)
        assert run([*whole.command(), "crawl"], quiet=True) == 0
        place = Workspace(tmp_path_factory.mktemp("killed"), box.config, box.begins, ("lease_seconds=1",))
        yield _killed(place, whole, box, random.Random(seed), kills)


def _killed(place: Workspace, whole: Workspace, box: Box, chance: random.Random, kills: int) -> Soak:
    begun, torn = time.monotonic(), 0

    def now() -> Workspace:  # a clock that goes on from run to run, so that the leases of the dead run out
        return place.on(box.begins + timedelta(seconds=time.monotonic() - begun))

    for number in range(kills):
        before = _captured(place)
        process = subprocess.Popen(
            [*now().command(), "crawl", "--due"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wanted, deadline = before + chance.randint(0, CAPTURES_A_KILL), time.monotonic() + 30
        while process.poll() is None and _captured(place) < wanted and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        process.kill()
        process.wait()
        torn += _torn(place)
        print(f"kill {number + 1}: {_captured(place)} captures", flush=True)  # noqa: T201
        time.sleep(1.0 if _leased(place) else 0.0)
    for _ in range(3):  # the last kill's leases may still stand at the first of these
        time.sleep(1.5)
        assert run([*now().command(), "crawl", "--due"], quiet=True) == 0
    return Soak(now(), whole, kills, torn)


def _captured(place: Workspace) -> int:
    return _count(place, "SELECT count(*) FROM captures")


def _leased(place: Workspace) -> int:
    return _count(place, "SELECT count(*) FROM leases")


def _count(place: Workspace, query: str) -> int:
    file = place.data / "store.db"
    if not file.exists():
        return 0
    connection = sqlite3.connect(file, timeout=30)
    try:
        return int(connection.execute(query).fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def _torn(place: Workspace) -> int:
    """Files of dead runs with bytes that no committed capture points to."""
    connection = sqlite3.connect(place.data / "store.db", timeout=30)
    try:
        known = dict(connection.execute("SELECT name, committed_length FROM archives WHERE moved = 0"))
    except sqlite3.OperationalError:
        known = {}
    finally:
        connection.close()
    sizes = {file.name: file.stat().st_size for file in (place.data / "spool").glob("*.warc.gz")}
    return sum(sizes.get(name, 0) > length for name, length in known.items())


def ask(place: Workspace, query: object) -> list[tuple[object, ...]]:
    with place.database() as database, database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]  # type: ignore[call-overload]


def test_it_was_killed_in_the_middle_of_its_work(soak: Soak) -> None:
    killed = ask(soak.killed, select(func.count()).where(visits.c.evidence == "the process was killed"))[0][0]
    assert isinstance(killed, int)
    assert killed >= soak.kills
    print(f"{soak.kills} kills, {killed} visits broken off, {soak.torn} torn tails")  # noqa: T201


def test_every_archived_answer_is_readable(soak: Soak) -> None:
    with soak.killed.database() as database, database.read() as connection:
        rows = connection.execute(select(captures)).all()
    assert rows
    assert all(len(soak.killed.archive.read(row).body) == row.body_bytes for row in rows)


def test_every_archive_file_is_whole_and_nothing_is_left_in_the_spool(soak: Soak) -> None:
    assert not list((soak.killed.data / "spool").iterdir())
    for file in (soak.killed.data / "archive").iterdir():
        assert file.name.endswith(".warc.gz")
        with file.open("rb") as stream:
            assert all(record.content_stream().read() is not None for record in ArchiveIterator(stream))


def test_no_page_is_lost_and_none_is_there_twice(soak: Soak) -> None:
    seen = select(pages.c.key).where(pages.c.last_good.is_not(None)).order_by(pages.c.key)
    assert ask(soak.killed, seen) == ask(soak.whole, seen)


def test_every_answer_was_read_and_every_record_is_there_once(soak: Soak) -> None:
    assert ask(soak.killed, select(func.count()).where(captures.c.read_at.is_(None))) == [(0,)]
    what = (
        select(pages.c.url, records.c.kind, records.c.key, records.c.fields_digest, records.c.version)
        .join(pages, pages.c.id == records.c.page_id)
        .order_by(pages.c.url, records.c.kind, records.c.key)
    )
    assert ask(soak.killed, what) == ask(soak.whole, what)
    versions = select(func.count()).select_from(record_versions)
    assert ask(soak.killed, versions) == ask(soak.whole, versions)


def test_the_last_run_ended_every_visit_well(soak: Soak) -> None:
    assert ask(soak.killed, select(func.count()).where(visits.c.ended_at.is_(None))) == [(0,)]
    assert ask(soak.killed, select(func.count()).select_from(leases)) == [(0,)]
    newest = select(func.max(visits.c.id)).group_by(visits.c.site_id)
    assert {row[0] for row in ask(soak.killed, select(visits.c.outcome).where(visits.c.id.in_(newest)))} == {"ok"}


def test_a_kill_costs_at_most_the_requests_in_flight(soak: Soak) -> None:
    fetched = select(captures.c.page_id, func.count()).group_by(captures.c.page_id)
    again = sum(int(row[1]) - 1 for row in ask(soak.killed, fetched))  # type: ignore[call-overload]
    assert again <= soak.kills * 16
