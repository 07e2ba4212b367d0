"""Proposed matches: an offering without a national code beside the procedures of its name, for a person to decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock
from core.plain import digest
from core.unified import UnifiedProcedure
from procedures import likeness
from procedures.identity import key_of, likeness_of
from procedures.sectors import canonical
from procedures.touched import OldCodes
from store import matches, offering_keys, offerings
from store import procedures as store
from store.database import Database
from store.matches import Proposal
from store.offerings import PublishedProcedure

MOST_TARGETS = 12
"""Procedures of one name offered for a choice; the most common name carries ten codes."""


def propose(database: Database, aliases: Mapping[str, str], clock: Clock) -> int:
    """Work the proposals of the keys that ask for it out again, from what the pages show now; returns how many are new.

    The keys of one name ask together, so that those without any code are compared with each other as ever.
    """
    with database.read() as connection:
        keys = offering_keys.to_propose(connection)
        if not keys:
            return 0
        found = _proposals(connection, keys, aliases)
    with database.write() as connection:
        offering_keys.proposed(connection, keys)
        return matches.propose(connection, keys, found, clock())


def _proposals(connection: Connection, keys: Iterable[str], aliases: Mapping[str, str]) -> list[Proposal]:
    old_codes = OldCodes(connection, (), ())
    wanted = {key for key in keys if key not in old_codes}
    ids = [row.record_id for row in offering_keys.with_keys(connection, wanted)]
    groups: dict[str, list[PublishedProcedure]] = defaultdict(list)
    for record in offerings.without_code(connection, ids, {}):
        if (key := key_of(record.content, record.site_id)) in wanted:
            groups[key].append(record)
    by_name = store.codes_named(connection, {likeness.name(group[0].title) for group in groups.values()})
    chosen = {key: by_name.get(likeness.name(group[0].title), [])[:MOST_TARGETS] for key, group in groups.items()}
    targets = store.by_key(connection, {code for codes in chosen.values() for code in codes}, of_records=())
    found = []
    for key, group in groups.items():
        of_key = [item for code in chosen[key] if (item := _proposal(key, group, targets[code], aliases)) is not None]
        found += of_key
    proposed = {item.key for item in found}
    return [*found, *_among_each_other({k: g for k, g in groups.items() if k not in proposed})]


def _proposal(
    key: str, group: Sequence[PublishedProcedure], target: UnifiedProcedure, aliases: Mapping[str, str]
) -> Proposal | None:
    """The proposal, with what speaks for and against it; None when sector or tier contradict each other."""
    content = group[0].content
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


def _among_each_other(groups: Mapping[str, Sequence[PublishedProcedure]]) -> list[Proposal]:
    """The same name, sector, tier and agency on several sites, and no code anywhere: the oldest is the target."""
    alike: dict[str, list[str]] = defaultdict(list)
    for key, group in sorted(groups.items(), key=lambda pair: pair[1][0].id):
        content = group[0].content
        if content.name and not content.old_code:
            alike[digest(likeness_of(content))].append(key)
    found = []
    for first, *others in alike.values():
        for key in others:
            group = groups[key]
            why = {"agree": ["name", "sectors", "tiers", "agencies"], "differ": [], "unknown": [], **_where(group)}
            found.append(Proposal(key, first, group[0].title, groups[first][0].title, why))
    return found


def _where(group: Sequence[PublishedProcedure]) -> dict[str, Any]:
    return {"urls": sorted({r.url for r in group})[:20], "sites": sorted({r.site_id for r in group})}
