"""Links in the text of pages: replaced as a whole, and asked for by the site they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from core.states import Outcome
from store import page_links, pages
from store.database import Database
from store.page_links import PageLink
from store.tables import pages as pages_table
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    yield opened
    opened.close()


def add(database: Database, site: str, url: str, outcome: str = "ok", **more: object) -> int:
    with database.write() as connection:
        pages.discover(connection, site, "10.0.0.1", [pages.NewPage(url, 1)], NOON)
        values = {"outcome": outcome, "title": f"Trang {url}", **more}
        connection.execute(update(pages_table).where(pages_table.c.url == url).values(**values))
        page = pages.by_url(connection, url)
    assert page is not None
    return page.id


def put(database: Database, page_id: int, *links: tuple[str, str]) -> None:
    with database.write() as connection:
        rows = [PageLink(url, url, url.split("/")[2], words) for url, words in links]
        page_links.replace(connection, page_id, rows)


def test_a_page_read_again_has_the_links_of_that_reading_and_no_others(database: Database) -> None:
    page = add(database, "s-stp", "http://stp/1")
    put(database, page, ("http://a/1", ""), ("http://a/1", "lời"), ("http://a/2", "hai"))
    put(database, add(database, "s-stp", "http://stp/2"), ("http://a/1", "khác"))
    with database.read() as connection:
        assert [(x.url, x.words) for x in page_links.of_page(connection, page)] == [("http://a/1", "lời"), ("http://a/2", "hai")]  # fmt: skip
    put(database, page, ("http://a/3", "ba"))
    with database.read() as connection:
        assert [x.url for x in page_links.of_page(connection, page)] == ["http://a/3"]
    put(database, page)
    with database.read() as connection:
        assert page_links.of_page(connection, page) == []


def test_only_what_other_sites_lead_to_and_nobody_asked_for_is_handed_out(database: Database) -> None:
    home = add(database, "s-stp", "http://stp/1")
    known = add(database, "h-nongcong", "http://nongcong/known")
    gone = add(database, "s-syt", "http://syt/1", outcome="gone")
    put(database, home, ("http://nongcong/known", ""), ("http://nongcong/new", ""), ("http://vnexpress/x", ""))
    put(database, known, ("http://nongcong/own", ""))
    put(database, gone, ("http://nongcong/of-a-page-that-is-gone", ""))
    with database.read() as connection:
        assert page_links.unasked(connection, "h-nongcong", ["nongcong"]) == [("http://nongcong/new", home)]
        assert page_links.unasked(connection, "s-stp", ["stp"]) == []


def test_what_another_site_leads_to_in_vain_does_not_make_this_one_unwell(database: Database) -> None:
    referrer = add(database, "s-stp", "http://stp/1")
    own = add(database, "h-nongcong", "http://nongcong/1")
    with database.write() as connection:
        found = [pages.NewPage(f"http://nongcong/{n}", 2, "", referrer) for n in range(2, 9)]
        found.append(pages.NewPage("http://nongcong/own", 2, "", own))
        pages.discover(connection, "h-nongcong", "10.0.0.2", found, NOON)
        absent = update(pages_table).where(pages_table.c.site_id == "h-nongcong", pages_table.c.id != own)
        connection.execute(absent.values(outcome=Outcome.GONE.value))
        assert pages.count_absent(connection, "h-nongcong") == (1, 2)
        connection.execute(absent.values(last_good=NOON))
        assert pages.count_absent(connection, "h-nongcong") == (8, 9)
