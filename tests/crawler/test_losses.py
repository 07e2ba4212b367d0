"""What a page lost: sent to the home page, moved, or left without its text; its records go only on evidence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from small_site import MORNING, TEXT, Pages, Reply, crawl, page, rows, running, words, workspace
from sqlalchemy import select, update

from cli.main import main
from cli.workspace import Workspace
from store.tables import captures, pages, records, visits

pytestmark = pytest.mark.crawl

DAY = timedelta(days=1)
SHOWN = (Path(__file__).parents[1] / "fixtures/pages/generic/definition-list/page.html").read_text(encoding="utf-8")
CODE = "1.009994"
ALERT = (
    "<html><head><title>Thông tin</title></head><body><p>Xin mời quý vị xem các mục khác của cổng.</p></body></html>"
)


def leads_to(path: str, status: int = 302) -> Reply:
    return Reply("", status, {"Location": path})


def state(place: Workspace, path: str) -> Any:
    (row,) = rows(place, select(pages).where(pages.c.url.endswith(path)))
    return row


def live(place: Workspace, kind: str = "procedure") -> list[str]:
    """The paths of the pages whose records of this kind hold."""
    query = select(pages.c.url).join(records, records.c.page_id == pages.c.id).order_by(pages.c.url)
    found = rows(place, query.where(records.c.kind == kind, records.c.withdrawn_at.is_(None)))
    return [row.url.rpartition("/")[2] for row in found]


def titles(place: Workspace) -> dict[str, str]:
    """The last step of a page's path → the title of the article that holds."""
    query = select(pages.c.url, records.c.title).join(records, records.c.page_id == pages.c.id)
    found = rows(place, query.where(records.c.kind == "article", records.c.withdrawn_at.is_(None)))
    return {row.url.rpartition("/")[2]: row.title for row in found}


def outcome(place: Workspace) -> str:
    return str(rows(place, select(visits).order_by(visits.c.id.desc()))[0].outcome)


def site_of(**more: Reply) -> Pages:
    """A home page behind a redirect, eight articles, and more."""
    plain = {f"/bai-{n}": page(f"Bài số {n}") for n in range(8)}
    shown = {f"/{name.replace('_', '-')}": reply for name, reply in more.items()}
    home = page("Trang chủ", *plain, *shown, "/ve-trang-chu")
    return {"/": leads_to("/trang-chu"), "/trang-chu": home, "/ve-trang-chu": leads_to("/"), **plain, **shown}


