"""Real pages of 17 families, field by field, against what a person read on them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.model import Article, AttachmentText, LegalDocument, Procedure, Reading
from core.plain import to_plain
from crawler import dates
from crawler.cms import read
from crawler.guards import GuardVerdict, judge
from crawler.page import RawPage, SiteHints
from crawler.sections import SectionTable
from vietnamese.syllables import nfc

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT.parent / "shared" / "data" / "pages"
FLOOR = Path(__file__).with_name("pages_floor.json")
OURS = Path(__file__).with_name("expected")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not PAGES.exists(), reason=f"the real pages are not at {PAGES}"),
]

NOT_A_FIELD = {
    "page", "datasets", "organizations", "year_selected", "quality", "page_date", "duplicate_of", "same_content_as", "item_id",
    "duplicate_in_list", "columns", "issue", "total", "language", "updated", "url",
}  # fmt: skip
"""Remarks of the person who read the page on what no `Reading` holds: counters, page numbers, relations between captures."""

Check = Callable[[Any, Reading, GuardVerdict], bool]


def _same(expected: Any, found: Any) -> bool:
    return _plain(expected) == _plain(found)


def _plain(value: Any) -> str:
    return re.sub(r"\s+", " ", nfc(str(value or ""))).strip()


def _content(reading: Reading) -> Procedure | Article | LegalDocument | AttachmentText | None:
    return reading.records[0].content if reading.records else None


def _field(name: str) -> Check:
    return lambda expected, reading, _: _same(expected, to_plain(getattr(_content(reading), name, None)))


def _in_text(expected: Any, reading: Reading, _: GuardVerdict) -> bool:
    wanted = expected if isinstance(expected, list) else [expected]
    return all(
        _plain(part) in _plain(reading.text)
        for item in wanted
        for part in (item.values() if isinstance(item, dict) else [item])
    )


def _title(expected: Any, reading: Reading, _: GuardVerdict) -> bool:
    content = _content(reading)
    names = {_plain(reading.title), _plain(getattr(content, "title", "")), _plain(getattr(content, "name", ""))}
    return _plain(expected) in names


def _moment(expected: Any, reading: Reading, _: GuardVerdict) -> bool:
    published = reading.records[0].published if reading.records else None
    if expected is None:
        return published is None
    return published is not None and published.isoformat().startswith(expected)


def _files(expected: Any, reading: Reading, _: GuardVerdict) -> bool:
    names = {_plain(file.name) for record in reading.records for file in record.files}
    names |= {_plain(link.text) for link in reading.links}
    addresses = " ".join(file.url for record in reading.records for file in record.files)
    return all(
        _plain(name) in names or str(name).split("/", 1)[-1] in addresses
        for name in ([expected] if isinstance(expected, str) else expected)
    )


def _items(expected: Any, reading: Reading, verdict: GuardVerdict) -> bool:
    if not expected:
        return not reading.items and not reading.records
    return all(_has_item(item, reading, verdict) for item in expected)


def _has_item(expected: Any, reading: Reading, _: GuardVerdict) -> bool:
    if isinstance(expected, str):
        return any(_same(expected, item.title) for item in reading.items)
    title = expected.get("title") or expected.get("ten") or expected.get("summary") or expected.get("trich_yeu")
    number = expected.get("number") or expected.get("so_ky_hieu") or expected.get("so") or expected.get("so_hieu")
    day = expected.get("date") or expected.get("ngay_xac_thuc") or expected.get("ngay_ban_hanh")
    for item in reading.items:
        if (title is None or _same(title, item.title)) and (number is None or _same(number, item.number)):
            shown = item.published or item.issued_on
            sector = expected.get("linh_vuc")
            kind = expected.get("loai")
            return (
                (day is None or (shown is not None and shown.isoformat() == day[:10]))
                and (sector is None or any(sector in getattr(r.content, "sectors", ()) for r in reading.records))
                and (kind is None or any(_same(kind, getattr(r.content, "document_type", "")) for r in reading.records))
                and (
                    "file" not in expected or any(expected["file"] == f.name for r in reading.records for f in r.files)
                )
            )
    return False


def _steps(expected: Any, reading: Reading, _: GuardVerdict) -> bool:
    content = _content(reading)
    steps = [step for case in content.steps for step in case.steps] if isinstance(content, Procedure) else []
    return len(steps) == expected if isinstance(expected, int) else bool(steps) and _same(expected, steps[0])


def _no_records(kind: str) -> Check:
    return lambda expected, reading, _: bool(expected) or not any(record.kind == kind for record in reading.records)


def _starts(name: str) -> Check:
    def check(expected: Any, reading: Reading, _: GuardVerdict) -> bool:
        content = _content(reading)
        texts = [getattr(content, "summary", "") or "", getattr(content, "body", "") or ""]
        wanted = _plain(expected)
        return any(_plain(text).startswith(wanted) for text in (texts if name == "any" else texts[:1]))

    return check


def _number_or_none(expected: Any, reading: Reading, _: GuardVerdict) -> bool:
    return _same(expected, getattr(_content(reading), "number", None))


CHECKS: dict[str, Check] = {
    "title": _title,
    "section": _title,
    "summary": _title,
    "trich_yeu": _title,
    "name": lambda e, r, _: (
        _same(e, r.title)
        or _same(e, getattr(_content(r), "title", None))
        or _same(e, getattr(_content(r), "name", None))
    ),
    "date": _moment,
    "posted": _moment,
    "body": _field("body"),
    "summary_starts": _starts("any"),
    "body_starts": _starts("any"),
    "files": _files,
    "files_first": _files,
    "file": _files,
    "pdf": _files,
    "is_article": _no_records("article"),
    "is_content": lambda e, r, v: bool(e) or not v.outcome.is_good or not r.records,
    "is_error": lambda e, r, v: not v.outcome.is_good,
    "is_login": lambda e, r, v: v.outcome.value == "login",
    "status": lambda e, r, v: not v.outcome.is_good if e == 403 else _same(e, getattr(_content(r), "state_raw", None)),
    "message": _in_text,
    "items": _items,
    "first_items": _items,
    "documents_first": _items,
    "issues_first": _items,
    "titles": _items,
    "first": _has_item,
    "top_item": _has_item,
    "procedures": lambda e, r, v: not any(record.kind == "procedure" for record in r.records),
    "site_name": lambda e, r, v: _same(e, r.site_name),
    "steps": _steps,
    "step1": _steps,
    "so_ky_hieu": _number_or_none,
    "so_hieu": _number_or_none,
    "so_ky_hieu_raw": lambda e, r, v: e != "Không số" or _number_or_none(None, r, v),
    "loai_van_ban": _field("document_type"),
    "ngay_ban_hanh": _field("issued_on"),
    "ngay_ky_xac_thuc": _field("issued_on"),
    "ngay_co_hieu_luc": _field("effective_on"),
    "ngay_dang_cong_bao": _field("gazette_on"),
    "tinh_trang": _field("state_raw"),
    "nguoi_ky": _field("signer"),
    "co_quan": lambda e, r, v: _same(str(e).lower(), str(getattr(_content(r), "issuer", "")).lower()),
    "co_quan_ban_hanh": _field("issuer"),
    "linh_vuc": lambda e, r, v: _same(e, "; ".join(getattr(_content(r), "sectors", ()))),
    "nganh": lambda e, r, v: e in getattr(_content(r), "sectors", ()),
    "ngay_ban_hanh_raw": lambda e, r, v: getattr(_content(r), "issued_on", None) == dates.day_in(e),
    "date_in_table": lambda e, r, v: getattr(_content(r), "issued_on", None) == dates.day_in(e),
    "articles": lambda e, r, v: (
        e != 0 or not any(record.kind == "article" and getattr(record.content, "body", "") for record in r.records)
    ),
}


def _check_of(key: str, expected: Any) -> Check:
    if key == "code":
        return lambda e, r, v: _same(e, getattr(_content(r), "code", None)) or (e is not None and _in_text(e, r, v))
    return CHECKS.get(key, _dates_aside if isinstance(expected, list) else _in_text)


def _dates_aside(expected: Any, reading: Reading, verdict: GuardVerdict) -> bool:
    """Titles and numbers of related documents stand in the text; their dates are other documents' and may."""
    wanted = [
        value
        for item in expected
        for key, value in (item.items() if isinstance(item, dict) else [("", item)])
        if "ngay" not in key and key != "date"
    ]
    return _in_text(wanted, reading, verdict)


