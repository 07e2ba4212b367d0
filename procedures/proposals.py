"""Proposed matches: an offering without a national code beside the procedures of its name, for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock
from core.model import Procedure
from core.plain import digest
from core.unified import UnifiedProcedure
from procedures import likeness
from procedures.identity import Identity, key_of, likeness_of
from procedures.sectors import canonical
from store import matches, records
from store import procedures as store
from store.database import Database
from store.matches import Proposal
from store.records import StoredRecord

MOST_TARGETS = 12
"""Procedures of one name offered for a choice; the most common name carries ten codes."""


def propose(database: Database, identity: Identity, aliases: Mapping[str, str], clock: Clock) -> int:
    """Work all proposals out again from what the pages show now; returns how many are new."""
    with database.read() as connection:
        offerings = records.live_without_code(connection)
        if not offerings and not matches.listed(connection, ("proposed", "confirmed", "refused")):
            return 0
        found = _proposals(connection, offerings, identity, aliases)
    with database.write() as connection:
        return matches.propose(connection, None, found, clock())


def _proposals(
    connection: Connection, offerings: Sequence[StoredRecord], identity: Identity, aliases: Mapping[str, str]
) -> list[Proposal]:
    groups: dict[str, list[StoredRecord]] = defaultdict(list)
    for record in offerings:
        assert isinstance(record.content, Procedure)
        key = key_of(record.content, record.site_id)
        if key not in identity.old_codes:
            groups[key].append(record)
    by_name: dict[str, list[str]] = defaultdict(list)
    for code, name in store.names(connection) if groups else []:
        by_name[likeness.name(name)].append(code)
    wanted = {key: by_name.get(likeness.name(group[0].title), [])[:MOST_TARGETS] for key, group in groups.items()}
    targets = store.by_key(connection, {code for codes in wanted.values() for code in codes})
    found = []
    for key, group in groups.items():
        of_key = [item for code in wanted[key] if (item := _proposal(key, group, targets[code], aliases)) is not None]
        found += of_key
    proposed = {item.key for item in found}
    return [*found, *_among_each_other({k: g for k, g in groups.items() if k not in proposed})]


def _proposal(
    key: str, group: Sequence[StoredRecord], target: UnifiedProcedure, aliases: Mapping[str, str]
) -> Proposal | None:
    """The proposal, with what speaks for and against it; None when sector or tier contradict each other."""
    content = group[0].content
    assert isinstance(content, Procedure)
    parts = {
        "sectors": _compared(canonical(content.sectors, aliases), target.sectors),
        "tiers": _compared(content.tiers, target.tiers),
        "agencies": _compared(content.agencies, target.agencies),
    }
    if parts["sectors"] is False or parts["tiers"] is False:
        return None
    agree = ["name", *(name for name, same in parts.items() if same)]
    unknown = [name for name, same in parts.items() if same is None]
    differ = [name for name, same in parts.items() if same is False]
    why = {"agree": agree, "differ": differ, "unknown": unknown, **_where(group)}
    return Proposal(key, target.key, content.name, target.name, why)


def _compared(ours: Iterable[str], theirs: Iterable[str]) -> bool | None:
    """Whether two lists share something; None when one of them is empty."""
    one, other = set(likeness.texts(list(ours))), set(likeness.texts(list(theirs)))
    return bool(one & other) if one and other else None


def _among_each_other(groups: Mapping[str, Sequence[StoredRecord]]) -> list[Proposal]:
    """The same name, sector, tier and agency on several sites, and no code anywhere: the oldest is the target."""
    alike: dict[str, list[str]] = defaultdict(list)
    for key, group in sorted(groups.items(), key=lambda pair: pair[1][0].id):
        content = group[0].content
        assert isinstance(content, Procedure)
        if content.name and not content.old_code:
            alike[digest(likeness_of(content))].append(key)
    found = []
    for first, *others in alike.values():
        for key in others:
            group = groups[key]
            why = {"agree": ["name", "sectors", "tiers", "agencies"], "differ": [], "unknown": [], **_where(group)}
            found.append(Proposal(key, first, group[0].title, groups[first][0].title, why))
    return found


def _where(group: Sequence[StoredRecord]) -> dict[str, Any]:
    return {"urls": sorted({r.url for r in group})[:20], "sites": sorted({r.site_id for r in group})}
