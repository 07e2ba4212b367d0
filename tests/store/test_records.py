"""Records change version when a field changed, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from core.model import Article, Duration, Fee, Procedure, Record
from core.plain import digest, from_plain, to_plain
from store import changes, page_records, records
from store.database import Database
from store.prepared import prepare
from store.tables import pages, record_versions
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    with opened.write() as connection:
        connection.execute(
            insert(pages).values(site_id="s-stp", server="127.0.0.2", url="http://a/1", first_seen=NOON, next_due=NOON)
        )
    yield opened
    opened.close()


def write(database: Database, at: datetime, *items: Record) -> page_records.Written:
    origin = page_records.Origin(1, "s-stp", "tthc", "generic", None, at)
    with database.write() as connection:
        return page_records.write(connection, origin, [prepare(item) for item in items])


MARRIAGE = Record("procedure", Procedure("Đăng ký kết hôn", code="1.000894"), key="1.000894")


def test_the_same_fields_twice_are_one_version(database: Database) -> None:
    assert write(database, NOON, MARRIAGE) == page_records.Written(new=1)
    assert write(database, NOON + timedelta(days=1), MARRIAGE) == page_records.Written(unchanged=1)
    with database.read() as connection:
        assert connection.execute(select(record_versions)).all()[0].version == 1
        assert [change.key for change in changes.since(connection, "unify", 0, 10)] == ["1.000894"]


def test_a_changed_field_makes_a_new_version_and_keeps_the_old(database: Database) -> None:
    write(database, NOON, MARRIAGE)
    changed = Record(
        "procedure", Procedure("Đăng ký kết hôn", code="1.000894", address="Bộ phận một cửa"), key="1.000894"
    )
    assert write(database, NOON + timedelta(days=1), changed) == page_records.Written(changed=1)
    with database.read() as connection:
        stored = next(records.iterate_live(connection, ["procedure"]))
        assert (stored.version, stored.content) == (2, changed.content)
        assert len(connection.execute(select(record_versions)).all()) == 2


def test_a_record_no_longer_shown_is_withdrawn_not_deleted(database: Database) -> None:
    write(database, NOON, MARRIAGE, Record("article", Article("Tin")))
    assert write(database, NOON + timedelta(days=1)) == page_records.Written(withdrawn=2)
    with database.read() as connection:
        assert not records.live_ids(connection, ["procedure"])
        assert records.by_id(connection, [1])[1].withdrawn_at == NOON + timedelta(days=1)
    assert write(database, NOON + timedelta(days=2), MARRIAGE) == page_records.Written(changed=1)
    with database.read() as connection:
        assert next(records.iterate_live(connection, ["procedure"])).version == 1


def test_numbers_of_the_change_sequence_have_no_gap(database: Database) -> None:
    for day in range(3):
        with database.write() as connection:
            changes.append(connection, "index", ["a", "b", "a"], NOON + timedelta(days=day))
    with database.write() as connection:
        found = changes.since(connection, "index", 0, 100)
        assert [change.seq for change in found] == [1, 2, 3, 4, 5, 6]
        changes.move_mark(connection, "index:1", 4, NOON)
        changes.move_mark(connection, "index:1", 2, NOON)
        assert changes.mark(connection, "index:1") == 4
        assert changes.pending(connection, "index", "index:1") == 2


def test_content_survives_the_way_through_json() -> None:
    content = Procedure("Tên", tiers=("xa",), decision_date=NOON.date())
    assert from_plain(Procedure, to_plain(content)) == content
    duration = Duration("0 đồng", 0, "ngay", (Fee("0", 0),))
    assert from_plain(Duration, to_plain(duration)) == duration
    assert digest(content) == digest(from_plain(Procedure, to_plain(content)))


def test_pages_with_the_same_words_share_one_content_and_others_do_not(database: Database) -> None:
    with database.write() as connection:
        for page, name in ((1, "Kết hôn"), (2, "Kết hôn"), (3, "Khai sinh")):
            values = {"id": 900 + page, "site_id": f"s-{page}", "server": "a", "url": f"http://s-{page}/1"}
            connection.execute(insert(pages).values(first_seen=NOON, next_due=NOON, **values))
            item = prepare(Record("procedure", Procedure(name, code="1.000894"), key="1.000894"))
            origin = page_records.Origin(900 + page, f"s-{page}", "procedures", "generic", None, NOON)
            page_records.write(connection, origin, [item])
    with database.read() as connection:
        first, second, third = records.iterate_live(connection, ["procedure"])
    assert first.content is second.content
    assert (first.site_id, second.site_id) == ("s-1", "s-2")
    assert third.content == Procedure("Khai sinh", code="1.000894")