@cache
def _cases() -> tuple[tuple[str, dict[str, Any], RawPage], ...]:
    return tuple(_load())


def _load() -> Iterator[tuple[str, dict[str, Any], RawPage]]:
    for page in sorted(PAGES.glob("*/*.html")):
        name = page.relative_to(PAGES).with_suffix("").as_posix()
        beside = page.with_suffix(".json")
        if beside.exists():
            facts = json.loads(beside.read_text(encoding="utf-8"))
            expected, url = facts["expected"], facts["url"].split(" (")[0]
        else:
            expected = json.loads((OURS / f"{name.replace('/', '.')}.json").read_text(encoding="utf-8"))
            url = expected["url"]
        yield name, expected, RawPage(url, 200, {"content-type": "text/html"}, page.read_bytes())


@cache
def _wrong() -> tuple[tuple[str, ...], int]:
    sections = SectionTable.load(ROOT / "config" / "national")
    wrong: list[str] = []
    fields = 0
    for name, expected, page in _cases():
        reading, verdict = read(page, SiteHints(sections=sections)), judge(page)
        for key, value in expected.items():
            if key in NOT_A_FIELD:
                continue
            fields += 1
            if key.startswith("record."):
                right = _same(
                    json.dumps(value, ensure_ascii=False, sort_keys=True),
                    json.dumps(_deep(reading, key[7:]), ensure_ascii=False, sort_keys=True),
                )
            else:
                right = _check_of(key, value)(value, reading, verdict)
            if not right:
                wrong.append(f"{name}: {key}")
    return tuple(wrong), fields


def _deep(reading: Reading, name: str) -> Any:
    return to_plain(getattr(_content(reading), name, None))


def test_the_number_of_wrong_fields_only_falls() -> None:
    wrong, fields = _wrong()
    floor = json.loads(FLOOR.read_text(encoding="utf-8"))["wrong_fields"]
    assert len(wrong) <= floor, f"{len(wrong)} of {fields} fields are wrong, {floor} were:\n" + "\n".join(wrong)
    assert len(wrong) >= floor, f"only {len(wrong)} of {fields} fields are wrong now: write that into {FLOOR.name}"


def test_no_real_page_raises_and_every_one_names_its_reader() -> None:
    assert len(_cases()) >= 60
    for name, _, page in _cases():
        assert read(page).why, name


def test_real_pages_of_the_site_pass_the_guards() -> None:
    bad = {"error", "login"}
    for name, _, page in _cases():
        beside = (PAGES / name).with_suffix(".json")
        kind = json.loads(beside.read_text(encoding="utf-8"))["kind"] if beside.exists() else "procedure"
        empty = "empty" in name or "spa" in name
        if kind not in bad and not empty:
            assert judge(page).outcome.is_good, (name, judge(page))
