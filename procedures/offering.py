"""One offering out of all pages on which a site shows a procedure: a list's row and the procedure's own page are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.model import Procedure
from core.unified import Offering, Sourced
from procedures.likeness import COMPARED
from store.records import StoredRecord

_OF_LEVEL = ("service_level_raw", "service_level", "regime", "converted", "proactive_level")
"""What says together how far a service is online: taken from one page or from none."""

_TEXTS = ("code_raw", "time_text", "fee_text", "decision_number", "stated_on", "matched")

Said = Mapping[int, Mapping[str, Any]]
"""Record id → field name → plain value."""


def sites_of(records: Collection[StoredRecord], said: Said) -> list[list[StoredRecord]]:
    """The records site by site, the richest of each first: content before a row, then more fields, then the newest."""
    groups: dict[str, list[StoredRecord]] = defaultdict(list)
    for record in records:
        groups[record.site_id].append(record)
    for group in groups.values():
        group.sort(key=lambda r: (_is_row(r), -len(said[r.id]), -r.changed_at.timestamp(), r.id))
    return [groups[site] for site in sorted(groups)]


def voices(name: str, of_site: Sequence[StoredRecord], said: Said) -> list[Sourced]:
    """What a site says of a field: the word of its richest page first, then what other pages of content say instead.

    A row of a list is heard only where no page of content says anything.
    """
    saying = [record for record in of_site if said[record.id].get(name) is not None]
    pages = [record for record in saying if not _is_row(record)] or saying[:1]
    same = COMPARED.get(name)
    found: list[Sourced] = []
    heard: list[Any] = []
    for record in pages:
        value = said[record.id][name]
        plain = same(value) if same is not None else None
        if plain in heard:
            continue
        heard.append(plain)
        found.append(Sourced(value, record.site_id, record.last_seen, str(record.url)))
    return found


def one_offering(of_pages: Sequence[Offering]) -> Offering:
    """The offering of a site from those of its pages, richest first; every address is kept."""
    first = of_pages[0]
    if len(of_pages) == 1:
        return first
    told = {name: next((v for o in of_pages if (v := getattr(o, name))), getattr(first, name)) for name in _TEXTS}
    levels = (next((o for o in of_pages if getattr(o, name)), None) for name in ("service_level", "service_level_raw"))
    level = next((offering for offering in levels if offering is not None), first)
    told |= {name: getattr(level, name) for name in _OF_LEVEL}
    content = [offering for offering in of_pages if not offering.list_only] or of_pages[:1]
    differs = {name for offering in content for name in offering.differs_in}
    pages = tuple(page for offering in of_pages if (page := offering.page_of(offering.record_id)) is not None)
    return replace(first, **told, differs_in=tuple(name for name in COMPARED if name in differs), pages=pages)


def _is_row(record: StoredRecord) -> bool:
    return isinstance(record.content, Procedure) and record.content.list_only
