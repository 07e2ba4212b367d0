"""What a visit makes of a site: asked as linked, absences believed only of a site that is well, sections from lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from small_site import TEXT, Pages, Reply, crawl, page, rows, running, workspace
from sqlalchemy import select, update
from warcio.archiveiterator import ArchiveIterator

from cli.workspace import Workspace
from core.model import LOST_PROCEDURE
from store.tables import captures, page_links, pages, records, visits

pytestmark = pytest.mark.crawl

DAY = timedelta(days=1)


def last_visit(place: Workspace) -> tuple[str, str]:
    row = rows(place, select(visits).order_by(visits.c.id.desc()))[0]
    return row.outcome, row.evidence


def test_a_page_is_asked_for_in_the_order_of_its_link_and_once(tmp_path: Path) -> None:
    site_pages: Pages = {
        "/": page("Trang chủ", "/tin?view=2&id=7", "/tin?id=7&view=2", "/khac"),
        "/tin?view=2&id=7": page("Tin bảy"),
        "/khac": page("Khác", "/tin?id=7&view=2"),
    }
    with running(site_pages) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        assert site.paths.count("/tin?view=2&id=7") == 1
        assert "/tin?id=7&view=2" not in site.paths
    found = rows(place, select(pages.c.url, pages.c.key).where(pages.c.title == "Tin bảy"))
    assert [(row.url.rpartition("/")[2], row.key.rpartition("/")[2]) for row in found] == [
        ("tin?view=2&id=7", "tin?id=7&view=2")
    ]


@pytest.mark.slow
def test_a_site_that_leads_to_its_own_host_with_www_has_not_moved(tmp_path: Path) -> None:
    with running({}) as site:
        place = workspace(
            tmp_path, site, {"s-stp": "stp.localhost", "s-sxd": "sxd.localhost", "s-syt": "www.sxd.localhost"}
        )
        network = place.config / "thanhhoa" / "network.toml"
        network.write_text(network.read_text() + '"www.stp.localhost" = "127.0.0.1"\n', encoding="utf-8")
        www = f"http://www.stp.localhost:{site.port}"
        site.pages |= {
            "/": Reply("", 301, {"Location": f"{www}/trang-chu"}),
            "/trang-chu": page("Trang chủ", "/tin-1", f"http://stp.localhost:{site.port}/tin-1", f"{www}/tin-2"),
            "/tin-1": page("Tin một"),
            "/tin-2": page("Tin hai"),
        }
        crawl(place, "s-stp")
        assert last_visit(place) == ("ok", "")
        assert [site.paths.count(path) for path in ("/tin-1", "/tin-2")] == [1, 1]
        site.pages["/"] = Reply("", 301, {"Location": f"http://www.sxd.localhost:{site.port}/"})
        crawl(place, "s-sxd")  # that host is another site's
        assert last_visit(place)[0] == "moved"


def test_a_site_most_of_whose_pages_are_absent_was_not_seen_well(tmp_path: Path) -> None:
    names = [f"/bai-{n}" for n in range(12)]
    site_pages: Pages = {"/": page("Trang chủ", *names), **{name: page(name) for name in names}}
    with running(site_pages) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        assert last_visit(place)[0] == "ok"
        for name in names[:10]:
            site.pages[name] = Reply("không có", 404)
        for day in range(1, 6):
            crawl(place, "--all", at=DAY * day)
        assert last_visit(place) == ("absent", "10 of 13 pages say that they are not there")
        assert not rows(place, select(pages).where(pages.c.gone_at.is_not(None)))
        assert not rows(place, select(pages).where(pages.c.absences > 0))
        for day in (6, 7, 9):
            crawl(place, "--all", "--accept-absences", at=DAY * day)
        assert len(rows(place, select(pages).where(pages.c.gone_at.is_not(None)))) == 10


def test_one_page_that_is_absent_over_days_becomes_a_tombstone_and_keeps_its_capture(tmp_path: Path) -> None:
    names = [f"/bai-{n}" for n in range(8)]
    site_pages: Pages = {"/": page("Trang chủ", *names), **{name: page(name) for name in names}}
    with running(site_pages) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        site.pages["/bai-3"] = Reply("không có", 404)
        for day in (1, 2):
            crawl(place, "--all", at=DAY * day)
        assert not rows(place, select(pages).where(pages.c.gone_at.is_not(None)))
        crawl(place, "--all", at=DAY * 4)
    (gone,) = rows(place, select(pages).where(pages.c.gone_at.is_not(None)))
    assert gone.url.endswith("/bai-3")
    assert gone.capture_id is not None
    assert last_visit(place)[0] == "ok"


def test_a_page_found_on_the_home_page_gets_the_section_of_the_list_that_shows_it(tmp_path: Path) -> None:
    item = '<ul class="news-list">' + "".join(
        f'<li><h3><a href="/tin-{n}.html">Tin số {n} về việc tiếp công dân</a></h3><span>0{n}/08/2018</span></li>'
        for n in range(1, 7)
    )
    lists = Reply(
        f"<html><head><title>Tin tức</title></head><body><h1>Tin tức</h1><div class='breadcrumb'><a href='/'>Trang chủ</a>"
        f" » <a href='/tin-tuc'>Tin tức</a></div>{item}</ul></body></html>"
    )
    home = page("Trang chủ", "/tin-1.html", "/tin-tuc")
    articles: Pages = {f"/tin-{n}.html": page(f"Tin số {n} về việc tiếp công dân") for n in range(1, 7)}
    with running({"/": home, "/tin-tuc": lists, **articles}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
    found = {row.url.rpartition("/")[2]: row.section for row in rows(place, select(pages))}
    listed = rows(place, select(pages).where(pages.c.kind == "list"))
    assert [row.section for row in listed] == ["news"]
    assert found["tin-1.html"] == "news"
    assert {row.section for row in rows(place, select(records))} == {"news"}


def test_what_says_nothing_new_is_not_archived_again(tmp_path: Path) -> None:
    counter = iter(range(1000))
    site_pages: Pages = {
        "/": page("Trang chủ", "/khac-byte", "/cung-byte", "/304"),
        "/khac-byte": lambda _: Reply(page("Khác byte").body.replace("</body>", f"<!--{next(counter)}--></body>")),  # type: ignore[arg-type, union-attr]
        "/cung-byte": page("Cùng byte"),
        "/304": Reply(page("Có ETag").body, headers={"ETag": '"1"'}),
    }
    with running(site_pages) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        before = rows(place, select(captures))
        site.pages["/304"] = lambda _: Reply("", 304)
        crawl(place, "--all", at=DAY)
        assert site.asked[-1].headers.get("If-None-Match") or any("If-None-Match" in a.headers for a in site.asked)
        assert rows(place, select(captures)) == before
        assert {row.outcome for row in rows(place, select(pages))} == {"unchanged"}
        found = list(_records_of(place))
        assert [kind for kind, _ in found].count("response") == 4
        profiles = sorted(profile.rpartition("/")[2] for kind, profile in found if kind == "revisit")
        assert profiles == ["identical-payload-digest", "identical-payload-digest", "server-not-modified"]
        site.pages["/cung-byte"] = page("Cùng byte", text="Nội dung đã sửa đổi từ hôm nay. " * 10)
        crawl(place, "--all", at=DAY * 2)
        assert len(rows(place, select(captures))) == len(before) + 1


def test_a_page_that_lost_its_procedure_keeps_the_record_and_says_so(tmp_path: Path) -> None:
    saved = Path(__file__).parents[1] / "fixtures" / "pages" / "generic" / "definition-list" / "page.html"
    shown = saved.read_text(encoding="utf-8")
    unlabelled = re.sub(r"<dl>.*</dl>", f"<div><p>{TEXT}</p></div>", shown)
    with running({"/": page("Trang chủ", "/thu-tuc"), "/thu-tuc": Reply(shown)}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        held = select(records).where(records.c.kind == "procedure")
        before = rows(place, held)
        assert [row.code for row in before] == ["1.009994"]
        site.pages["/thu-tuc"] = Reply(unlabelled)
        crawl(place, "--all", at=DAY)
        assert rows(place, held) == before
        assert [row.kind for row in rows(place, select(records)) if row.page_id == before[0].page_id] == ["procedure"]
        noted = rows(place, select(pages).where(pages.c.id == before[0].page_id))[0]
        assert LOST_PROCEDURE in noted.notes
        assert place.archive.read(rows(place, select(captures).where(captures.c.id == noted.capture_id))[0]).body
        site.pages["/thu-tuc"] = Reply(shown.replace("15 ngày", "9 ngày"))
        crawl(place, "--all", at=DAY * 2)
        assert [row.version for row in rows(place, held)] == [2]


def _records_of(place: Workspace) -> Iterator[tuple[str, str]]:
    for file in sorted((place.data / "archive").iterdir()):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream):
                yield record.rec_type, record.rec_headers.get_header("WARC-Profile") or ""


def test_spam_that_only_hides_in_a_known_page_is_noticed(tmp_path: Path) -> None:
    plain = page("Trang chủ", "/bai")
    hidden = '<div style="display:none"><a>nhà cái</a> <a>nổ hũ</a> <a>tài xỉu</a> <a>kubet</a></div></body>'
    with running({"/": plain, "/bai": page("Bài")}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        site.pages["/bai"] = Reply(page("Bài").body.replace("</body>", hidden))  # type: ignore[arg-type, union-attr]
        crawl(place, "--all", at=DAY)
    (bai,) = rows(place, select(pages).where(pages.c.url.endswith("/bai")))
    assert any(note.startswith("spam") for note in bai.notes)


def test_a_home_page_behind_a_redirect_is_one_page(tmp_path: Path) -> None:
    home = Reply(page("Trang chủ", "/trang-chu.htm", "/bai").body, headers={"ETag": '"1"'})
    with running(
        {"/": Reply("", 302, {"Location": "/trang-chu.htm"}), "/trang-chu.htm": home, "/bai": page("Bài")}
    ) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        assert site.paths.count("/trang-chu.htm") == 1
        site.pages["/trang-chu.htm"] = Reply("", 304)
        site.pages["/bai"] = page("Bài", "/trang-chu.htm", text="Đã sửa và dẫn về trang chủ. " * 9)
        crawl(place, "--all", at=DAY)
    assert len(rows(place, select(pages))) == 2


def test_what_a_killed_run_left_unread_makes_no_second_home_page(tmp_path: Path) -> None:
    home = page("Trang chủ", "/trang-chu.htm", "/bai")
    moved = Reply("", 302, {"Location": "/trang-chu.htm"})
    with running({"/": moved, "/trang-chu.htm": home, "/bai": page("Bài", "/trang-chu.htm")}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        with place.database() as database, database.write() as connection:
            (bai,) = connection.scalars(select(pages.c.id).where(pages.c.url.endswith("/bai")))
            connection.execute(update(captures).where(captures.c.page_id == bai).values(read_at=None))
        crawl(place)
    assert rows(place, select(captures).where(captures.c.read_at.is_(None))) == []
    assert len(rows(place, select(pages))) == 2


def test_what_a_killed_run_left_unread_leads_no_deeper_into_a_trap(tmp_path: Path) -> None:
    """All unread captures of a site are read with what a visit of it knows: six months without an appointment end it."""
    empty = (
        "<html><head><title>Lịch</title></head><body><h1>Lịch công tác tuần này chưa có nội dung</h1>{}</body></html>"
    )
    months = {f"/ky-{n}": Reply(empty.format("")) for n in range(1, 7)}
    months["/ky-6"] = Reply(empty.format('<a href="/ky-7">Kỳ sau</a>'))
    with running({"/": page("Trang chủ", *months), **months}) as site:
        place = workspace(tmp_path, site, concurrency=1)
        crawl(place)
        assert "/ky-7" not in site.paths
        with place.database() as database, database.write() as connection:
            last = connection.scalar(select(pages.c.id).where(pages.c.url.endswith("/ky-6")))
            connection.execute(update(captures).where(captures.c.page_id == last).values(read_at=None))
        crawl(place)
        assert "/ky-7" not in site.paths
    assert rows(place, select(captures).where(captures.c.read_at.is_(None))) == []


def test_a_page_that_sends_its_reader_away_is_not_followed_by_anything_but_our_own_rules(tmp_path: Path) -> None:
    away = '<html><head><meta http-equiv="refresh" content="0; url=/dang-nhap"></head><body></body></html>'
    with running({"/": page("Trang chủ", "/bai"), "/bai": Reply(away)}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        assert "/dang-nhap" not in site.paths
    (bai,) = rows(place, select(pages).where(pages.c.url.endswith("/bai")))
    assert bai.outcome == "login"


def test_a_run_that_its_budget_cut_short_says_so(tmp_path: Path) -> None:
    names = [f"/bai-{n}" for n in range(9)]
    with running({"/": page("Trang chủ", *names), **{name: page(name) for name in names}}) as site:
        place = workspace(tmp_path, site, max_pages=4)
        crawl(place)
        outcome, evidence = last_visit(place)
        assert (outcome, evidence) == (
            "partial",
            "the budget of 4 pages a run was used up; 6 pages were not looked at yet",
        )
        crawl(place, at=timedelta(hours=1))
        crawl(place, at=timedelta(hours=2))
    assert last_visit(place)[0] == "ok"
    assert len(rows(place, select(pages).where(pages.c.last_good.is_not(None)))) == 10


def test_what_a_text_leads_to_on_another_site_is_asked_there_like_any_page(tmp_path: Path) -> None:
    """The target's own visit asks for it, by its own rules; hosts that no site has are never asked."""
    there_pages: Pages = {
        "/robots.txt": Reply("User-agent: *\nDisallow: /cam/", headers={"Content-Type": "text/plain"}),
        "/": page("Trang chủ của sở kia"),
        "/dang-song": page("Đang sống"),
    }
    with running({}) as here, running(there_pages, "127.0.0.2", here.port) as other:
        there = f"http://sxd.localhost:{here.port}"
        links = (f"{there}/khong-con", f"{there}/cam/1", f"{there}/dang-song", "http://noi-khac.localhost/1")
        text = "".join(f'<p>{TEXT} <a href="{link}">xem tại đây</a></p>' for link in links)
        here.pages["/"] = page("Trang chủ", "/gioi-thieu")
        here.pages["/gioi-thieu"] = Reply(f"<html><head><title>Giới thiệu</title></head><body><h1>Giới thiệu</h1><div>{text}</div></body></html>")  # fmt: skip
        place = workspace(tmp_path, here, {"s-stp": "stp.localhost", "s-sxd": "sxd.localhost"})
        network = place.config / "thanhhoa" / "network.toml"
        network.write_text(
            network.read_text().replace('"sxd.localhost" = "127.0.0.1"', '"sxd.localhost" = "127.0.0.2"')
        )
        for day in range(3):
            crawl(place, "--all", at=DAY * day)
        assert {"/khong-con", "/dang-song"} <= set(other.paths)
        assert "/cam/1" not in other.paths
        assert not [request for request in (*here.asked, *other.asked) if request.host.startswith("noi-khac")]
    kept = rows(place, select(page_links.c.url, page_links.c.words).join(pages).where(pages.c.site_id == "s-stp"))
    assert {tuple(row) for row in kept} == {(link, "xem tại đây") for link in links}
    states = rows(place, select(pages.c.url, pages.c.outcome, pages.c.absences).where(pages.c.site_id == "s-sxd"))
    found = {row.url.removeprefix(there): (row.outcome, row.absences) for row in states}
    assert found["/khong-con"][0] == "gone"
    assert found["/khong-con"][1] >= 1
    assert (found["/cam/1"][0], found["/dang-song"][0]) == ("robots", "unchanged")


def test_a_date_that_only_the_metadata_state_is_corrected_with_them(tmp_path: Path) -> None:
    def article(day: str) -> Reply:
        return page("Tin một", head=f'<meta property="article:published_time" content="{day}T08:00:00+07:00">')

    with running({"/": page("Trang chủ", "/tin-1"), "/tin-1": article("2018-08-01")}) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        site.pages["/tin-1"] = article("2018-08-07")
        crawl(place, at=2 * DAY)
    of_page = select(records.c.published, records.c.version).where(records.c.title == "Tin một")
    assert [(row.published.day, row.version) for row in rows(place, of_page)] == [(7, 2)]
