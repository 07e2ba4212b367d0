"""Saved pages of every family, checked field by field. No reader without a saved example."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError
from core.families import FAMILIES
from core.plain import to_plain
from crawler.cms import READERS, read
from crawler.guards import judge
from crawler.page import RawPage, SiteHints
from crawler.sections import SectionTable

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "tests" / "fixtures" / "pages"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/page.html"))
SITE = SiteHints(sections=SectionTable.load(ROOT / "config" / "national"))


def page_of(case: Path) -> RawPage:
    facts = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    return RawPage(facts["url"], 200, {"content-type": facts["content_type"]}, (case / "page.html").read_bytes())


def differences(expected: Any, found: Any, where: str) -> list[str]:
    if isinstance(expected, dict):
        found = found if isinstance(found, dict) else {}
        return [d for key, value in expected.items() for d in differences(value, found.get(key), f"{where}.{key}")]
    if isinstance(expected, list):
        found = found or []
        short = [] if len(found) == len(expected) else [f"{where}: {len(found)} entries, expected {len(expected)}"]
        return short + [
            d for n, (a, b) in enumerate(zip(expected, found, strict=False)) for d in differences(a, b, f"{where}[{n}]")
        ]
    if where.endswith(".published") and isinstance(expected, str) and str(found).startswith(expected):
        return []  # a day where the page may say an hour too
    return [] if expected == found or (not expected and not found) else [f"{where}: {found!r}, expected {expected!r}"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_saved_page_is_read_as_a_person_read_it(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    reading = read(page_of(case), SITE)
    assert differences(expected, to_plain(reading), "reading") == [], reading.why


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_saved_page_passes_the_guards(case: Path) -> None:
    assert judge(page_of(case)).outcome.is_good


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_reader_and_three_saved_pages(family: str) -> None:
    assert family in READERS
    saved = [case for case in CASES if case.parent.name == family]
    assert len(saved) >= 3, f"save a typical, a minimal and an odd page under {FIXTURES / family}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_the_generic_reader_alone_finds_the_same_kind_of_page(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    generic = SiteHints(family="generic", sections=SITE.sections)
    assert read(page_of(case), generic).page_kind == expected["page_kind"]


def test_a_configured_family_wins_over_the_signs() -> None:
    reading = read(page_of(FIXTURES / "nukeviet" / "article"), SiteHints(family="generic"))
    assert (reading.reader, reading.why) == ("generic", "configured: generic")


def test_a_sites_own_selectors_hold_for_that_site_alone() -> None:
    page = RawPage(
        "http://x.gov.vn/a.html",
        200,
        {},
        "<h1>Trang xã</h1><i class='ten'>Họp giao ban tháng tám</i><p>Xã họp giao ban về sản xuất vụ mùa năm nay.</p>".encode(),
    )
    assert read(page, SiteHints(quirks={"title": ".ten"})).title == "Họp giao ban tháng tám"
    assert read(page, SiteHints()).title == "Trang xã"
    assert read(page, SiteHints(quirks={"title": ".ten"})).reader == "generic"


def test_an_unknown_quirk_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="known quirks are main, title"):
        read(page_of(CASES[0]), SiteHints(quirks={"titel": ".x"}))
