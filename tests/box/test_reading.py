"""Every page of the box is read as what it is: kind, section, title, date and every field, without a crawl in between."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.clock import VIETNAM
from core.families import FAMILIES
from core.model import Channel, Fee, Procedure, Reading, StepCase
from core.plain import to_plain
from crawler.page import RawPage, SiteHints
from crawler.reading import understand
from crawler.sections import SectionTable
from crawler.sections_of_links import link_sections
from crawler.urls import canonical
from demo.box import Box
from demo.families import FAMILIES as BOXED
from demo.plan import Plan
from demo.state import item_of
from demo.units import Unit
from vietnamese.syllables import nfc

pytestmark = pytest.mark.box

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = SectionTable.load(ROOT / "config" / "national")
KINDS = {"home": "home", "text": "article", "list": "list", "procedures": "list", "procedure": "procedure", "document": "document", "article": "article", "file": "attachment"}  # fmt: skip
NOT_SHOWN = {"code_raw", "results"}
"""Fields that the box's pages word otherwise than its truth: results without their codes, no raw code of its own."""


@dataclass(slots=True)
class Truth:
    """What a page is: its kind, section, and what a reader must get out of it."""

    kind: str
    section: str
    title: str = ""
    published: datetime | date | None = None
    entries: dict[str, date | None] = field(default_factory=dict)  # address → date shown
    fields: dict[str, Any] = field(default_factory=dict)


