"""Addresses without end are left after a few pages that bring nothing; what is written is followed."""

from __future__ import annotations

from dataclasses import replace

from core.model import Article, Link, ListItem, Reading, Record
from crawler.discovery import BARREN_MOST, MAX_LIST_PAGES, Discovery
from crawler.sections_of_links import link_sections
from crawler.traps import MAX_PAGE
from store.pages import NewPage, Page

HOST = "stp.example"
BASE = f"http://{HOST}"


def page(path: str) -> Page:
    url = BASE + path
    return Page(1, "s-stp", url, url, 1, "other", "", 24.0, None, None, None, None, 0, 0, None, None, None, "127.0.0.2")


def reading(*links: str, entries: tuple[str, ...] = (), records: tuple[Record, ...] = ()) -> Reading:
    return Reading(
        page_kind="list" if entries else "other",
        reader="generic",
        why="",
        links=tuple(Link(BASE + path, path) for path in links),
        items=tuple(ListItem(path, BASE + path) for path in entries),
        records=records,
    )


def discovery() -> Discovery:
    return Discovery(frozenset({HOST}), 100, {})


def followed(found: Discovery, start: str, leads_to: str, count: int, **more: object) -> int:
    """How many pages of a chain are asked for; page N leads to page N + 1."""
    for number in range(1, count + 1):
        said = reading(leads_to.format(number + 1), **more)  # type: ignore[arg-type]
        if not found.new_pages(page(start.format(number)), said):
            return number
    return count


def test_a_calendar_that_leads_on_without_content_is_left_after_a_few_pages() -> None:
    found = discovery()
    assert followed(found, "/lich?thang={}", "/lich?thang={}", 50) == BARREN_MOST
    assert found.traps["generated"] == 1


def test_a_paging_that_brings_nothing_is_left_after_a_few_pages() -> None:
    found = discovery()
    assert followed(found, "/tin-cu?trang={}", "/tin-cu?trang={}", 50) == BARREN_MOST
    assert found.traps["endless_paging"] == 1


def test_a_list_that_shows_the_same_entries_again_is_left_at_once() -> None:
    found = discovery()
    assert followed(found, "/tin?page={}", "/tin?page={}", 50, entries=("/a", "/b")) == 2


def months(found: Discovery, path: str, shown: int) -> int:
    """How many months of a list are asked for, each leading to the one before; the first `shown` have rows of their own."""
    link = f"{path}?nam={{}}&thang={{}}".format
    new, asked = found.new_pages(page(path), reading(link(2018, 12), entries=("/vb-moi",))), 0
    while new:
        asked += 1
        year, month = 2018 - asked // 12, 12 - asked % 12
        rows = (f"/vb-{asked}",) if asked <= shown else ()
        new = found.new_pages(page(new[0].url.removeprefix(BASE)), reading(link(year, month), *rows, entries=rows))
        new = [one for one in new if "thang" in one.url]
    return asked


def test_documents_by_month_are_followed_until_a_month_is_empty() -> None:
    found = discovery()
    assert months(found, "/van-ban", 40) == 41
    assert months(found, "/cong-van", 1_000) == MAX_LIST_PAGES
    assert found.traps == {"calendar": 2}


def test_months_and_years_that_there_are_none_of_are_not_counted_up() -> None:
    found = discovery()
    links = [f"/vb?nam={year}&thang={month}" for year, month in ((1, 1), (2018, 13), (2101, 1), (2018, 12))]
    new = found.new_pages(page("/vb"), reading(*links, entries=("/vb-1",)))
    assert [one.url for one in new] == [f"{BASE}/vb?nam=2018&thang=12", f"{BASE}/vb-1"]


def test_months_are_not_followed_from_pages_without_rows_nor_in_a_calendar() -> None:
    found, month = discovery(), "?nam=2024&thang=5"
    assert not found.new_pages(page("/bai-1"), reading(f"/bai-1{month}", f"/van-ban{month}"))
    assert not found.new_pages(page("/lich-cong-tac"), reading(f"/lich-cong-tac{month}", entries=("/bai-1",)))[1:]
    assert not found.new_pages(page("/tin?page=2"), reading(f"/tin{month}&page=2", entries=("/bai-1",)))
    assert found.traps == {"calendar": 4}
    form = replace(page("/van-ban"), section="legal_docs")
    assert [one.url for one in found.new_pages(form, reading(f"/van-ban{month}"))] == [f"{BASE}/van-ban{month}"]


