"""A server's turns: spacing, Crawl-delay, silence when asked, leases, windows; proved from what the site saw."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from small_site import MORNING, Asked, Pages, Reply, crawl, page, probe, rows, running, workspace
from sqlalchemy import select

from store.leases import acquire
from store.tables import leases, pages, visits

pytestmark = pytest.mark.crawl


TOLERANCE = 0.1  # seconds: what a busy machine adds between sending and being seen


def gaps(asked: Sequence[Asked]) -> list[float]:
    begun = sorted(request.at for request in asked)
    return [later - earlier for earlier, later in pairwise(begun)]


def home(*names: str) -> Pages:
    return {"/": page("Trang chủ", *names), **{name: page(name) for name in names}}


def test_requests_to_one_server_keep_their_distance_whatever_site_or_lane_they_are_for(tmp_path: Path) -> None:
    with running(home(*(f"/bai-{n}" for n in range(6)))) as site:
        hosts = {"s-stp": "stp.localhost", "s-sxd": "sxd.localhost"}
        place = workspace(tmp_path, site, hosts, delay=0.3, concurrency=3)
        crawl(place, at=timedelta(hours=-8))  # at night: not halved
        assert len(site.asked) == 2 * 9
        assert {request.host.partition(":")[0] for request in site.asked} == set(hosts.values())
        assert min(gaps(site.asked)) >= 0.3 - TOLERANCE


def test_redirects_and_retries_keep_their_distance_too(tmp_path: Path) -> None:
    site_pages = home("/hop", "/loi") | {"/hop": Reply("", 302, {"Location": "/den"}), "/den": page("Đến")}
    with running(site_pages | {"/loi": Reply("lỗi", 500)}) as site:
        crawl(workspace(tmp_path, site, delay=0.3, concurrency=3), at=timedelta(hours=-8))
        assert site.paths.count("/loi") == 3
        assert "/den" in site.paths
        assert min(gaps(site.asked)) >= 0.3 - TOLERANCE


def test_two_workers_never_ask_one_server_at_once_nor_one_page_twice(tmp_path: Path) -> None:
    with running(home(*(f"/bai-{n}" for n in range(8)))) as site:
        hosts = {"s-stp": "stp.localhost", "s-sxd": "sxd.localhost"}
        place = workspace(tmp_path, site, hosts, delay=0.3).on(MORNING - timedelta(hours=8))
        with place.database(create=True):
            pass
        command = [*place.command(), "crawl"]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [process.communicate(timeout=60)[0] for process in both]
        assert sorted(process.returncode for process in both) == [0, 2]
        assert min(gaps(site.asked)) >= 0.3 - TOLERANCE
        pages_asked = [(request.host, request.path) for request in site.asked if request.path.startswith("/bai")]
        assert len(pages_asked) == len(set(pages_asked)) == 16
    assert sorted(text.splitlines()[2] for text in said) == [
        "0 sites crawled, 0 not well, 2 left alone",
        "2 sites crawled, 0 not well",
    ]


def test_crawl_delay_is_kept_and_said_when_it_cut_a_run_short(tmp_path: Path) -> None:
    with running(home(*(f"/bai-{n}" for n in range(5)))) as site:
        site.pages["/robots.txt"] = Reply("User-agent: *\nCrawl-delay: 0.4\n", headers={"Content-Type": "text/plain"})
        place = workspace(tmp_path, site, concurrency=3, max_minutes=0)
        crawl(place)
        (visit,) = rows(place, select(visits))
        assert visit.outcome == "partial"
        assert visit.evidence.startswith("0 minutes were used up (robots.txt asks for 0.4 s between requests); 5 pages")
        place = workspace(tmp_path, site, concurrency=3)
        begun = len(site.asked)
        crawl(place, at=timedelta(hours=1))
        assert min(gaps(site.asked[begun + 1 :])) >= 0.4 - TOLERANCE


def test_a_run_ends_after_the_minutes_it_was_given_and_the_rest_stays_due(tmp_path: Path) -> None:
    with running(home(*(f"/bai-{n}" for n in range(20)))) as site:
        place = workspace(tmp_path, site, delay=0.3, concurrency=1)
        crawl(place, "--minutes", "0.03")
        (visit,) = rows(place, select(visits))
        assert visit.evidence.startswith("0.03 minutes were used up; ")
        assert len(site.asked) < 15
        crawl(place, "--due", at=timedelta(minutes=5))
        assert len({path for path in site.paths if path.startswith("/bai")}) == 20


@pytest.mark.slow
def test_a_probe_keeps_the_crawl_delay_that_it_shows(tmp_path: Path) -> None:
    robots = Reply("User-agent: *\nCrawl-delay: 0.5\n", headers={"Content-Type": "text/plain"})
    with running({"/robots.txt": robots, "/bai": page("Bài")}) as site:
        assert "Crawl-delay 0.5 s" in probe(workspace(tmp_path, site), site, "/bai")
    assert len(site.asked) == 3
    assert min(gaps(site.asked)) >= 0.5 - TOLERANCE


@pytest.mark.slow
@pytest.mark.parametrize(("delay", "asked"), [(1.2, ""), (0.0, "Crawl-delay: 1.2\n")])
def test_the_other_host_of_a_site_has_its_own_robots_txt_and_is_asked_as_gently(
    tmp_path: Path, delay: float, asked: str
) -> None:
    robots = Reply(f"User-agent: *\nDisallow: /cam\n{asked}", headers={"Content-Type": "text/plain"})
    with running({}) as bare, running({}, "127.0.0.2", bare.port) as www:
        place = workspace(tmp_path, bare, delay=delay)
        network = place.config / "thanhhoa" / "network.toml"
        network.write_text(network.read_text() + '"www.stp.localhost" = "127.0.0.2"\n', encoding="utf-8")
        bare.pages["/"] = Reply("", 301, {"Location": f"http://www.stp.localhost:{bare.port}/"})
        www.pages |= home("/cam", "/tin") | {"/robots.txt": robots}
        crawl(place)
        assert www.paths == ["/robots.txt", "/", "/tin"]
        assert min(gaps(www.asked)) >= 1.2 - TOLERANCE


def test_a_redirect_does_not_lead_past_robots_txt(tmp_path: Path) -> None:
    robots = Reply("User-agent: *\nDisallow: /kin/\n", headers={"Content-Type": "text/plain"})
    led = {"/vao": Reply("", 302, {"Location": "/kin/trang"}), "/kin/trang": page("Kín"), "/robots.txt": robots}
    with running(home("/vao", "/tin") | led) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        assert "/vao" in site.paths
        assert "/kin/trang" not in site.paths
        assert {row.outcome for row in rows(place, select(pages)) if row.url.endswith("/vao")} == {"robots"}
        assert "/kin/trang: forbidden by robots.txt" in probe(place, site, "/vao")
        assert "/kin/trang" not in site.paths


@pytest.mark.parametrize("with_home", [True, False])
def test_a_site_that_begins_to_refuse_everything_is_asked_for_no_more(tmp_path: Path, with_home: bool) -> None:
    names = [f"/bai-{n}" for n in range(60)]
    refusing = False

    def answer(path: str) -> Reply:
        nonlocal refusing
        refusing = refusing or path == names[9]
        is_refused = refusing and (path != "/" or with_home)
        return Reply("Forbidden", 403) if is_refused else page(path, *(names if path == "/" else ()))

    with running(dict.fromkeys(("/", *names), answer)) as site:
        place = workspace(tmp_path, site, concurrency=1)
        crawl(place)
        (visit,) = rows(place, select(visits))
        assert visit.outcome == "partial"
        if with_home:
            assert len(site.asked) < 25
            assert "8 pages in a row failed, then the home page too: blocked, status 403" in visit.evidence
            assert not [row for row in rows(place, select(pages)) if row.next_due < MORNING + timedelta(minutes=59)]
        else:  # a part of the site is closed, and the rest of it is not given up for that
            assert set(names) < set(site.paths)
            assert site.paths.count("/") == 1 + 2  # after 8 and 16 more; 32 were not left


@pytest.mark.parametrize("is_held", [True, False])
def test_the_server_of_the_other_host_is_leased_too(tmp_path: Path, is_held: bool) -> None:
    with running({}) as bare, running(home("/tin"), "127.0.0.2", bare.port) as www:
        place = workspace(tmp_path, bare)
        network = place.config / "thanhhoa" / "network.toml"
        network.write_text(network.read_text() + '"www.stp.localhost" = "127.0.0.2"\n', encoding="utf-8")
        bare.pages["/"] = Reply("", 301, {"Location": f"http://www.stp.localhost:{bare.port}/"})
        held: list[str] = []

        def seen(_path: str) -> Reply:
            held.extend(row.server for row in rows(place, select(leases)))
            return page("Tin")

        www.pages["/tin"] = seen
        with place.database(create=True) as database, database.write() as connection:
            if is_held:
                acquire(connection, ["127.0.0.2"], "khac", MORNING, timedelta(hours=1))
        crawl(place)
        if is_held:
            assert www.paths == []
            assert "its server 127.0.0.2 is being crawled by khac" in rows(place, select(visits))[0].evidence
        else:
            assert held == ["127.0.0.1", "127.0.0.2"]
            assert rows(place, select(leases)) == []


def test_a_server_that_asks_for_silence_is_left_alone(tmp_path: Path) -> None:
    with running(home(*(f"/bai-{n}" for n in range(9)))) as site:
        site.pages["/bai-2"] = Reply("chậm lại", 429, {"Retry-After": "3600"})
        place = workspace(tmp_path, site, concurrency=1)
        crawl(place)
        (visit,) = rows(place, select(visits))
        assert visit.outcome == "partial"
        assert (
            "asked to be left alone for 60 minutes" in rows(place, select(visits))[0].evidence
            or "failed" in visit.evidence
        )
        before = len(site.asked)
        crawl(place, "--due", at=timedelta(minutes=30))
        assert all(not path.startswith("/bai") for path in site.paths[before:])
        assert not [row for row in rows(place, select(pages)) if row.next_due < MORNING + timedelta(minutes=59)]


def test_a_long_silence_is_not_waited_for_by_the_lanes_beside(tmp_path: Path) -> None:
    with running(home(*(f"/bai-{n}" for n in range(9)))) as site:
        site.pages["/bai-2"] = Reply("chậm lại", 429, {"Retry-After": "3600"})
        place = workspace(tmp_path, site, concurrency=3, delay=0.3)
        crawl(place)
        (visit,) = rows(place, select(visits))
        assert visit.outcome == "partial"
        assert len(site.asked) <= 3 + 5
        left = rows(place, select(pages).where(pages.c.outcome == "blocked"))
        assert any("was not asked for: the server asked to be left alone" in row.evidence for row in left)
        assert not [row for row in rows(place, select(pages)) if row.next_due < MORNING + timedelta(minutes=59)]


def test_a_short_silence_is_waited_for(tmp_path: Path) -> None:
    answers = iter([Reply("chậm lại", 503, {"Retry-After": "2"})])
    with running(home("/mot", "/hai", "/ba")) as site:
        site.pages["/mot"] = lambda _: next(answers, page("Một"))
        crawl(workspace(tmp_path, site, concurrency=1))
        after = next(number for number, request in enumerate(site.asked) if request.path == "/mot")
        assert gaps(site.asked[after : after + 2])[0] >= 2.0 - TOLERANCE
        assert "/hai" in site.paths
        assert "/ba" in site.paths


def test_nothing_is_asked_outside_the_window(tmp_path: Path) -> None:
    with running(home("/mot")) as site:
        place = workspace(tmp_path, site, window="19:00-06:00")
        said = crawl(place)
        assert site.asked == []
        assert "left alone   its window opens at 2018-08-09 19:00 +0700" in said
        crawl(place, at=timedelta(hours=13))
        assert "/mot" in site.paths
    shutil.rmtree(place.data)
