"""Hosts change hands over the years: the configuration says when, and pages, records and requests follow it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from small_site import MORNING, Pages, SmallSite, crawl, page, rows, running, workspace
from sqlalchemy import select

from cli.workspace import Workspace
from store import hosts, pages
from store.hosts import Home
from store.tables import changes, records, visits
from store.tables import pages as page_rows

DAY = timedelta(days=1)
NAMES = [f"/bai-{n}" for n in range(4)]


def site_pages() -> Pages:
    articles = {name: page(name, text=f"Nội dung riêng của {name}, dài và đầy đủ. " * 9) for name in NAMES}
    return {"/": page("Trang chủ Sở Tư pháp", *NAMES), **articles}


def configured(place: Workspace, site: SmallSite, *blocks: str) -> None:
    """Put these `[[site]]` blocks in the place of the configuration's; "PORT" stands for the port."""
    province = place.config / "thanhhoa"
    head = '[province]\nid = "thanhhoa"\nname = "Thanh Hóa"\n[defaults.politeness]\ndelay = 0.0\n'
    (province / "sites.toml").write_text("\n".join((head, *blocks)).replace("PORT", str(site.port)), encoding="utf-8")
    names = "\n".join(f'"{name}.localhost" = "127.0.0.1"' for name in ("cu", "moi"))
    (province / "network.toml").write_text(f'allow = ["127.0.0.0/8"]\n[resolve]\n{names}\n', encoding="utf-8")


def block(site_id: str, days: str, *at: tuple[str, str]) -> str:
    owner = (
        f'[[site]]\nid = "{site_id}"\n{days}\n[[site.owner]]\nname = "Sở Tư pháp"\n[[site.kind]]\nname = "department"'
    )
    hosts = (f'[[site.host]]\nurl = "http://{name}.localhost:PORT/"\nstatus = "box"\n{when}' for name, when in at)
    return "\n".join((owner, *hosts))


@pytest.mark.crawl
def test_a_site_at_a_new_host_takes_its_pages_along_and_the_old_host_is_asked_no_more(tmp_path: Path) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        before, after = ("cu", "valid_to = 2018-08-12"), ("moi", "valid_from = 2018-08-12")
        configured(place, site, block("s-stp", "", before, after))
        crawl(place)
        stood = {(row.id, row.title, row.version) for row in rows(place, select(records))}
        site.pages.pop(NAMES[0])
        asked = len(site.asked)
        crawl(place, at=4 * DAY)
        assert {request.host for request in site.asked[asked:]} == {f"moi.localhost:{site.port}"}
        assert {row.url for row in rows(place, select(page_rows))} == {
            f"http://moi.localhost:{site.port}{path}" for path in ("/", *NAMES)
        }
        assert {(row.id, row.title, row.version) for row in rows(place, select(records))} == stood
        assert not rows(place, select(records).where(records.c.withdrawn_at.is_not(None)))  # one absence is no proof
        assert rows(place, select(visits))[-1].counters["changed_hosts"] == 5


@pytest.mark.crawl
def test_a_site_that_has_the_host_of_an_ended_one_crawls_all_of_it(tmp_path: Path) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        ended = block("s-stp", "valid_to = 2018-08-12", ("cu", ""))
        configured(place, site, ended, block("s-moi", "valid_from = 2018-08-12", ("cu", "")))
        crawl(place)
        told = len(rows(place, select(changes)))
        assert "s-moi          ok           5 pages" in crawl(place, at=4 * DAY)
        assert {row.site_id for row in rows(place, select(page_rows))} == {"s-moi"}
        assert {row.site_id for row in rows(place, select(records))} == {"s-moi"}
        assert {row.key for row in rows(place, select(changes))[told:]} >= {
            f"record:{row.id}" for row in rows(place, select(records))
        }


@pytest.mark.crawl
def test_a_page_at_both_hosts_is_told_by_the_one_of_today(tmp_path: Path) -> None:
    with running(site_pages()) as site:
        place = workspace(tmp_path, site)
        configured(place, site, block("s-stp", "", ("cu", "")))
        crawl(place)
        home = Home(
            "s-stp", f"http://moi.localhost:{site.port}/", f"http://moi.localhost:{site.port}/", {"moi.localhost"}
        )
        with place.database() as database, database.write() as connection:
            twin = pages.NewPage(f"http://moi.localhost:{site.port}{NAMES[0]}", 1)
            pages.discover(connection, "s-stp", "127.0.0.1", [twin], MORNING)
            old = pages.by_key(connection, f"http://cu.localhost:{site.port}{NAMES[0]}")
            new = pages.by_key(connection, twin.url)
            assert old is not None
            assert new is not None
            live = select(records).where(records.c.page_id == old.id, records.c.withdrawn_at.is_(None))
            hosts.settle(connection, home, MORNING)
            assert connection.execute(live).all()  # the twin has not been read yet
            pages.update_page(connection, new.id, {"last_good": MORNING})
            hosts.settle(connection, home, MORNING)
            assert not connection.execute(live).all()
        asked = len(site.asked)
        configured(place, site, block("s-stp", "", ("moi", "")))
        crawl(place, "--all", at=DAY)
        assert {request.host for request in site.asked[asked:]} == {f"moi.localhost:{site.port}"}
