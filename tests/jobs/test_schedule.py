"""What is due is computed from the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.site_files import load_province
from core.sites import Politeness, Province
from jobs.schedule import active_leases, due_sites, next_moment, site_states
from jobs.worker import IDLE_SECONDS, idle_seconds
from store.database import Database
from store.tables import leases, pages, visits
from tests.shared import new_store

NOW = datetime(2018, 8, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def province() -> Province:
    return load_province(Path(__file__).resolve().parents[2] / "config", "thanhhoa")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = new_store(tmp_path / "store.db")
    yield database
    database.close()


def add_page(database: Database, site: str, due: datetime, *, server: str = "127.0.0.2", gone: bool = False) -> None:
    with database.write() as connection:
        row = {
            "site_id": site, "server": server, "url": f"http://{site}/{due.isoformat()}", "first_seen": NOW,
            "next_due": due, "gone_at": NOW if gone else None,
        }  # fmt: skip
        connection.execute(insert(pages).values(**row))


def add_visit(database: Database, site: str, ended: datetime | None) -> None:
    with database.write() as connection:
        row = {"site_id": site, "worker": "w", "started_at": NOW - HOUR, "ended_at": ended, "outcome": "ok"}
        connection.execute(insert(visits).values(**row))


def due(database: Database, province: Province) -> list[str]:
    with database.read() as connection:
        return [state.site.id for state in due_sites(connection, province, NOW)]


def test_a_province_never_crawled_is_due_whole(database: Database, province: Province) -> None:
    assert len(due(database, province)) == 48


def test_a_site_is_due_when_one_of_its_pages_is(database: Database, province: Province) -> None:
    for site in ("s-stp", "s-syt"):
        add_visit(database, site, NOW)
    add_page(database, "s-stp", NOW - HOUR)
    add_page(database, "s-syt", NOW + HOUR)
    found = due(database, province)
    assert "s-stp" in found
    assert "s-syt" not in found


def test_a_site_of_which_a_visit_saw_nothing_is_tried_again_within_the_hour(
    database: Database, province: Province
) -> None:
    """Its name server was away, or the run was killed before its home page was known."""
    add_visit(database, "s-stp", NOW)
    with database.read() as connection:
        states = {now: due_sites(connection, province, now) for now in (NOW - timedelta(minutes=1), NOW)}
        assert next_moment(connection, province, NOW) == NOW
    tried = {now: "s-stp" in [state.site.id for state in found] for now, found in states.items()}
    assert tried == {NOW - timedelta(minutes=1): False, NOW: True}


def test_a_new_site_waits_for_its_window(database: Database, province: Province) -> None:
    closed = Politeness(window="19:00-06:00")  # it is seven in the morning
    sites = tuple(replace(site, politeness=closed) if site.id == "s-stp" else site for site in province.sites)
    assert "s-stp" in due(database, province)
    assert "s-stp" not in due(database, replace(province, sites=sites))


def test_a_tombstone_is_never_due(database: Database, province: Province) -> None:
    add_visit(database, "s-stp", NOW)
    add_page(database, "s-stp", NOW - HOUR, gone=True)
    assert "s-stp" not in due(database, province)


def test_a_server_held_by_another_worker_is_left_alone_until_its_lease_runs_out(
    database: Database, province: Province
) -> None:
    add_visit(database, "s-stp", None)
    add_page(database, "s-stp", NOW - HOUR, server="127.0.0.9")
    with database.write() as connection:
        row = {"server": "127.0.0.9", "worker": "other", "acquired_at": NOW, "expires_at": NOW + HOUR}
        connection.execute(insert(leases).values(**row))
    assert "s-stp" not in due(database, province)
    with database.read() as connection:
        later = [state.site.id for state in due_sites(connection, province, NOW + 2 * HOUR)]
        held = next(state for state in site_states(connection, province, NOW) if state.site.id == "s-stp")
        assert [lease.worker for lease in active_leases(connection, NOW)] == ["other"]
    assert "s-stp" in later
    assert held.held_by == "other"


def test_a_worker_does_not_wake_for_what_another_one_is_at(database: Database, province: Province) -> None:
    add_page(database, "s-stp", NOW - HOUR, server="127.0.0.9")
    add_page(database, "s-syt", NOW + HOUR)
    with database.write() as connection:
        row = {"server": "127.0.0.9", "worker": "other", "acquired_at": NOW, "expires_at": NOW + HOUR}
        connection.execute(insert(leases).values(**row))
    with database.read() as connection:
        assert next_moment(connection, province, NOW) == NOW + HOUR


def test_the_site_that_waits_longest_comes_first_but_after_the_new_ones(database: Database, province: Province) -> None:
    for site, moment in (("s-stp", NOW - HOUR), ("s-syt", NOW - 2 * HOUR)):
        add_visit(database, site, NOW)
        add_page(database, site, moment)
    assert due(database, province)[-2:] == ["s-syt", "s-stp"]


def test_the_next_moment_is_the_earliest_due_page(database: Database, province: Province) -> None:
    with database.read() as connection:
        assert next_moment(connection, province, NOW) is None
    add_page(database, "s-stp", NOW + HOUR)
    add_page(database, "s-syt", NOW + 2 * HOUR)
    with database.read() as connection:
        assert next_moment(connection, province, NOW) == NOW + HOUR


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [(None, IDLE_SECONDS), (NOW - HOUR, 1.0), (NOW + timedelta(seconds=20), 20.0), (NOW + HOUR, IDLE_SECONDS)],
)
def test_an_idle_worker_sleeps_until_something_is_due_but_never_long(moment: datetime | None, seconds: float) -> None:
    assert idle_seconds(NOW, moment) == seconds
