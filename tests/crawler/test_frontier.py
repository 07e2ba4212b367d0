"""How long a page may be left alone, and what a site's announcements bring forward."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_site import Pages, Reply, crawl, page, rows, running, workspace
from sqlalchemy import select

from core.settings import load_settings
from crawler.frontier import Bounds, Role, longest_hours, next_interval
from crawler.hints import Hint, are_believed, feeds_of, newer, read_announcement
from store.tables import pages

TODAY = date(2018, 8, 9)
BOUNDS = Bounds.of(load_settings())


@pytest.mark.parametrize(
    ("role", "hours"),
    [
        (Role("http://a/thu-tuc", "list", "procedures"), 1),
        (Role("http://a/thu-tuc?page=1", "list", "procedures"), 1),
        (Role("http://a/thu-tuc?page=7", "list", "procedures"), 24 * 7),
        (Role("http://a/tin", "list", "news"), 24),
        (Role("http://a/tin?page=3", "list", "news", date(2018, 6, 1)), 24),
        (Role("http://a/tin?page=30", "list", "news", date(2018, 1, 1)), 24 * 7),
        (Role("http://a/tin/page-12", "list", "news", date(2018, 1, 1)), 24 * 7),
        (Role("http://a/van-ban?nam=2009&thang=5", "list", "procedures", date(2009, 5, 1)), 24 * 7),
        (Role("http://a/", "home"), 24),
        (Role("http://a/tin-1.html", "article", "news"), 24 * 7),
        (Role("http://a/tt-1.html", "procedure", "procedures"), 24 * 7),
    ],
)
def test_every_role_has_its_longest_interval(role: Role, hours: float) -> None:
    assert longest_hours(role, BOUNDS, TODAY) == hours


@pytest.mark.parametrize("name", ["page", "current_page", "trang_so", "pagenum", "page_number", "_vb_WAR_portlet_cur"])
def test_a_later_page_is_known_by_any_name_of_its_number(name: str) -> None:
    hours = [
        longest_hours(Role(f"http://a/thu-tuc?{name}={n}&x=1", "list", "procedures"), BOUNDS, TODAY) for n in (1, 7)
    ]
    assert hours == [1, 24 * 7]


@given(st.lists(st.booleans(), max_size=30))
def test_an_interval_shrinks_after_a_change_grows_after_none_and_keeps_its_bounds(changes: list[bool]) -> None:
    role, hours = Role("http://a/x.html", "article"), 24.0
    for changed in changes:
        before, hours = hours, next_interval(hours, role, BOUNDS, TODAY, changed=changed)
        assert 1.0 <= hours <= 24 * 7
        assert hours <= before if changed else hours >= before


SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>http://a/1</loc><lastmod>2018-08-09</lastmod></url><url><loc>/2</loc></url></urlset>"""
RSS = """<rss><channel><link>http://a/</link><item><title>x</title><link>http://a/3</link>
<pubDate>Thu, 09 Aug 2018 08:00:00 +0700</pubDate></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="alternate" href="/4"/>
<updated>2018-08-09T08:00:00+07:00</updated></entry></feed>"""
INDEX = "<sitemapindex><sitemap><loc>http://a/s1.xml</loc></sitemap></sitemapindex>"
EIGHT = datetime(2018, 8, 9, 1, tzinfo=UTC)


def test_sitemaps_and_feeds_are_read() -> None:
    midnight = datetime(2018, 8, 8, 17, tzinfo=UTC)
    assert read_announcement(SITEMAP.encode(), "http://a/").hints == (Hint("http://a/1", midnight), Hint("http://a/2"))
    assert read_announcement(gzip.compress(SITEMAP.encode()), "http://a/").hints[1] == Hint("http://a/2")
    assert read_announcement(RSS.encode(), "http://a/").hints == (Hint("http://a/3", EIGHT),)
    assert read_announcement(ATOM.encode(), "http://a/").hints == (Hint("http://a/4", EIGHT),)
    assert read_announcement(INDEX.encode(), "http://a/").sitemaps == ("http://a/s1.xml",)


