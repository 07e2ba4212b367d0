"""Filters that a question names in words – a unit, a place of today or of yesterday, "trực tuyến" – offered, never forced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from core.clock import local_date
from core.places import is_district
from core.sites import Province, Site
from indexer.query.answer import Answer, Ask
from search_api.parts import AppParts
from search_api.units import NamedUnits, are_one, ended_on, heirs_of, moved_communes, named_units, written
from search_api.wording import day as written_day
from vietnamese.syllables import canonical, fold, has_marks, syllables

WORDED = (
    (("miễn phí", "không mất tiền"), "cost", "mien_phi", "Miễn phí"),
    (("toàn trình",), "service_level", "toan_trinh", "Trực tuyến toàn trình"),
    (("trực tuyến", "online", "qua mạng"), "service_level", "toan_trinh", "Trực tuyến toàn trình"),
    (("mẫu đơn", "tờ khai", "tải mẫu"), "form", "co", "Có mẫu đơn, tờ khai"),
    (("cấp xã", "ở xã", "ubnd xã", "ubnd phường"), "tier", "xa", "Nộp ở cấp xã"),
    (("cấp tỉnh", "ở tỉnh", "ubnd tỉnh"), "tier", "tinh", "Nộp ở cấp tỉnh"),
    (("trong ngày", "lấy ngay"), "days", "1", "Trong 1 ngày"),
)
"""Words of a question → facet, value, label."""

NO_LEVEL = ("xã hội", "xã khác", "tỉnh khác", "tỉnh ngoài")
"""“Nhà ở xã hội”, “kết hôn với người ở tỉnh khác” do not say where to file."""

MOST = 3


def offers(parts: AppParts, ask: Ask, answer: Answer) -> list[dict[str, Any]]:
    """At most three filters that the question names and that are not chosen; `note` says what a place of old is today."""
    named = NamedUnits((ask.q, answer.query.read_as), parts.province.name)
    found = [*_worded(ask, answer), *_units(parts, named, ask, answer)]
    unique = {(offer["facet"], offer["value"]): offer for offer in reversed(found)}
    return list(reversed(unique.values()))[:MOST]


def _worded(ask: Ask, answer: Answer) -> Iterator[dict[str, Any]]:
    marked = has_marks(ask.q)
    places = (change.before for change in answer.query.changes if change.kind == "place")
    text = _said(ask.q, marked) + _said(answer.query.read_as, marked)
    for words in (*places, *NO_LEVEL):
        text = text.replace(_said(words, marked), "|")
    for wordings, facet, value, label in WORDED:
        counted = {v for v, _ in answer.facets.get(facet, ())}
        if facet not in ask.filters and value in counted and any(_said(words, marked) in text for words in wordings):
            yield {"facet": facet, "value": value, "label": label, "note": ""}


def _said(text: str, marked: bool) -> str:
    """Syllables between spaces: with their marks when the question has any, else folded."""
    return f" {' '.join(map(canonical if marked else fold, syllables(text)))} "


def _units(parts: AppParts, named: NamedUnits, ask: Ask, answer: Answer) -> Iterator[dict[str, Any]]:
    """Sites of units that are named, and of those that took over from one that is no more; none that would leave nothing."""
    if "site" in ask.filters:
        return
    counted = {value for value, _ in answer.facets.get("site", ())}
    day = local_date(parts.clock())
    for site, unit in named_units(named, parts.province):
        for other, note in _sites_for(unit, site, parts.province, day):
            if other.id in counted:
                yield {"facet": "site", "value": other.id, "label": other.owner_on(day), "note": note}


def _sites_for(unit: str, site: Site, province: Province, day: date) -> Iterator[tuple[Site, str]]:
    """Sites to look at for a unit that `site` belongs or belonged to, each with what to say."""
    ended = ended_on(unit, site, day)
    if ended is None:
        yield site, ""
        return
    if not site.exists_on(day) and site.owner_on(day) == unit:
        yield site, f"không còn từ {written_day(ended)}"
    heirs = heirs_of(unit, site, province, day)
    for other in province.sites_on(day):
        today = other.owner_on(day)
        if any(are_one(today, heir) for heir in heirs):
            yield other, _taken_over(unit, today, renamed=other is site)


def _taken_over(unit: str, today: str, *, renamed: bool) -> str:
    if is_district(unit) and not is_district(today):
        return f"nhận một phần {written(unit)} cũ"
    return f"{unit} nay là {today}" if renamed else f"kế thừa {unit}"


def places(parts: AppParts, *texts: str) -> list[str]:
    """What became of the districts, offices and communes that a question, as typed and as read, names, when they are no more."""
    province, day = parts.province, local_date(parts.clock())
    named = NamedUnits(texts, province.name)
    found = [*_ended(named, province, day)]
    for move in moved_communes(named, province.folder, day):
        old, district = written(move.old_commune), written(move.old_district)
        found.append(f"{_upper(old)} cũ ({district}) nay thuộc {move.new_commune}")
    return list(dict.fromkeys(found))[:MOST]


def _ended(named: NamedUnits, province: Province, day: date) -> Iterator[str]:
    for site, unit in named_units(named, province):
        ended = ended_on(unit, site, day)
        heirs = heirs_of(unit, site, province, day) if ended else ()
        if ended and heirs:
            split = is_district(unit) and not any(map(is_district, heirs))
            who = "các xã, phường nay" if split else "kế thừa"
            yield f"{_upper(written(unit))} không còn từ {written_day(ended)}; {who}: {', '.join(map(_place, heirs))}"


def _place(unit: str) -> str:
    return _upper(unit.removeprefix("UBND "))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
