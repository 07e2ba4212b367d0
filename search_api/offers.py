"""Filters that a question names in words – a unit, a place of today or of yesterday, "trực tuyến" – offered, never forced."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.clock import local_date
from indexer.query.answer import Answer, Ask
from search_api.parts import AppParts
from vietnamese.syllables import fold_text

WORDED = (
    (("mien phi", "khong mat tien"), "cost", "mien_phi", "Miễn phí"),
    (("toan trinh",), "service_level", "toan_trinh", "Trực tuyến toàn trình"),
    (("truc tuyen", "online", "qua mang"), "service_level", "toan_trinh", "Trực tuyến toàn trình"),
    (("mau don", "to khai", "tai mau"), "form", "co", "Có mẫu đơn, tờ khai"),
    (("cap xa", "o xa", "ubnd xa", "ubnd phuong"), "tier", "xa", "Nộp ở cấp xã"),
    (("cap tinh", "o tinh", "ubnd tinh"), "tier", "tinh", "Nộp ở cấp tỉnh"),
    (("trong ngay", "lay ngay"), "days", "1", "Trong 1 ngày"),
)
"""Folded words of a question → facet, value, label."""

UNIT_WORDS = ("ubnd", "uy ban nhan dan", "xa", "phuong", "huyen", "thi xa", "thi tran", "thanh pho", "tinh")
"""What stands before the name of a unit; the bare name of two or more syllables is enough to be recognised."""

MOST = 3


def offers(parts: AppParts, ask: Ask, answer: Answer) -> list[dict[str, Any]]:
    """At most three filters that the question names and that are not chosen; `note` says what a place of old is today."""
    plain = f" {fold_text(ask.q)} {fold_text(answer.query.read_as)} "
    found = [*_worded(plain, ask, answer), *_units(parts, plain, ask, answer)]
    unique = {(offer["facet"], offer["value"]): offer for offer in reversed(found)}
    return list(reversed(unique.values()))[:MOST]


def _worded(plain: str, ask: Ask, answer: Answer) -> Iterator[dict[str, Any]]:
    for words, facet, value, label in WORDED:
        counted = {v for v, _ in answer.facets.get(facet, ())}
        if facet not in ask.filters and value in counted and any(f" {word} " in plain for word in words):
            yield {"facet": facet, "value": value, "label": label, "note": ""}


def _units(parts: AppParts, plain: str, ask: Ask, answer: Answer) -> Iterator[dict[str, Any]]:
    """Sites whose unit, of today or of old, is named."""
    if "site" in ask.filters:
        return
    counted = {value for value, _ in answer.facets.get("site", ())}
    day = local_date(parts.clock())
    for site in parts.province.sites:
        if site.id not in counted:
            continue
        today = site.owner_on(day)
        for owner in site.owners:
            name = bare_name(owner.value)
            if " " in name and f" {name} " in plain:
                note = f"{owner.value} nay là {today}" if owner.value != today else ""
                yield {"facet": "site", "value": site.id, "label": today, "note": note}


def places(parts: AppParts, q: str) -> list[str]:
    """What became of the communes a question names, when they are communes no more: “Xã … nay thuộc …”."""
    plain = f" {fold_text(q)} "
    known = _communes(parts.config_dir / parts.province.id / "communes.csv", local_date(parts.clock()) >= MERGED)
    found = [f"{old} ({district}) nay thuộc {new}" for name, old, district, new in known if f" {name} " in plain]
    return list(dict.fromkeys(found))[:MOST]


MERGED = date(2025, 7, 1)
"""Day on which the communes of communes.csv became the new ones (Nghị quyết 1686/NQ-UBTVQH15)."""


@lru_cache(4)
def _communes(path: Path, merged: bool) -> tuple[tuple[str, str, str, str], ...]:
    """(folded name with its kind, old commune, old district, new commune) of those that have another name today."""
    if not merged or not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["old_commune"], row["old_district"], row["new_commune"]) for row in csv.DictReader(file)]
    return tuple(
        (fold_text(old), old[:1].upper() + old[1:], district, new)
        for old, district, new in rows
        if fold_text(old) != fold_text(new)
    )


@lru_cache(1000)
def bare_name(unit: str) -> str:
    """A unit's folded name without the words of its kind: “UBND phường Bỉm Sơn” → “bim son”."""
    name = fold_text(unit)
    while True:
        word = next((word for word in UNIT_WORDS if name.startswith(f"{word} ")), "")
        if not word:
            return name
        name = name[len(word) + 1 :]
