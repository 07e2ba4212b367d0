"""Which offerings are one procedure: national code, else old code, else a match that a person confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.model import Procedure
from core.plain import digest
from procedures import likeness
from store.offerings import PublishedProcedure

DIGEST_LENGTH = 16
MOST_STEPS = 10
"""Matches followed one after the other; more is a ring, which decisions refuse."""


def key_of(procedure: Procedure, site_id: str = "") -> str:
    """The key an offering has by itself.

    Twelve names carry several codes and one name ten, so that a name never merges two sites: without any code the key
    is the site's own, and what it may be is only proposed (procedures.proposals).
    """
    return procedure.code or procedure.old_code or f"x-{digest([site_id, *likeness_of(procedure)])[:DIGEST_LENGTH]}"


def likeness_of(procedure: Procedure) -> list[object]:
    """Name, sectors, tiers and agencies in plain form: what two offerings without a code are compared by."""
    return [
        likeness.name(procedure.name),
        likeness.texts(list(procedure.sectors)),
        sorted(procedure.tiers),
        likeness.texts(list(procedure.agencies)),
    ]


@dataclass(frozen=True, slots=True)
class Identity:
    """What keys lead to: old codes to the national ones that some page shows beside them, and confirmed matches."""

    old_codes: Mapping[str, str] = field(default_factory=dict)
    confirmed: Mapping[str, str] = field(default_factory=dict)

    def path(self, key: str) -> list[str]:
        """The key and everything it leads to; the last one is the procedure."""
        steps = [key]
        for _ in range(MOST_STEPS):
            following = self.old_codes.get(steps[-1]) or self.confirmed.get(steps[-1])
            if following is None or following in steps:
                break
            steps.append(following)
        return steps

    def resolve(self, key: str) -> str:
        """The procedure a key belongs to."""
        return self.path(key)[-1]

    def how(self, record: PublishedProcedure, key: str) -> str:
        """How a record without national code came to the procedure `key`: "old_code", "person", or "" by itself."""
        own = key_of(record.content, record.site_id)
        if own == key:
            return ""
        return "person" if any(step in self.confirmed for step in self.path(own)[:-1]) else "old_code"


def unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Old code → national code where all pages that show both agree; an old code beside two national ones says nothing."""
    found: dict[str, set[str]] = {}
    for old, national in pairs:
        found.setdefault(old, set()).add(national)
    return {old: next(iter(codes)) for old, codes in found.items() if len(codes) == 1}