def test_articles_that_are_known_by_number_are_no_pages_of_a_list() -> None:
    found, article = discovery(), Record("article", Article("Tin"))
    posts = [f"/?p={number}" for number in range(9_000, 9_000 + 2 * MAX_LIST_PAGES)]
    assert len(found.new_pages(page("/"), reading(*posts))) == len(posts)
    assert followed(found, "/?p={}", "/?p={}", 2 * MAX_LIST_PAGES, records=(article,)) == 2 * MAX_LIST_PAGES
    assert not found.traps


def test_a_list_that_is_numbered_as_articles_are_ends_too() -> None:
    found = discovery()
    assert followed(found, "/?p={}", "/?p={}", 50, entries=("/a", "/b")) == 2
    for number in range(3, 1_000):
        found.new_pages(page(f"/?p={number}"), reading(f"/?p={number + 1}", entries=(f"/tin-{number}",)))
    assert found.traps.keys() == {"endless_paging", "page_cap"}


def test_a_list_that_is_numbered_as_articles_are_does_not_grow_from_run_to_run() -> None:
    link, known = "/?p={}".format, {BASE: True}
    for run in range(4):
        found, first = Discovery(frozenset({HOST}), 100, known), 1 + run * MAX_LIST_PAGES
        for number in range(first, first + MAX_LIST_PAGES):
            found.new_pages(page(link(number)), reading(link(number + 1), entries=(f"/tin-{number}",)))
    assert max(int(key.partition("p=")[2] or 0) for key in known) == MAX_PAGE


def test_pages_that_say_something_are_followed_however_they_are_numbered() -> None:
    article = Record("article", Article("Tin"))
    assert followed(discovery(), "/tin/{}.html", "/tin/{}.html", 50, records=(article,)) == 50


def test_a_list_leads_to_articles_that_no_reader_can_read() -> None:
    found = discovery()
    found.remember_barren(f"{BASE}/Pages/{n}.aspx" for n in range(20))
    links = [f"/Pages/{n}.aspx" for n in range(30, 60)]
    assert len(found.new_pages(page("/Pages/tin-tuc.aspx"), reading(*links))) == len(links)


def test_what_earlier_visits_found_barren_is_remembered() -> None:
    found = discovery()
    found.remember_barren(f"{BASE}/lich?thang={n}" for n in range(BARREN_MOST))
    assert found.new_pages(page("/lich?thang=7"), reading("/lich?thang=8")) == []


def test_an_address_is_one_page_by_http_and_by_https_and_none_on_another_port() -> None:
    found = discovery()
    twins = [
        f"{scheme}://{HOST}{port}/tin-{n}" for n in range(3) for scheme in ("http", "https") for port in ("", ":8080")
    ]
    new = found.new_pages(page("/"), replace(reading(), links=tuple(Link(url, "tin") for url in twins)))
    assert [one.url for one in new] == [f"http://{HOST}/tin-{n}" for n in range(3)]
    assert found.announced_pages([f"https://{HOST}/tin-{n}" for n in range(4)], f"{BASE}/sitemap.xml") == [
        NewPage(f"https://{HOST}/tin-3", 2, key=f"https://{HOST}/tin-3")
    ]


def test_a_page_of_one_scheme_is_followed_by_it_where_both_are_linked() -> None:
    links = tuple(Link(f"{scheme}://{HOST}/tin", "tin") for scheme in ("http", "https"))
    home = replace(page("/"), url=f"https://{HOST}/")
    assert [one.url for one in discovery().new_pages(home, replace(reading(), links=links))] == [f"https://{HOST}/tin"]


def test_www_or_not_is_one_site_and_a_page_is_asked_for_where_the_site_answers() -> None:
    www = f"http://www.{HOST}"
    both = frozenset({HOST, f"www.{HOST}"})
    found = Discovery(both, 100, {f"{BASE}/": True, f"{BASE}/tin-1": False})
    links = tuple(Link(url, "tin") for url in (f"{www}/", f"{www}/tin-1", f"{www}/tin-2", f"{BASE}/tin-2"))
    new = found.new_pages(page("/"), replace(reading(), links=links))
    assert [one.url for one in new] == [f"{BASE}/tin-2"]
    found = Discovery(both, 100, {f"{BASE}/": True, f"{www}/trang-chu": True, f"{BASE}/tin-2": False})
    assert [one.url for one in found.linked_elsewhere([(f"{www}/tin-2", 7), (f"{www}/tin-3", 7)])] == [f"{www}/tin-3"]


