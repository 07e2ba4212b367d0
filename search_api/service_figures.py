"""Services by level, per unit and in total: in the levels of today, and in the numbers of 2011 as pages state them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from core.states import ServiceLevel
from core.unified import Offering
from reports.values import Json
from search_api.figure import COUNTED, figure
from search_api.parts import AppParts
from store import procedures
from store.procedures import Offered

NUMBERS = "1234"
"""Mức độ 1 to 4 of NĐ 43/2011 Đ3 k4."""

REPORTED = "234"
"""The numbers that the founding figures add up (1.772, 38 and 4)."""

By = dict[str, Counter[str]]
"""Site → level → offerings."""


@dataclass(slots=True)
class _Counted:
    codes: int = 0
    offerings: int = 0
    by_level: Counter[str] = field(default_factory=Counter)
    by_number: Counter[str] = field(default_factory=Counter)
    level_of_unit: By = field(default_factory=lambda: defaultdict(Counter))
    number_of_unit: By = field(default_factory=lambda: defaultdict(Counter))
    codes_of: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, item: Offered) -> None:
        """One code on 27 sites is one by code and 27 by offering."""
        self.codes += 1
        self.offerings += len(item.offerings)
        self.by_level[item.service_level] += 1
        numbers = Counter[str]()
        for offering in item.offerings:
            self.level_of_unit[offering.site_id][offering.service_level] += 1
            self.codes_of[offering.site_id].add(item.key)
            if number := number_of(offering):
                self.number_of_unit[offering.site_id][number] += 1
                numbers[number] += 1
        if numbers:  # what most sites state; of equals the lower one, which promises less
            self.by_number[min(numbers, key=lambda number: (-numbers[number], number))] += 1


def number_of(offering: Offering) -> str:
    """The number of 2011 that a page states, or ""; those of “dịch vụ công chủ động” are another scale."""
    if not offering.converted:
        return ""
    return next((letter for letter in offering.service_level_raw if letter in NUMBERS), "")


def service_figures(connection: Connection, parts: AppParts, day: date, found: Mapping[str, list[Json]]) -> None:
    """Add the figures of the groups `services`, `totals` and `centres`."""
    counted = _Counted()
    for item in procedures.offered(connection):
        counted.add(item)
    seen = day if counted.offerings else None
    found["services"].extend(_by_level(counted, parts, day, seen))
    found["services"].extend(_by_number(counted, parts, day, seen))
    total, turns = (counted.codes, counted.offerings) if seen else (None, None)
    found["totals"].append(figure("Tổng theo mã", total, seen, COUNTED, note="Mỗi mã một lần."))
    found["totals"].append(figure("Tổng theo lượt công khai", turns, seen, COUNTED, note="Mỗi trang đăng một lần."))
    for site in parts.province.sites_on(day):
        kind = site.kind_on(day)
        if kind in ("centre", "commune", "district"):
            count = len(counted.codes_of.get(site.id, ())) or None
            found["centres"].append(figure(site.owner_on(day), count, seen, COUNTED, site=site.id, kind=kind))


def _by_level(counted: _Counted, parts: AppParts, day: date, seen: date | None) -> Iterator[Json]:
    for level in (*ServiceLevel, None):
        label, name = (level.vietnamese, level.value) if level else ("Không ghi mức độ", "")
        note = "Theo mã thủ tục; mức độ 1–4 của năm 2011 là quy đổi."
        units = _units(counted.level_of_unit, name, parts, day)
        yield figure(label, counted.by_level[name] if seen else None, seen, COUNTED, note=note, by_unit=units)


def _by_number(counted: _Counted, parts: AppParts, day: date, seen: date | None) -> Iterator[Json]:
    """The form of 2018; nothing where no page states such a number any more."""
    if not counted.by_number:
        return
    for number in NUMBERS:
        note = "Theo mã thủ tục, đúng chữ các trang ghi (NĐ 43/2011), không quy đổi."
        units = _units(counted.number_of_unit, number, parts, day)
        yield figure(f"Mức độ {number} (trang ghi)", counted.by_number[number], seen, COUNTED, note=note, by_unit=units)
    total = sum(counted.by_number[number] for number in REPORTED)
    note = "Cộng ba số trên; mỗi mã chỉ tính ở một mức nên không trùng."
    yield figure("Tổng mức độ 2, 3, 4 (trang ghi)", total, seen, COUNTED, note=note)


def _units(by_unit: By, name: str, parts: AppParts, day: date) -> list[Json]:
    counts = sorted((site, levels[name]) for site, levels in by_unit.items() if levels[name])
    return [{"site": site, "unit": parts.province.owner_on(site, day), "value": count} for site, count in counts]
