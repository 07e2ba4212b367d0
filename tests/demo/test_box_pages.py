"""The unfaulted box: sizes, determinism, dates within the law, every part of a procedure, attachments that can be read."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin

import docx
import pypdf
import pytest

from core.families import FAMILIES as KNOWN
from core.site_files import load_province
from demo import agenda, families, files, workdays
from demo.answers import Answerer
from demo.box import Box
from demo.config import write_config
from demo.faults import Fault
from demo.plan import Plan
from demo.sizes import SIZES
from demo.units import DAY_ZERO, codes_of, units

pytestmark = pytest.mark.slow

PRESETS = tuple(DAY_ZERO)
_IN_TEXT = re.compile(r'(?:trên trang của|có tại|được đăng) <a href="([^"]+)"')


def box(preset: str = "seed", size: str = "small", seed: int = 1, day: int = 0) -> Box:
    return Box(Plan(preset, seed, 30, size), day)


def rendered(of: Box) -> dict[tuple[str, str], bytes]:
    return {(unit.id, path): page.render() for unit in of.units for path, page in of.pages(unit).paths.items()}


@pytest.mark.parametrize("size", SIZES)
def test_a_box_has_about_the_pages_it_promises(size: str) -> None:
    count = sum(len(box(size=size).pages(unit).paths) for unit in units("seed"))
    assert abs(count - SIZES[size].pages) <= 0.15 * SIZES[size].pages


@pytest.mark.parametrize("preset", PRESETS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(preset: str) -> None:
    first = rendered(box(preset))
    assert first == rendered(box(preset))
    assert first != rendered(box(preset, seed=2))


@pytest.mark.parametrize("preset", PRESETS)
def test_there_are_48_sites_of_known_families(preset: str) -> None:
    found = units(preset)
    assert len({unit.id for unit in found}) == len({unit.host for unit in found}) == 48
    assert {unit.family for unit in found} <= set(families.FAMILIES) <= set(KNOWN)
    assert sum(family.captured for family in families.FAMILIES.values()) >= 3
    assert len({unit.family for unit in found}) >= 5


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("day", [0, 1, 12, 25, 45])
def test_news_never_pause_longer_than_four_working_days(preset: str, day: int) -> None:
    of = box(preset, day=day)
    for unit in of.units:
        for section in ("news", "direction"):
            newest = of.state(unit).places[section][-1][1]
            assert newest < of.today
            assert workdays.between(newest, of.today) <= 4


@pytest.mark.parametrize("preset", PRESETS)
def test_documents_are_posted_within_the_working_days_of_the_law(preset: str) -> None:
    of = box(preset, "default", day=30)
    for unit in of.units:
        assert of.state(unit).places["legal_docs"]
        for place in of.state(unit).places["legal_docs"]:
            item = agenda.item(1, preset, unit, "legal_docs", place)
            assert item.issued_on is not None
            assert 0 <= workdays.between(item.issued_on, item.published.date()) <= 1


def test_items_that_stand_on_a_day_stand_unchanged_on_the_next() -> None:
    before, after = box(), box(day=9)
    for unit in before.units[:6]:
        kept = [path for path, page in before.pages(unit).paths.items() if page.kind in ("article", "document")]
        assert kept
        assert set(kept) < set(after.pages(unit).paths)


def test_every_site_has_codes_that_no_other_site_has() -> None:
    codes = codes_of("seed", 1, SIZES["small"].procedures)
    for site, own in codes.items():
        assert len(own) == len(set(own)) == SIZES["small"].procedures
        assert set(own) - {code for other, theirs in codes.items() if other != site for code in theirs}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_procedure_shows_all_its_parts_in_every_family(preset: str) -> None:
    of = box(preset)
    for unit in of.units:
        pages = of.pages(unit)
        assert of.state(unit).shown
        for shown in of.state(unit).shown:
            text = pages.paths[pages.procedure_path(shown)].render().decode()
            for label in (
                "Mã thủ tục",
                "Trình tự",
                "Cách thức",
                "Thời hạn",
                "Thành phần",
                "Cơ quan thực hiện",
                "Căn cứ",
            ):
                assert label in text
            assert shown.procedure.code in text
            assert shown.procedure.channels[0].durations[0].text in text


@pytest.mark.parametrize("preset", PRESETS)
def test_the_written_config_loads_for_the_day(preset: str, tmp_path: Path) -> None:
    of = box(preset)
    write_config(tmp_path, of, 8048)
    province = load_province(tmp_path, "thanhhoa")
    assert len(province.sites_on(of.today)) == len(province.sites_on(of.today + timedelta(days=60))) == 48
    assert all(site.expected_codes for site in province.sites)
    assert len(set(province.network.resolve.values())) < 48


def test_attachments_can_be_read_back() -> None:
    lines = ["Quyết định số 12/QĐ-UBND", "Về việc đôn đốc công tác phòng, chống thiên tai ở Ngọc Lặc và Thường Xuân"]
    text = pypdf.PdfReader(io.BytesIO(files.pdf(lines))).pages[0].extract_text()
    assert all(line in text for line in lines)
    assert [p.text for p in docx.Document(io.BytesIO(files.docx(lines))).paragraphs] == lines
    assert files.pdf(lines) == files.pdf(lines)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_texts_of_a_box_lead_to_what_is_there_and_those_of_the_fault_to_what_is_not(preset: str) -> None:
    first, second = units(preset)[:2]
    faults = (Fault(first.id, "dead_link", 0, 9), Fault(second.id, "dead_link", 0, 9, params={"to": first.id}))
    of = Box(Plan(preset, 1, 30, "small", faults), 0)
    answerer = Answerer(of, 8080)
    dead: dict[str, list[str]] = {}
    for unit in of.units:
        path = of.pages(unit).family.listing("about", 1)
        text = answerer.answer(unit, unit.host, path, {}).body.decode()
        links = [urljoin(f"http://{unit.host}:8080{path}", html.unescape(found)) for found in _IN_TEXT.findall(text)]
        assert len(links) >= 2
        for link in links:
            there = next(unit for unit in of.units if f"//{unit.host}:8080/" in link)
            target = link.partition(":8080")[2]
            if answerer.answer(there, there.host, target, {}).status == 404:
                dead.setdefault(unit.id, []).append(there.id)
    assert dead == {first.id: [first.id], second.id: [first.id]}