def test_a_page_known_by_the_other_scheme_is_recalled_and_gets_its_section() -> None:
    found = discovery()
    found.known[f"http://{HOST}/tin-1"] = False
    home = replace(page("/"), url=f"https://{HOST}/")
    links = (Link(f"https://{HOST}/tin-1", "Tin", "news"),)
    said = replace(reading(), page_kind="home", links=links)
    assert found.linked_again(home, said) == [f"http://{HOST}/tin-1"]
    assert found.sections_of_rows(home, said) == {f"http://{HOST}/tin-1": "news"}


def test_a_site_whose_home_page_leads_to_another_port_is_followed_there() -> None:
    found = discovery()
    found.known |= {f"{BASE}/": True, f"{BASE}:8080/portal": True}  # as a visit knows after the redirect
    links = tuple(Link(f"{BASE}{rest}", "tin") for rest in (":8080/tin-1", ":81/mail", "/tin-2"))
    new = found.new_pages(page("/"), replace(reading(), links=links))
    assert [one.url for one in new] == [f"{BASE}:8080/tin-1", f"{BASE}/tin-2"]
    assert not found.linked_elsewhere([(f"{BASE}:81/mail", 7)])


def test_an_order_or_a_mobile_view_of_a_page_is_no_second_page_and_not_asked_for() -> None:
    found = discovery()
    links = [
        "/m/bai-1",
        "/m/chi-ban-di-dong",
        "/bai-1",
        "/bai-1?mobile=1",
        "/vb?sort=ngay&loai=1",
        "/vb?loai=1&sort=ten",
    ]
    new = found.new_pages(page("/"), reading(*links))
    assert [one.url for one in new] == [f"{BASE}/bai-1", f"{BASE}/vb?loai=1", f"{BASE}/m/chi-ban-di-dong"]
    assert found.traps == {"printable": 1}
    assert found.announced_pages([f"{BASE}/vb?loai=1&sort=so", f"{BASE}/tin?sort=so"], BASE) == [
        NewPage(f"{BASE}/tin", 2, key=f"{BASE}/tin")
    ]


def test_a_site_of_mobile_pages_only_is_followed() -> None:
    found = discovery()
    found.known[f"{BASE}/"] = True
    new = found.new_pages(page("/"), reading("/m/", "/m/tin-1", "/mobile/"))
    assert {one.url for one in new} == {f"{BASE}/m/", f"{BASE}/m/tin-1", f"{BASE}/mobile/"}


def test_what_another_site_leads_to_is_no_trap_of_this_one_and_no_page_twice() -> None:
    found = discovery()
    found.known[BASE + "/known"] = True
    secure = f"https://{HOST}/known"
    urls = [BASE + "/new", BASE + "/new", BASE + "/known", secure, BASE + "/lich/2018/08/09", BASE + "/en/vi/x", BASE + "/tin?trang=3"]  # fmt: skip
    new = found.linked_elsewhere([(url, 7) for url in urls])
    assert [(one.url, one.discovered_from) for one in new] == [(BASE + "/new", 7)]
    assert not found.traps
    assert not found.linked_elsewhere([(BASE + "/new", 8)])


def test_a_link_in_running_text_says_nothing_of_its_section() -> None:
    links = (Link(BASE + "/tin-tuc", "Tin tức", "news"), Link(BASE + "/khac", "tại đây", "about"))
    said = replace(reading(), links=links, content_links=links[1:])
    assert link_sections(said, BASE + "/gioi-thieu") == {BASE + "/tin-tuc": "news"}


def test_a_site_that_moved_to_https_finds_its_pages_again() -> None:
    old = {f"http://{HOST}/tin-{n}": True for n in range(3)}
    links = tuple(Link(f"https://{HOST}/tin-{n}", "tin") for n in range(3))
    found = Discovery(frozenset({HOST}), 100, dict(old), frozenset(old))
    home = replace(page("/"), url=f"https://{HOST}/", key=f"https://{HOST}/")
    assert [one.url for one in found.new_pages(home, replace(reading(), links=links))] == [link.url for link in links]
