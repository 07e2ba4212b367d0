"""Which procedures a unit must publish: from config, and from the province's own decisions as the sites post them.

Without a list nothing is missing: the answer is unknown, and how many units have none is shown (CheckReport).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from core import codes
from core.clock import written_day
from core.sites import Province, Site
from store.tables import pages, records
from vietnamese.syllables import fold_text

# Folded text has i for y: “quyền” is quien, “huyện” huien.
_TITLE = re.compile(r"cong bo .*thu tuc hanh chinh")
_UNIT = re.compile(
    r"(?:tham quien(?: giai quiet| quan li| tiep nhan)?(?: va quan li| va giai quiet)?|chuc nang quan li(?: nha nuoc)?) cua (.+)$"
)
_ABOLISHES = re.compile(r"\b(bai bo|hui bo)\b")
_AMENDS = re.compile(r"\b(ban hanh moi|moi ban hanh|sua doi|bo sung|thay the|chuan hoa)\b")
_COMMUNES = re.compile(r"\b(?:ubnd|ui ban nhan dan) (?:cap xa|(?:cac )?xa,? phuong)\b")
_DISTRICTS = re.compile(r"\b(?:ubnd|ui ban nhan dan) (?:cap huien|(?:cac )?huien)\b")


@dataclass(frozen=True, slots=True)
class Basis:
    """A decision that wants a code published: its words, and where it was read."""

    text: str
    url: str = ""
    capture_id: int | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """The codes a unit must publish, and the decision behind each that has one. No code: nobody knows."""

    codes: tuple[str, ...] = ()
    basis: Mapping[str, Basis] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that publishes a list of procedures. `unit` in folded words; `abolishes`: the list is of what ended."""

    unit: str
    number: str
    issued_on: date | None
    codes: tuple[str, ...]
    abolishes: bool = False
    url: str = ""
    capture_id: int | None = None


def duties(connection: Connection, province: Province, today: date) -> dict[str, Duty]:
    """The duty of every site of the day."""
    decisions = sorted(decisions_posted(connection), key=lambda item: (item.issued_on or date.min, item.number))
    return {site.id: _duty(site, decisions, today) for site in province.sites_on(today)}


def _duty(site: Site, decisions: Iterable[Decision], today: date) -> Duty:
    basis: dict[str, Basis | None] = dict.fromkeys(site.expected_codes)
    for decision in decisions:
        if decision.issued_on and decision.issued_on > today:
            continue
        if not concerns(decision.unit, site.owner_on(today), site.kind_on(today)):
            continue
        for code in decision.codes:
            if decision.abolishes:
                basis.pop(code, None)
            else:
                dated = f" ngày {written_day(decision.issued_on)}" if decision.issued_on else ""
                text = f"Quyết định {decision.number}{dated}".strip()
                basis[code] = Basis(text, decision.url, decision.capture_id)
    return Duty(tuple(basis), {code: found for code, found in basis.items() if found is not None})


def concerns(unit: str, owner: str, kind: str) -> bool:
    """Whether a decision about `unit` (folded words of its title) binds the owner of a site."""
    if kind == "commune" and _COMMUNES.search(unit):
        return True
    if kind == "district" and _DISTRICTS.search(unit):
        return True
    return re.search(rf"\b{re.escape(fold_text(owner))}\b", unit) is not None


def decisions_posted(connection: Connection) -> list[Decision]:
    """Every decision posted on any site that publishes or abolishes procedures, once by number."""
    query = select(records, pages.c.url).join(pages, pages.c.id == records.c.page_id)
    query = query.where(records.c.kind == "document", records.c.withdrawn_at.is_(None))
    spelled = ("hành chính", "Hành chính", "HÀNH CHÍNH", "Hành Chính")  # SQLite folds no letters beyond ASCII
    query = query.where(or_(*(records.c.title.like(f"%{words}%") for words in spelled)))
    found: dict[str, Decision] = {}
    for row in connection.execute(query.order_by(records.c.id)):
        decision = read_decision(row, _attached(connection, row))
        if decision is not None:
            found.setdefault(decision.number or row.url, decision)
    return list(found.values())


def read_decision(row: Row[Any], attached: str) -> Decision | None:
    """A decision out of a document's record and the text of its files; None when it publishes no list."""
    title = fold_text(row.title)
    unit = _UNIT.search(title)
    listed = tuple(codes.find_all(f"{row.content.get('body', '')} {attached}"))
    if not _TITLE.search(title) or unit is None or not listed:
        return None
    issued = row.content.get("issued_on")
    return Decision(
        unit[1],
        row.content.get("number", ""),
        date.fromisoformat(issued) if issued else None,
        listed,
        abolishes=bool(_ABOLISHES.search(title)) and not _AMENDS.search(title),
        url=row.url,
        capture_id=row.capture_id,
    )


def _attached(connection: Connection, row: Row[Any]) -> str:
    urls = [item["url"] for item in row.files]
    if not urls:
        return ""
    query = select(records.c.content).join(pages, pages.c.id == records.c.page_id)
    query = query.where(pages.c.url.in_(urls), records.c.kind == "attachment", records.c.withdrawn_at.is_(None))
    return " ".join(content.get("text", "") for content in connection.scalars(query))