def test_an_entity_bomb_announces_nothing_large() -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b"<urlset><url><loc>http://a/&b;</loc></url><url><loc>http://a/1</loc></url></urlset>"
    )
    assert [hint.url for hint in read_announcement(bomb, "http://a/").hints] == ["http://a/", "http://a/1"]


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00", "0001-01-01", "9999-12-31T23:59:59-07:00", "2018-13-45"])
def test_a_page_whose_last_change_is_no_possible_moment_is_announced_without_one(day: str) -> None:
    sitemap = f"<urlset><url><loc>http://a/1</loc><lastmod>{day}</lastmod></url></urlset>"
    assert read_announcement(sitemap.encode(), "http://a/").hints == (Hint("http://a/1"),)


def test_what_is_no_address_is_not_announced() -> None:
    sitemap = SITEMAP.replace("/2", "http://[domain]/2")
    assert [hint.url for hint in read_announcement(sitemap.encode(), "http://a/").hints] == ["http://a/1"]
    assert read_announcement(INDEX.replace("a/s1", "[domain]/s1").encode(), "http://a/").sitemaps == ()
    feed = '<link type="application/rss+xml" href="{}">'
    assert feeds_of((feed.format("http://[domain]/rss") + feed.format("/rss")).encode(), "http://a/") == [
        "http://a/rss"
    ]


ADDRESSES = st.just("http://a/1") | st.from_regex(r"(https?:)?//[\[\]a:1%]{0,8}/?", fullmatch=True)
MOMENTS = (
    st.datetimes().map(datetime.isoformat)
    | st.datetimes().map(format_datetime)
    | st.from_regex(r"\d{4}-[\dT:+-]{0,20}")
)


@given(ADDRESSES, MOMENTS)
def test_nothing_announced_stops_the_reader_of_announcements(address: str, moment: str) -> None:
    sitemap = f"<urlset><url><loc>{address}</loc><lastmod>{moment}</lastmod></url></urlset>"
    assert all(hint.url.startswith("http") for hint in read_announcement(sitemap.encode(), "http://b/").hints)
    feeds_of(f'<link type="application/rss+xml" href="{address}">'.encode(), "http://b/")


@given(st.binary(max_size=200))
def test_no_bytes_stop_the_reader_of_announcements(body: bytes) -> None:
    read_announcement(body, "http://a/")
    feeds_of(body, "http://a/")


def test_only_what_is_newer_than_its_check_is_brought_forward() -> None:
    checked = {"http://a/1": EIGHT, "http://a/2": None}
    later = EIGHT + timedelta(hours=1)
    assert newer([Hint("http://a/1", later), Hint("http://a/2", later), Hint("http://a/9", later)], checked) == [
        "http://a/1"
    ]
    assert newer([Hint("http://a/1", EIGHT), Hint("http://a/1")], checked) == []


def test_dates_that_were_wrong_are_believed_no_longer() -> None:
    assert are_believed(5, 0)
    assert are_believed(100, 12)
    assert not are_believed(100, 3)


@pytest.mark.crawl
def test_a_sitemap_and_a_feed_bring_pages_that_no_link_leads_to_and_changes_before_they_are_due(tmp_path: Path) -> None:
    def sitemap(day: int) -> Reply:
        entry = f"<url><loc>/bai</loc><lastmod>2018-08-{day:02d}T09:00:00+07:00</lastmod></url><url><loc>/le-loi</loc></url>"
        return Reply(f"<urlset>{entry}</urlset>", headers={"Content-Type": "application/xml"})

    feed = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    site_pages: Pages = {
        "/": page("Trang chủ", "/bai", head=feed), "/bai": page("Bài"), "/le-loi": page("Lẻ loi"), "/tu-rss": page("Từ RSS"),
        "/robots.txt": Reply("User-agent: *\nSitemap: /sitemap.xml\n"), "/sitemap.xml": sitemap(1),
        "/rss": Reply("<rss><channel><item><link>/tu-rss</link></item></channel></rss>"),
    }  # fmt: skip
    with running(site_pages) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        assert {row.url.rpartition("/")[2] for row in rows(place, select(pages))} == {"", "bai", "le-loi", "tu-rss"}
        site.pages["/sitemap.xml"] = sitemap(10)
        site.pages["/bai"] = page("Bài", text="Nội dung mới của bài viết này. " * 20)
        before = len(site.asked)
        crawl(place, at=timedelta(days=1, hours=3))
        assert "/bai" in site.paths[before:]
        before = len(site.asked)
        crawl(place, at=timedelta(days=1, hours=5))
        assert "/sitemap.xml" not in site.paths[before:]
