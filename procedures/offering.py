"""One offering out of all pages on which a site shows a procedure: a list's row and the procedure's own page are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from core.unified import Offering, Sourced
from procedures.likeness import COMPARED
from procedures.wording import Wording
from store.offerings import PublishedProcedure

_OF_LEVEL = ("service_level_raw", "service_level", "regime", "converted", "proactive_level")
"""What says together how far a service is online: taken from one page or from none."""

_TEXTS = ("code_raw", "time_text", "fee_text", "decision_number", "stated_on", "matched")


class Voice(NamedTuple):
    """A page with what it says."""

    record: PublishedProcedure
    wording: Wording

    def sourced(self, name: str) -> Sourced:
        """Its value of a field."""
        return Sourced(self.wording.values[name], self.record.site_id, self.record.last_seen, self.record.url)


def sites_of(records: Collection[PublishedProcedure], said: Mapping[int, Wording]) -> list[list[Voice]]:
    """The pages site by site, the richest of each first: content before a row, then more fields, then the newest."""
    groups: dict[str, list[Voice]] = defaultdict(list)
    for record in records:
        groups[record.site_id].append(Voice(record, said[record.id]))
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=_richness)
    return [groups[site] for site in sorted(groups)]


def _richness(voice: Voice) -> tuple[Any, ...]:
    record, wording = voice
    return record.content.list_only, -len(wording.values), -record.changed_at.timestamp(), record.id


def voices(name: str, of_site: Sequence[Voice]) -> list[Voice]:
    """What a site says of a field: the word of its richest page first, then what other pages of content say instead.

    A row of a list is heard only where no page of content says anything.
    """
    saying = [voice for voice in of_site if name in voice.wording.values]
    if len(saying) < 2:
        return saying
    pages = [voice for voice in saying if not voice.record.content.list_only] or saying[:1]
    found: list[Voice] = []
    heard: list[Any] = []
    for voice in pages:
        plain = voice.wording.plain(name) if name in COMPARED else None
        if plain not in heard:
            heard.append(plain)
            found.append(voice)
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
    told["has_form"] = any(offering.has_form for offering in of_pages)
    content = [offering for offering in of_pages if not offering.list_only] or of_pages[:1]
    differs = {name for offering in content for name in offering.differs_in}
    pages = tuple(page for offering in of_pages if (page := offering.page_of(offering.record_id)) is not None)
    return replace(first, **told, differs_in=tuple(name for name in COMPARED if name in differs), pages=pages)
