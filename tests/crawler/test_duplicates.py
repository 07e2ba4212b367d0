"""Parameters that change nothing are learned, and only they: what may show something else is asked for."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from small_site import Reply, crawl, page, rows, running, workspace
from sqlalchemy import select

from crawler.duplicates import Duplicates
from store.tables import records, visits

NAMES = [f"/tin/{word}.html" for word in ("hoi-nghi", "tap-huan", "le-hoi", "khai-giang", "thi-dua", "ky-niem")]


def learned(*read: tuple[str, str]) -> Duplicates:
    duplicates = Duplicates()
    for address, shown in read:
        duplicates.learn(f"http://x.vn{address}", shown)
    return duplicates


THREE_PAGES = [(f"/tin?id={n}&menu={menu}", f"bài {n}") for n in (1, 2, 3) for menu in (7, 8, 9)]


def test_a_parameter_under_which_three_pages_stayed_the_same_changes_nothing() -> None:
    duplicates = learned(*THREE_PAGES)
    assert duplicates.parameter("http://x.vn/tin?id=1&menu=10") == "menu"
    assert not duplicates.parameter("http://x.vn/tin?id=1&menu=7")  # read itself
    assert not duplicates.parameter("http://x.vn/tin?id=4&menu=7")  # never read under any menu
    assert not duplicates.parameter("http://x.vn/tin?menu=10")  # the list of a menu
    assert not learned(*THREE_PAGES[:6]).parameter("http://x.vn/tin?id=1&menu=10")


def test_one_page_that_differs_is_enough_to_ask_for_all() -> None:
    assert not learned(*THREE_PAGES, ("/tin?id=3&menu=11", "bài khác")).parameter("http://x.vn/tin?id=1&menu=10")
    assert not learned(("/tin?id=3&menu=11", "bài khác"), *THREE_PAGES).parameter("http://x.vn/tin?id=1&menu=10")


@pytest.mark.parametrize("name", ["page", "trang", "cur", "nam", "thang"])
def test_pages_and_months_are_never_said_to_change_nothing(name: str) -> None:
    read = [(address.replace("menu", name), shown) for address, shown in THREE_PAGES]
    assert not learned(*read).parameter(f"http://x.vn/tin?id=1&{name}=10")


@pytest.mark.crawl
def test_a_number_drawn_anew_for_every_link_makes_no_site_without_end(tmp_path: Path) -> None:
    drawn = random.Random(1)

    class Endless(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            name = path.partition("?")[0]
            if name not in ("/", *NAMES):
                return default
            reply = page(f"Bài {name}", *(f"{link}?rd={drawn.randrange(16**9):x}" for link in NAMES))
            return Reply(re.sub(r">Bài viết [^<]*", ">Bài viết", str(reply.body)))

    with running(Endless()) as site:
        place = workspace(tmp_path, site)
        crawl(place)
        assert len(site.asked) < 40
        first, known = len(site.asked), len(rows(place, select(records)))
        crawl(place, "--all", at=timedelta(days=1))
        assert len(site.asked) - first <= first
        assert len(rows(place, select(records))) == known
        last = rows(place, select(visits))[-1]
        assert last.outcome == "ok"
        assert last.counters["duplicate_links"] >= len(NAMES)
        assert not last.counters["traps"]