def truths(box: Box, unit: Unit) -> dict[str, Truth]:
    """Address → what stands there."""
    pages, state = box.pages(unit), box.state(unit)
    found = {path: Truth(KINDS[page.kind], page.section) for path, page in pages.paths.items()}
    for section, places in state.places.items():
        items = [item_of(box.plan, state, section, place) for place in places[::-1]]
        for number in range(0, max(len(items), 1), pages.family.per_page):
            listing = found[pages.family.listing(section, number // pages.family.per_page + 1)]
            shown = items[number : number + pages.family.per_page]
            listing.entries = {pages.family.item(section, item): item.published.date() for item in shown}
        for item in items:
            truth = found[pages.family.item(section, item)]
            truth.title, truth.published = item.title, item.published.replace(tzinfo=VIETNAM)
            if item.is_document:
                truth.fields = {
                    "title": item.title, "number": item.doc_number, "document_type": item.doc_type, "issuer": item.issuer,
                    "signer": item.signer, "issued_on": to_plain(item.issued_on), "effective_on": to_plain(item.effective_on),
                }  # fmt: skip
            else:
                truth.fields = {"title": item.title, "body": "\n".join(item.body), "summary": item.summary}
    for one in state.shown:
        truth = found[pages.procedure_path(one)]
        truth.title, truth.fields = one.procedure.name, to_plain(_as_shown(one.procedure))
    return found


def _as_shown(procedure: Procedure) -> Procedure:
    """The truth as the pages word it: steps are numbered, and "Miễn phí" is no amount."""
    steps = tuple(
        StepCase(tuple(f"Bước {n}: {text}" for n, text in enumerate(case.steps, 1))) for case in procedure.steps
    )
    return replace(procedure, steps=steps, channels=tuple(_worded(channel) for channel in procedure.channels))


def _worded(channel: Channel) -> Channel:
    return replace(
        channel,
        durations=tuple(
            replace(one, fees=tuple(Fee(fee.text, fee.amount or None) for fee in one.fees)) for one in channel.durations
        ),
    )


@cache
def box_of(preset: str) -> Box:
    return Box(Plan(preset, 1, 30, "default"))


def read_site(box: Box, unit: Unit) -> dict[str, tuple[Reading | None, str]]:
    """Every page reached from the home page by links, with the section that the crawl gives it."""
    pages, base = box.pages(unit), f"http://{unit.host}"
    by_url = {canonical(base + path): path for path in pages.paths}
    hints = SiteHints(hosts=frozenset({unit.host}), owner=unit.owner, sections=SECTIONS)
    sections: dict[str, str] = {}
    read: dict[str, Reading | None] = {}
    waiting = deque([canonical(base + pages.family.home())])
    while waiting:
        url = waiting.popleft()
        if url in read or url not in by_url:
            continue
        page = pages.paths[by_url[url]]
        kind = page.media_type + ("; charset=utf-8" if page.media_type == "text/html" else "")
        reading = understand(RawPage(url, 200, {"content-type": kind}, page.render()), hints).reading
        read[url] = reading
        if reading is None:
            continue
        waiting.extend(link.url for link in (*reading.links, *reading.items))
        for target, section in link_sections(reading, url, sections.get(url, "")).items():
            sections[target] = sections.get(target) or section
    return {by_url[url]: (one, (one.section if one else "") or sections.get(url, "")) for url, one in read.items()}


def wrong_of(family: str, path: str, truth: Truth, reading: Reading | None, section: str) -> Iterator[str]:
    """What of a page was read otherwise than it is."""
    if reading is None:
        yield f"{path}: not read"
        return
    if truth.kind != "attachment" and section != truth.section:
        yield f"{path}: section {section!r}, is {truth.section!r}"
    if reading.page_kind != truth.kind:
        yield f"{path}: read as {reading.page_kind}, is {truth.kind}: {reading.title!r} {reading.why}"
        return
    if truth.title and _even(reading.title) != _even(truth.title):
        yield f"{path}: title {reading.title!r}, is {truth.title!r}"
    if truth.published and (problem := _wrong_date(truth.published, reading)):
        yield f"{path}: {problem}"
    if truth.entries:
        shown = {item.url.split("/", 3)[-1]: item.published for item in reading.items}
        due = {canonical("http://x" + address).split("/", 3)[-1]: day for address, day in truth.entries.items()}
        if shown != due:
            yield f"{path}: entries {shown}, are {due}"
    yield from (f"{path}: {problem}" for problem in _wrong_fields(truth, reading))


def _wrong_date(published: datetime | date, reading: Reading) -> str:
    found = reading.records[0].published if reading.records else None
    if found is None:
        return f"undated, is of {published}"
    same_day = found.date() == published.date() if isinstance(published, datetime) else found.date() == published
    return "" if same_day else f"dated {found}, is of {published}"


def _wrong_fields(truth: Truth, reading: Reading) -> Iterator[str]:
    if not truth.fields:
        return
    if len(reading.records) != 1:
        yield f"{len(reading.records)} records"
        return
    content = reading.records[0].content
    found = to_plain(content)
    for name in sorted({*truth.fields, *found} if isinstance(content, Procedure) else truth.fields):
        due, got = truth.fields.get(name, ""), found.get(name, "")
        if name == "papers":
            due, got = _without_forms(due), _without_forms(got)
        if name == "results":
            due, got = [row["name"] for row in due], [row["name"] for row in got or ()]
        if name == "code_raw":
            continue
        if name == "summary" and due and due in truth.fields["body"]:
            continue
        if _even(got) != _even(due):
            yield f"{name} {got!r}, is {due!r}"


def _even(value: Any) -> Any:
    """Composed letters and single spaces: real names have both kinds."""
    if isinstance(value, list):
        return [_even(item) for item in value]
    if isinstance(value, dict):
        return {key: _even(item) for key, item in value.items()}
    return " ".join(nfc(value).split()) if isinstance(value, str) else value


def _without_forms(cases: Any) -> Any:
    return [
        [{k: v for k, v in paper.items() if not k.startswith("form")} for paper in case["papers"]]
        for case in cases or ()
    ]


@cache
def wrong(preset: str, family: str) -> tuple[tuple[str, ...], int]:
    """Everything read wrongly of a family's sites, and how many pages there were."""
    box, found, count = box_of(preset), [], 0
    for unit in (unit for unit in box.units if unit.family == family):
        read = read_site(box, unit)
        for path, truth in truths(box, unit).items():
            count += 1
            reading, section = read.get(path, (None, ""))
            found += [f"{unit.id} {line}" for line in wrong_of(family, path, truth, reading, section)]
    return tuple(found), count


@pytest.mark.parametrize("preset", ["seed", "today"])
@pytest.mark.parametrize("family", sorted(BOXED))
def test_every_page_is_read_as_what_it_is(family: str, preset: str) -> None:
    assert family in FAMILIES
    found, count = wrong(preset, family)
    assert count
    assert not found[:10], f"{len(found)} things of {count} pages"
