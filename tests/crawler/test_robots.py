"""robots.txt as people write it: whom it names, which encoding it is in, which Crawl-delay it asks for."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness import LONGEST_CRAWL_DELAY, Robots, product

RULES = "User-agent: *\nDisallow: /kin\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_robots_is_obeyed_in_whatever_encoding_it_was_saved(encoding: str) -> None:
    rules = Robots(RULES.encode(encoding))
    assert not rules.allows("http://x.gov.vn/kin/1")
    assert rules.allows("http://x.gov.vn/tin/1")
    assert not Robots("\ufeff" + RULES).allows("http://x.gov.vn/kin/1")


@pytest.mark.parametrize("named", ["tracuu", "Tracuu/0.1", "tracuu/0.1 (+https://thanhhoa.gov.vn; 02373 900 900)"])
def test_robots_may_name_us_as_the_log_of_the_server_does(named: str) -> None:
    rules = f"User-agent: {named}\nDisallow: /\n\nUser-agent: *\nDisallow: /kin\n"
    assert not Robots(rules).allows("http://x.vn/a")
    assert Robots(rules.replace("racuu", "racuu-khac")).allows("http://x.vn/a")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("tracuu/0.1 (+https://thanhhoa.gov.vn; 02373 900 900)", "tracuu"),
        ("Mozilla/5.0 (compatible; Tracuu/0.1; +https://thanhhoa.gov.vn)", "tracuu"),
        ("SoKHCN-ThanhHoa/2.0 (skhcn@thanhhoa.gov.vn)", "SoKHCN-ThanhHoa"),
        ("(không tên)", "tracuu"),
    ],
)
def test_the_name_that_robots_calls_us_by_is_the_one_that_is_sent(header: str, name: str) -> None:
    assert product(header) == name


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("10", 10), ("10,5", 10.5), ("0.5s", 0.5), (".5", 0.5), ("2 # giây", 2), ("10 giây", 10), ("0", 0), ("x", 0)],
)
def test_a_crawl_delay_is_read_as_people_write_it(written: str, seconds: float) -> None:
    assert Robots(f"User-agent: *\n\nCrawl-delay: {written}\nDisallow: /kin").asked_delay == seconds


@pytest.mark.parametrize(
    ("rules", "unread"),
    [
        ("User-agent: *\nCrawl-delay: mười", True),
        ("User-agent: *\nCrawl-delay: -5", True),
        ("User-agent: *\nCrawl-delay: 5\nCrawl-delay: x", False),
        ("User-agent: *\nCrawl-delay: 0", False),
        ("User-agent: *\nCrawl-delay:", False),
        ("User-agent: *\nCrawl-delay: # chưa đặt", False),
        ("User-agent: bingbot\nCrawl-delay: x\n\nUser-agent: *\nDisallow: /kin", False),
        (RULES, False),
    ],
)
def test_a_crawl_delay_for_us_that_is_no_number_is_known(rules: str, unread: bool) -> None:
    assert Robots(rules).unread_delay == unread


@given(
    st.text(alphabet="0123456789.,-+ enfasxgiây#:\t", max_size=12),
    st.sampled_from(["\n", "\r\n", "\r", "\f", "\u2028"]),
)
def test_whatever_stands_in_a_crawl_delay_the_next_line_is_obeyed(written: str, end: str) -> None:
    rules = Robots(f"User-agent: *{end}Crawl-delay: {written}{end}Disallow: /kin{end}")
    assert not rules.allows("http://x.gov.vn/kin/1")
    assert rules.allows("http://x.gov.vn/tin/1")
    assert 0 <= rules.delay <= min(rules.asked_delay, LONGEST_CRAWL_DELAY) < math.inf
    assert not (rules.unread_delay and rules.asked_delay)
