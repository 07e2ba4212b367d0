"""What unification remembers: rows replaced record by record, old codes by national code, and who is to be proposed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.model import Procedure, Record
from store import offering_keys, offerings, page_records
from store.database import Database
from store.offering_keys import OfferingKey
from store.prepared import prepare
from store.tables import pages
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    with opened.write() as connection:
        for page in range(1, 4):
            values = {"id": page, "site_id": f"s-{page}", "server": "a", "url": f"http://s-{page}/1"}
            connection.execute(insert(pages).values(first_seen=NOON, next_due=NOON, **values))
            content = Procedure("Kết hôn" if page < 3 else "Khai sinh", code="1.000894" if page == 3 else "")
            item = prepare(Record("procedure", content))
            page_records.write(connection, page_records.Origin(page, f"s-{page}", "", "generic", None, NOON), [item])
    yield opened
    opened.close()


def test_a_row_takes_the_place_of_the_one_before(database: Database) -> None:
    with database.write() as connection:
        offering_keys.replace(
            connection, [OfferingKey(1, "x-a", "x-a", "kết hôn"), OfferingKey(2, "x-b", "x-b", "kết hôn")]
        )
        offering_keys.replace(connection, [OfferingKey(1, "x-c", "1.000894", "cưới")])
    with database.read() as connection:
        assert offering_keys.of_records(connection, [1]) == [OfferingKey(1, "x-c", "1.000894", "cưới")]
        assert offering_keys.with_keys(connection, ["x-a", "x-b"]) == [OfferingKey(2, "x-b", "x-b", "kết hôn")]
        assert offering_keys.named(connection, ["kết hôn", "cưới"]) == {"x-b", "x-c"}


def test_old_codes_are_kept_by_the_national_code_they_stand_beside(database: Database) -> None:
    with database.write() as connection:
        offering_keys.replace_old_codes(connection, ["1.1", "1.2"], [("T-1", "1.1"), ("T-1", "1.2"), ("T-2", "1.2")])
        offering_keys.replace_old_codes(connection, ["1.2"], [("T-3", "1.2")])
    with database.read() as connection:
        assert offering_keys.codes_beside(connection, ["T-1", "T-2"]) == [("T-1", "1.1")]
        assert offering_keys.old_codes_beside(connection, ["1.1", "1.2"]) == [("T-1", "1.1"), ("T-3", "1.2")]


def test_a_key_is_asked_for_once_and_until_it_is_proposed(database: Database) -> None:
    with database.write() as connection:
        offering_keys.ask_to_propose(connection, ["x-b", "x-a"])
        offering_keys.ask_to_propose(connection, ["x-b"])
        assert offering_keys.to_propose(connection) == ["x-a", "x-b"]
        offering_keys.proposed(connection, ["x-a"])
        assert offering_keys.to_propose(connection) == ["x-b"]


def test_pages_that_say_the_same_share_their_content_and_only_those_asked_for_are_read(database: Database) -> None:
    with database.read() as connection:
        assert offerings.ids_without_code(connection) == [1, 2]
        first, second = offerings.without_code(connection, [1, 2, 3], {})
        (coded,) = offerings.by_code(connection, ["1.000894"], {})
    assert first.content is second.content
    assert (first.site_id, second.site_id, coded.site_id) == ("s-1", "s-2", "s-3")
    assert (coded.url, coded.content.name) == ("http://s-3/1", "Khai sinh")
