"""What was archived and not read, or is read again, counts for the day on which it was fetched."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from small_site import MORNING, Pages, SmallSite, crawl, page, rows, running, told, words, workspace
from sqlalchemy import select, update

from cli.workspace import Workspace
from crawler import checks
from crawler.reread import read_unread
from store.tables import captures, records

pytestmark = pytest.mark.crawl

DAY, WEEK = timedelta(days=1), timedelta(days=7)
KILLED_AT_A = """
import os, sys, crawler.checks as checks
kept = checks.good
checks.good = lambda c, check, *rest: os._exit(9) if check.page.url.endswith("/a") else kept(c, check, *rest)
from cli.main import main
sys.exit(main(sys.argv[1:]))
"""

DIES_OF_READING = """
import os, sys, crawler.readers, crawler.reread
crawler.readers.understand = crawler.reread.understand = lambda *_: os._exit(9)
from cli.main import main
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def site() -> Iterator[SmallSite]:
    table: Pages = {"/": page("Trang chủ", "/a"), "/a": page("Phí 10.000 đồng")}
    with running(table) as running_site:
        yield running_site


def killed(folder: Path, site: SmallSite) -> Workspace:
    """A store whose first crawl was killed after it had archived /a and before it had read it."""
    place = workspace(folder, site)
    code = subprocess.run([sys.executable, "-c", KILLED_AT_A, *words(place, "crawl")], check=False).returncode
    assert code == 9
    return place


def test_an_answer_of_last_week_is_of_last_week(site: SmallSite, tmp_path: Path) -> None:
    place = killed(tmp_path, site)
    before = len(site.paths)
    crawl(place, at=WEEK)
    (record,) = rows(place, select(records).where(records.c.kind == "article"))
    assert record.first_seen < MORNING + DAY
    assert "/a" in site.paths[before:]  # it is due: nobody has looked at it for a week


def test_an_older_answer_does_not_take_the_place_of_a_newer_one(site: SmallSite, tmp_path: Path) -> None:
    place = workspace(tmp_path, site)
    crawl(place)
    site.pages["/a"] = page("Phí 20.000 đồng")
    crawl(place, at=WEEK)
    (oldest, _) = rows(place, select(captures).where(captures.c.url.endswith("/a")).order_by(captures.c.id))
    with place.database() as database, database.write() as connection:  # as when the archive was away in between
        connection.execute(update(captures).where(captures.c.id == oldest.id).values(read_at=None))
    crawl(place, at=WEEK)
    assert [row.title for row in rows(place, select(records))] == ["Phí 20.000 đồng"]
    assert rows(place, select(captures).where(captures.c.read_at.is_(None))) == []


def test_one_that_cannot_be_kept_does_not_end_every_crawl(
    site: SmallSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise KeyError("x")

    place = killed(tmp_path, site)
    monkeypatch.setattr(checks, "good", faulty)
    with place.database() as database:
        assert read_unread(database, place.province, place.settings, place.clock, place.archive, ["s-stp"]) == 1
    (row,) = rows(place, select(captures).where(captures.c.url.endswith("/a")))
    assert (row.outcome, row.read_at is None) == ("unreadable", False)


def test_it_is_read_in_a_process_of_its_own(site: SmallSite, tmp_path: Path) -> None:
    """What killed the last run may be what it left unread."""
    place = killed(tmp_path, site)
    subprocess.run(
        [sys.executable, "-c", DIES_OF_READING, *place.on(MORNING + WEEK).command()[3:], "crawl"], check=True
    )
    assert [row.title for row in rows(place, select(records))] == ["Phí 10.000 đồng"]


def test_reading_again_is_no_visit(site: SmallSite, tmp_path: Path) -> None:
    place = workspace(tmp_path, site)
    crawl(place)
    with place.database() as database, database.write() as connection:  # as if the readers made another title of it now
        connection.execute(update(records).values(title="Phí", fields_digest=""))
    told([*place.on(MORNING + WEEK).command()[3:], "reread"])
    (record,) = rows(place, select(records).where(records.c.kind == "article"))
    assert record.title == "Phí 10.000 đồng"
    assert record.changed_at == record.last_seen < MORNING + DAY
