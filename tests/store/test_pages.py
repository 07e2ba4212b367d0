"""The frontier hands out what is due and forgets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.states import Outcome
from store import pages, visits
from store.database import Database
from store.tables import visits as visits_table
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    yield opened
    opened.close()


def add(database: Database, *urls: str, at: datetime = NOON) -> int:
    with database.write() as connection:
        return pages.discover(connection, "s-stp", "10.0.0.1", [pages.NewPage(url, 1) for url in urls], at)


def due(database: Database, at: datetime, *, everything: bool = False) -> list[str]:
    with database.read() as connection:
        query = pages.DueQuery("s-stp", 1, at, everything)
        return [page.url for page in pages.due(connection, query)]


def test_a_url_is_added_once(database: Database) -> None:
    assert add(database, "http://a/1", "http://a/2", "http://a/1") == 2
    assert add(database, "http://a/2", "http://a/3", at=NOON + timedelta(days=1)) == 1
    assert due(database, NOON + timedelta(days=1)) == ["http://a/1", "http://a/2", "http://a/3"]


def test_hundreds_of_links_go_in_at_once(database: Database) -> None:
    assert add(database, *(f"http://a/{n}" for n in range(950))) == 950


def test_a_section_is_given_where_none_was_named_and_only_there(database: Database) -> None:
    add(database, "http://a/1", "http://a/2")
    with database.write() as connection:
        assert pages.name_sections(connection, {"http://a/1": "news"}, NOON) == 1
        assert pages.name_sections(connection, {"http://a/1": "direction", "http://a/2": "direction"}, NOON) == 1
    with database.read() as connection:
        found = pages.due(connection, pages.DueQuery("s-stp", 1, NOON))
        assert [pages.section_of(connection, page) for page in found] == ["news", "direction"]


def test_an_absent_page_that_is_linked_again_is_due_at_once(database: Database) -> None:
    add(database, "http://a/1", "http://a/2")
    later = NOON + timedelta(days=7)
    with database.write() as connection:
        for number, absences in ((1, 2), (2, 0)):
            pages.update_page(connection, number, {"absences": absences, "next_due": later})
        assert pages.recall(connection, ["http://a/1", "http://a/2", "http://a/unknown"], NOON) == 1
    assert due(database, NOON) == ["http://a/1"]


def test_a_page_is_lost_when_it_says_so_or_fails_again_and_again(database: Database) -> None:
    add(database, *(f"http://a/{n}" for n in range(1, 6)))
    with database.write() as connection:
        states = ({"outcome": "gone"}, {"outcome": "soft_404"}, {"failures": 3}, {"failures": 2, "outcome": "timeout"})
        for number, state in enumerate(states, 1):
            pages.update_page(connection, number, state)
        assert pages.lost_keys(connection, "s-stp") == {"http://a/1", "http://a/2", "http://a/3"}


def test_a_page_asked_for_in_this_visit_is_not_handed_out_again(database: Database) -> None:
    add(database, "http://a/1", "http://a/2")
    with database.write() as connection:
        pages.update_page(connection, 1, {"visit_id": 1})
    assert due(database, NOON) == ["http://a/2"]
    assert due(database, NOON, everything=True) == ["http://a/2"]


def test_a_page_that_is_not_due_waits_unless_everything_is_asked_for(database: Database) -> None:
    add(database, "http://a/1")
    with database.write() as connection:
        assert pages.postpone(connection, "s-stp", NOON + timedelta(hours=1)) == 1
    assert due(database, NOON) == []
    assert due(database, NOON, everything=True) == ["http://a/1"]
    assert due(database, NOON + timedelta(hours=1)) == ["http://a/1"]


def test_a_tombstone_is_left_alone_until_it_is_due_again(database: Database) -> None:
    add(database, "http://a/1")
    with database.write() as connection:
        pages.update_page(connection, 1, {"gone_at": NOON, "next_due": NOON + timedelta(days=28)})
    assert due(database, NOON + timedelta(days=1), everything=True) == []
    assert due(database, NOON + timedelta(days=28)) == ["http://a/1"]


def test_a_visit_of_a_killed_process_is_closed_as_interrupted(database: Database) -> None:
    with database.write() as connection:
        done = visits.start(connection, "s-stp", "10.0.0.1", "one", NOON)
        visits.end(connection, done, NOON, visits.VisitEnd(Outcome.OK, counters={"pages": 3}))
        visits.start(connection, "s-stp", "10.0.0.1", "two", NOON)
        assert visits.close_interrupted(connection, ["s-stp"], NOON) == 1
        rows = connection.execute(select(visits_table).order_by(visits_table.c.id)).all()
    assert [row.outcome for row in rows] == ["ok", "interrupted"]
    assert rows[0].counters == {"pages": 3}
