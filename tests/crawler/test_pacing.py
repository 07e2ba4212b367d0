"""The pace of one server: halved by day, slower when it is slow, silent when refused; and when its hosts are given up."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from small_site import MORNING

from core.clock import fixed
from core.sites import Network, Politeness
from core.states import Outcome
from crawler.fetching import Ask, Failed, Fetched, Fetcher, Manners
from crawler.politeness import Pacer, retry_after, strictest, window_opens
from crawler.resolver import Resolver

MIDNIGHT = datetime(2018, 8, 8, 17, tzinfo=UTC)


def test_two_hosts_of_one_name_keep_the_longer_crawl_delay() -> None:
    async def ready() -> float:
        pacer, gate = Pacer([Politeness(delay=0.0)], fixed(MORNING)), asyncio.Semaphore(9)
        for host, seconds in (("www.a.vn", 0.3), ("a.vn", 0.1)):
            pacer.keep_crawl_delay(host, seconds)
        begun = asyncio.get_running_loop().time()
        for _ in range(2):
            async with pacer.turn("www.a.vn", gate):
                pass
        return asyncio.get_running_loop().time() - begun

    assert asyncio.run(ready()) >= 0.29


def ask_for(urls: list[str], living: set[str]) -> tuple[list[str], list[Fetched | Failed]]:
    """Ask for these one after the other, once each, where only `living` addresses answer; what was asked, and what came."""
    asked: list[str] = []

    async def download(request: Request) -> Response:
        asked.append(request.url)
        if request.url not in living:
            raise DownloadTimeoutError("nothing came")
        return Response(request.url, 404)

    async def fetch() -> list[Fetched | Failed]:
        network = Network({"a.gov.vn": "203.113.1.1", "b.gov.vn": "203.113.1.1", "c.gov.vn": "203.113.1.2"})
        rules = {server: [Politeness(delay=0.0)] for server in network.resolve.values()}
        fetcher = Fetcher(download, Resolver(network), fixed(MIDNIGHT), Manners(1, rules))
        return [await fetcher.fetch(Ask(url, frozenset({urlsplit(url).hostname or ""}), {}), retries=0) for url in urls]

    return asked, asyncio.run(fetch())


def pages_of(host: str, count: int) -> list[str]:
    return [f"http://{host}/bai-{n}" for n in range(count)]


def test_a_host_of_which_nothing_comes_is_given_up_for_the_run() -> None:
    asked, results = ask_for(pages_of("a.gov.vn", 9), set())
    assert asked == [*pages_of("a.gov.vn", 4), "http://a.gov.vn/robots.txt"]
    assert all(isinstance(result, Failed) and result.outcome is Outcome.TIMEOUT for result in results)
    assert isinstance(results[-1], Failed)
    assert "was not asked for: nothing answers any more" in results[-1].evidence


def test_a_host_that_gives_a_sign_of_life_is_not_given_up_however_many_pages_hang() -> None:
    urls = pages_of("a.gov.vn", 9)
    asked, _ = ask_for(urls, {"http://a.gov.vn/robots.txt"})
    assert [url for url in asked if "bai" in url] == urls
    assert sum("robots" in url for url in asked) == 2
    asked, _ = ask_for(urls, {urls[3], urls[7]})
    assert asked == urls


def test_a_neighbour_of_a_lost_host_is_asked_for_a_sign_of_life_at_once_and_another_server_is_not() -> None:
    urls = [*pages_of("a.gov.vn", 5), *pages_of("b.gov.vn", 3), *pages_of("c.gov.vn", 3)]
    asked, _ = ask_for(urls, set())
    assert [url for url in asked if "//b." in url] == ["http://b.gov.vn/bai-0", "http://b.gov.vn/robots.txt"]
    assert [url for url in asked if "//c." in url] == pages_of("c.gov.vn", 3)
    asked, _ = ask_for(urls, {"http://b.gov.vn/robots.txt"})
    assert [url for url in asked if "bai" in url and "//b." in url] == pages_of("b.gov.vn", 3)


def test_the_pace_is_halved_in_office_hours_of_working_days() -> None:
    rules = [Politeness(delay=1.0, concurrency=2), Politeness(delay=0.5, concurrency=1)]
    thursday, saturday = MORNING + timedelta(hours=2), MORNING + timedelta(days=2, hours=2)
    assert strictest(rules, thursday).delay == 2.0
    assert strictest(rules, saturday).delay == 1.0
    assert strictest(rules, MIDNIGHT).delay == 1.0
    assert strictest(rules, thursday).concurrency == 1


def test_a_server_that_becomes_slow_is_asked_less_often_and_more_again_when_it_is_well() -> None:
    async def watch() -> list[float]:
        pacer = Pacer([Politeness(delay=0.0)], fixed(MIDNIGHT))
        found = []
        for seconds in [0.2] * 5 + [4.0] * 8 + [0.2] * 12:
            pacer.answered(200, seconds, None)
            found.append(pacer.extra)
        return found

    found = asyncio.run(watch())
    assert found[4] == 0.0
    assert 3.0 < found[12] <= 4.0
    assert found[-1] == 0.0


def test_refusals_without_a_time_are_answered_with_longer_and_longer_silence() -> None:
    async def watch() -> list[int]:
        pacer = Pacer([Politeness()], fixed(MIDNIGHT))
        found = []
        for _ in range(3):
            pacer.answered(429, 0.1, None)
            found.append(round(pacer.wait))
        return found

    assert asyncio.run(watch()) == [30, 60, 120]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("Wed, 08 Aug 2018 17:01:00 GMT", 60), ("999999", 86400), ("-5", None), ("x", None)],
)
def test_retry_after_is_read_in_both_forms(header: str, seconds: int | None) -> None:
    pause = retry_after(header, MIDNIGHT)
    assert (pause.total_seconds() if pause is not None else None) == seconds


def test_a_window_may_go_over_midnight() -> None:
    assert window_opens("19:00-06:00", MIDNIGHT) is None
    assert window_opens("19:00-06:00", MORNING) == MORNING + timedelta(hours=12)
