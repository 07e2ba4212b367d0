"""What a procedure's page adds to its record: service levels by unit with their regime, and where to file today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from core.clock import local_date
from core.places import Places, commune_key, is_district
from core.sites import Province
from core.states import level_label
from core.unified import Offering, UnifiedProcedure
from reports.values import Json
from search_api.parts import parts_of
from search_api.units import NamedUnits, ended_on, heirs_of, known_places, named_units

router = APIRouter()

REGIMES = {
    "nd43_2011": "NĐ 43/2011 (mức độ 1–4)",
    "nd42_2022": "NĐ 42/2022 (toàn trình, một phần)",
    "nd224_2026": "NĐ 224/2026 (toàn trình, một phần)",
}

CONVERTED = "quy đổi"


@dataclass(frozen=True, slots=True)
class Moves:
    """What became of a province's units: those of its sites as the search page tells it, others by its list of moves."""

    province: Province

    @property
    def known(self) -> Places:
        """The list of moves."""
        return known_places(self.province.folder)

    def heirs(self, unit: str, day: date) -> tuple[str, ...]:
        """Who has the tasks of a unit on `day`; empty while it exists, or when nothing is known of it."""
        owned = list(named_units(NamedUnits((unit,), self.province.name), self.province))
        gone = [(name, site) for site, name in owned if ended_on(name, site, day)]
        if owned:
            heirs = (heir for name, site in gone for heir in heirs_of(name, site, self.province, day))
            return tuple({commune_key(heir): heir for heir in heirs}.values())
        now = self.known.follow(unit, day)
        return () if now == (unit,) else now


def places_of(request: Request) -> Moves:
    """The province's moves of units."""
    return Moves(parts_of(request).province)


def level_text(level: str, *, converted: bool, raw: str = "") -> str:
    """The label of a level; one worked out of the numbers of 2011 says so: “Trực tuyến toàn trình (quy đổi từ “Mức độ 4”)”."""
    label = level_label(level)
    if not label:
        return raw
    if not converted:
        return label
    return f"{label} ({CONVERTED} từ “{raw}”)" if raw else f"{label} ({CONVERTED})"


def levels_json(item: UnifiedProcedure) -> list[Json]:
    """One line a unit: raw, regime, normalised, and the day it was read."""
    return [
        _level_json(offering) for offering in item.offerings if offering.service_level_raw or offering.service_level
    ]


def _level_json(offering: Offering) -> Json:
    return {
        "site_id": offering.site_id,
        "unit": offering.unit,
        "raw": offering.service_level_raw,
        "regime": offering.regime,
        "regime_text": REGIMES.get(offering.regime, ""),
        "level": offering.service_level,
        "converted": offering.converted,
        "proactive_level": offering.proactive_level,
        "text": level_text(offering.service_level, converted=offering.converted, raw=offering.service_level_raw),
        "as_of": (offering.stated_on or local_date(offering.changed_at)).isoformat(),
    }


def filing_places(item: UnifiedProcedure, moves: Moves, day: date) -> list[Json]:
    """Units named for filing that have others in their place on `day`; empty while all of them still exist."""
    units = dict.fromkeys((*item.agencies, *(offering.unit for offering in item.offerings)))
    return [
        {"unit": unit, "now": list(now), "extinct_level": is_district(unit)}
        for unit in units
        if unit and (now := moves.heirs(unit, day))
    ]


@router.get("/api/v1/places")
def places(request: Request, q: Annotated[str, Query(max_length=200)] = "", district: str = "") -> Json:
    """Where the tasks of an old district or commune went. `district` tells communes of one name apart."""
    of_all, day = places_of(request), local_date(parts_of(request).clock())
    known = of_all.known
    successors = of_all.heirs(q, day) if is_district(q) or not known.commune_successors(q) else ()
    moves = () if successors else known.commune_successors(q, district)
    return {
        "q": q,
        "as_of": day.isoformat(),
        "successors": [{"name": name, "predecessors": _behind(known, name)} for name in successors],
        "communes": [
            {"old_commune": m.old_commune, "old_district": m.old_district, "new_commune": m.new_commune, "since": m.since.isoformat()}
            for m in moves
        ],
        "predecessors": _behind(known, q),
    }  # fmt: skip


def _behind(known: Places, name: str) -> list[Json]:
    return [{"commune": move.old_commune, "district": move.old_district} for move in known.predecessors(name)]