def test_a_page_that_leads_to_the_home_page_over_days_is_gone(tmp_path: Path) -> None:
    with running(site_of(thu_tuc=Reply(SHOWN))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        site.pages["/thu-tuc"] = leads_to("/")
        for day in (1, 2):
            crawl(place, "--all", at=DAY * day)
            assert (state(place, "/thu-tuc").outcome, live(place)) == ("soft_404", ["thu-tuc"])
        crawl(place, "--all", at=DAY * 4)
        assert live(place) == []
        gone = state(place, "/thu-tuc")
        assert (gone.gone_at is not None, gone.capture_id is not None, outcome(place)) == (True, True, "ok")
        alias = state(place, "/ve-trang-chu")  # never showed anything of its own: nothing is missing
        assert (alias.outcome, alias.absences) == ("ok", 0)
        site.pages["/thu-tuc"] = Reply(SHOWN)
        crawl(place, "--all", at=DAY * 14)
    assert live(place) == ["thu-tuc"]


def test_a_site_whose_pages_all_lead_home_was_not_seen_well(tmp_path: Path) -> None:
    with running(site_of(thu_tuc=Reply(SHOWN))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        before = rows(place, select(records))
        for path in ("/thu-tuc", *(f"/bai-{n}" for n in range(8))):
            site.pages[path] = leads_to("/trang-chu")
        for day in (1, 2, 4):
            crawl(place, "--all", at=DAY * day)
            assert outcome(place) == "absent"
    assert rows(place, select(records)) == before
    assert not rows(place, select(pages).where(pages.c.gone_at.is_not(None)))


class Misleading(dict[str, Any]):
    """Sends whoever asks for an unknown address to a page that names no error."""

    def get(self, path: str, default: Any = None) -> Any:
        return super().get(path, default if path == "/robots.txt" else leads_to("/thong-tin"))


def test_a_page_that_leads_where_any_wrong_address_leads_is_absent(tmp_path: Path) -> None:
    told = page("Thông tin", text="Mời quý vị xem các mục khác của cổng. " * 5)
    with running(Misleading(site_of(thong_tin=told, thu_tuc=Reply(SHOWN)))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        del site.pages["/thu-tuc"]
        crawl(place, "--all", at=DAY)
    lost = state(place, "/thu-tuc")
    assert (lost.outcome, lost.absences, live(place)) == ("soft_404", 1, ["thu-tuc"])
    assert "random path" in lost.evidence


def test_a_page_that_moved_hands_its_records_over_once_the_new_one_was_read(tmp_path: Path) -> None:
    with running(site_of(thu_tuc=Reply(SHOWN), bai_cu=page("Bài có từ lâu"))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        site.pages["/thu-tuc"], site.pages["/bai-cu"] = leads_to("/moi", 301), leads_to("/bai-moi", 301)
        site.pages["/moi"], site.pages["/bai-moi"] = Reply(SHOWN), page("Bài có từ lâu")
        crawl(place, "--all", at=DAY)
        assert live(place) == ["moi", "thu-tuc"]  # the new page was read after the old one was asked for
        crawl(place, at=DAY * 2)  # due by itself
        assert live(place) == ["moi"]
        assert not {"bai-cu"} & set(live(place, "article"))
        assert "bai-moi" in live(place, "article")
        assert state(place, "/thu-tuc").outcome == "ok"
        assert main(words(place, "reread")) == 0
        assert live(place) == ["moi"]
        site.pages["/thu-tuc"] = Reply(SHOWN)
        crawl(place, "--all", at=DAY * 12)
    assert live(place) == ["moi", "thu-tuc"]


def test_a_page_that_leads_to_one_that_is_down_or_says_something_else_keeps_its_records(tmp_path: Path) -> None:
    with running(site_of(thu_tuc=Reply(SHOWN), dich_vu=Reply(SHOWN.replace(CODE, "1.009995")))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        seen = state(place, "/thu-tuc").last_good
        site.pages["/thu-tuc"], site.pages["/moi"] = leads_to("/moi"), Reply("<p>hỏng</p>", 500)
        site.pages["/dich-vu"], site.pages["/thong-bao"] = leads_to("/thong-bao"), page("Thông báo sắp xếp thủ tục")
        for day in (1, 2):
            crawl(place, "--all", at=DAY * day)
        assert (state(place, "/thu-tuc").outcome, state(place, "/thu-tuc").last_good) == ("http_5xx", seen)
        assert state(place, "/dich-vu").outcome == "soft_404"
    assert live(place) == ["dich-vu", "thu-tuc"]


def test_not_modified_is_believed_of_the_page_itself_only(tmp_path: Path) -> None:
    """The new address is sent the validators of the old one, and may answer with 304 to them."""
    answers = iter((Reply("", 304), Reply(SHOWN), Reply(SHOWN)))
    with running(site_of(thu_tuc=Reply(SHOWN, headers={"ETag": '"1"'}))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        site.pages["/thu-tuc"], site.pages["/moi"] = leads_to("/moi"), lambda _: next(answers)
        crawl(place, "--all", at=DAY)
    assert state(place, "/thu-tuc").evidence.endswith("/moi")
    assert live(place) == ["moi", "thu-tuc"]


def test_an_article_whose_text_collapses_is_believed_lost_on_a_later_day(tmp_path: Path) -> None:
    lost = {"/bai-hong": ALERT.replace("p>", "h1>"), "/bai-lai": ALERT.replace("p>", "h1>"), "/bai-khac": ALERT}
    texts = {name: page(f"Đã có {name}") for name in ("bai_hong", "bai_lai", "bai_khac", "bai_ngan")}
    with running(site_of(**texts)) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        before = titles(place)
        site.pages |= {path: Reply(text) for path, text in lost.items()}
        site.pages["/bai-ngan"] = page("Đã có bai_ngan", text="Bài đã được rút gọn theo yêu cầu của tòa soạn.")
        for hours in (24, 30):
            crawl(place, "--all", at=timedelta(hours=hours))
            assert titles(place) == before
            assert {(state(place, path).outcome, state(place, path).kind) for path in lost} == {("empty", "article")}
        (short,) = rows(place, select(records).where(records.c.page_id == state(place, "/bai-ngan").id))
        assert short.version == 2  # an editor's change is one at once
        site.pages["/bai-lai"] = texts["bai_lai"]
        crawl(place, "--all", at=DAY * 2)
        after = {path: title for path, title in before.items() if path != "bai-hong"} | {"bai-khac": "Thông tin"}
        assert titles(place) == after
        assert [state(place, path).outcome for path in lost] == ["ok", "unchanged", "ok"]
        assert not rows(place, select(captures).where(captures.c.read_at.is_(None)))
        site.pages["/bai-lai"] = Reply(ALERT)  # the count of days begins anew
        crawl(place, "--all", at=DAY * 3)
    assert titles(place) == after


def test_a_page_that_was_cut_off_on_its_way_takes_nothing_back_at_once(tmp_path: Path) -> None:
    half, never = SHOWN[: len(SHOWN) * 6 // 10], SHOWN.replace("</html>", "")
    with running(site_of(tthc=Reply(SHOWN), tthc_cut=Reply(SHOWN), tthc_open=Reply(never))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        told = {row.id: row.fields_digest for row in rows(place, select(records).where(records.c.kind == "procedure"))}
        assert len(told) == 3
        site.pages |= {"/tthc": Reply(half), "/tthc-cut": Reply(half)}
        site.pages["/tthc-open"] = Reply(never.replace("Bước 1", "Bước thứ 1"))
        crawl(place, "--all", at=DAY)
        kept = rows(place, select(records).where(records.c.kind == "procedure", records.c.withdrawn_at.is_(None)))
        assert {row.id for row in kept} == set(told)
        unchanged = {row.page_id for row in kept if row.fields_digest == told[row.id]}
        assert unchanged == {state(place, path).id for path in ("/tthc", "/tthc-cut")}
        assert state(place, "/tthc").outcome == "empty"
        assert "ends before its markup does" in state(place, "/tthc").evidence
        assert state(place, "/tthc-open").outcome == "ok"
        site.pages["/tthc"] = Reply(SHOWN)
        crawl(place, "--all", at=DAY * 2)
        assert state(place, "/tthc").outcome == "unchanged"
        assert state(place, "/tthc-cut").outcome == "ok"  # so it is, a day later
        assert "/tthc" in {f"/{name}" for name in live(place)}


def test_an_article_that_became_a_list_is_a_change(tmp_path: Path) -> None:
    rows_of = "".join(f'<li><a href="/bai-{n}">Bài số {n}</a> <span>0{n + 1}/08/2018</span></li>' for n in range(6))
    listed = (
        f"<html><head><title>Tin</title></head><body><h1>Tin</h1><ul class='news-list'>{rows_of}</ul></body></html>"
    )
    with running(site_of(tin=page("Tin", text=TEXT * 4))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        site.pages["/tin"] = Reply(listed)
        crawl(place, "--all", at=DAY)
    assert "tin" not in live(place, "article")
    assert (state(place, "/tin").kind, state(place, "/tin").outcome) == ("list", "ok")


@pytest.mark.parametrize("validators", [{}, {"ETag": '"1"'}], ids=["whole", "not modified"])
def test_what_went_with_a_page_is_looked_for_when_it_comes_back(tmp_path: Path, validators: dict[str, str]) -> None:
    """A form that was away as long as its page is not told as missing because nobody looked since."""
    shown = Reply(page("Quyết định mới", "/phu-luc").body, headers=validators)
    with running(site_of(goc=shown, phu_luc=page("Phụ lục của quyết định"))) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        kept = {path: site.pages.pop(path) for path in ("/goc", "/phu-luc")}
        for day in (1, 2):
            crawl(place, "--all", at=DAY * day)
        assert [state(place, path).absences for path in kept] == [2, 2]
        site.pages |= kept | ({"/goc": Reply("", 304)} if validators else {})
        with place.database() as database, database.write() as connection:
            later, here = pages.c.url.endswith("/phu-luc"), pages.c.url.endswith("/goc")
            connection.execute(update(pages).where(later).values(next_due=MORNING + DAY * 30))
            connection.execute(update(pages).where(here).values(next_due=MORNING))
        crawl(place, "--due", at=DAY * 3)
    assert [(state(place, path).absences, state(place, path).gone_at) for path in kept] == [(0, None)] * 2
