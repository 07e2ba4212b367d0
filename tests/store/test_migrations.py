"""A store of an earlier revision is brought up to date with what it holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import select

from core.errors import StoreError
from store.database import MIGRATIONS, NEWEST, open_database
from store.tables import matched_records, page_links, pages


def test_the_newest_revision_is_the_one_that_no_other_follows() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST


@pytest.mark.parametrize("revision", ["0999_later", "0003_of_somebody_else", f"{NEWEST}_other"])
def test_a_store_of_newer_code_is_left_alone(tmp_path: Path, revision: str) -> None:
    file = tmp_path / "store.db"
    open_database(file).close()
    with sqlite3.connect(file) as newer:
        newer.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    newer.close()
    with pytest.raises(StoreError, match="newer tracuu"):
        open_database(file)


def test_a_store_of_the_first_revision_gets_keys_for_the_pages_it_has(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    open_database(file).close()
    with sqlite3.connect(file) as old:
        old.execute("DROP INDEX uq_pages_key")
        old.execute("ALTER TABLE pages DROP COLUMN key")
        old.execute("ALTER TABLE pages DROP COLUMN newest_item")
        old.execute("UPDATE alembic_version SET version_num = '0001'")
        old.execute(
            "INSERT INTO pages (site_id, server, url, depth, kind, section, first_seen, next_due, interval_hours, outcome,"
            " evidence, reader, reader_why, title, notes, items, site_name, failures, absences)"
            " VALUES ('s-stp', '', 'http://a/1', 0, '', '', '2018-08-09 00:00:00.000000', '2018-08-09 00:00:00.000000', 24.0,"
            " 'never', '', '', '', '', '[]', '[]', '', 0, 0)"
        )
    old.close()
    database = open_database(file)
    with database.read() as connection:
        assert [(row.url, row.key) for row in connection.execute(select(pages))] == [("http://a/1", "http://a/1")]
    database.close()


def test_a_store_of_the_sixth_revision_gets_the_table_of_matched_pages(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    open_database(file).close()
    with sqlite3.connect(file) as old:
        old.execute("DROP TABLE matched_records")
        old.execute("UPDATE alembic_version SET version_num = '0006_editors_work'")
    old.close()
    database = open_database(file)
    with database.read() as connection:
        assert connection.execute(select(matched_records)).all() == []
    database.close()


def test_a_store_of_the_seventh_revision_gets_the_table_of_links(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    open_database(file).close()
    with sqlite3.connect(file) as old:
        old.execute("DROP TABLE page_links")
        old.execute("UPDATE alembic_version SET version_num = '0007_matched_records'")
    old.close()
    database = open_database(file)
    with database.read() as connection:
        assert connection.execute(select(page_links)).all() == []
    database.close()
