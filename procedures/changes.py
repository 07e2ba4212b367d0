"""What a register snapshot changed against the one before it: the change log, written once per snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from core.clock import Clock
from core.model import Procedure
from core.plain import to_plain
from procedures import likeness, summaries
from procedures.sectors import canonical
from store import changes as sequence
from store import register, register_changes
from store.database import Database
from store.register import Entry, Snapshot
from store.register_changes import Change, FieldChange

CONSUMER = "register_log"

_NOT_TOLD = {"code", "code_raw", "list_only", "channels", "updated_at", "format", "url", "internal", "procedure"}
"""Not the procedure's own, or told by its line of fees and times."""


def log_snapshots(database: Database, aliases: Mapping[str, str], clock: Clock) -> int:
    """Write the change log of every snapshot that has none yet; returns the number of changes.

    A snapshot that came in late, between two others, also has the one after it told anew. Stopped anywhere it goes on.
    """
    written = 0
    while True:
        with database.read() as connection:
            done = sequence.mark(connection, CONSUMER)
            todo = sorted((s for s in register.snapshots(connection) if s.id > done), key=lambda s: s.id)
            if not todo:
                return written
            told = {s.id: list(_changes(connection, s, aliases)) for s in _to_tell(connection, todo[0])}
        with database.write() as connection:
            for snapshot_id, items in told.items():
                written += register_changes.write(connection, snapshot_id, items, clock())
            sequence.move_mark(connection, CONSUMER, todo[0].id, clock())


def _to_tell(connection: Connection, snapshot: Snapshot) -> list[Snapshot]:
    """The snapshot, and the logged ones after it in time whose predecessor it may have become."""
    done = sequence.mark(connection, CONSUMER)
    later = [s for s in register.snapshots(connection) if s.id <= done and _follows(s, snapshot)]
    following = [s for s in later if s.complete == snapshot.complete]
    return [snapshot, *(sorted(following, key=_order)[:1] if snapshot.complete else following)]


def _order(snapshot: Snapshot) -> tuple[Any, int]:
    return snapshot.as_of, snapshot.id


def _follows(one: Snapshot, other: Snapshot) -> bool:
    return _order(one) > _order(other)


def _changes(connection: Connection, snapshot: Snapshot, aliases: Mapping[str, str]) -> Iterator[Change]:
    for change in _of_complete(connection, snapshot) if snapshot.complete else _of_partial(connection, snapshot):
        yield replace(change, sectors=canonical(change.sectors, aliases))


def _of_complete(connection: Connection, snapshot: Snapshot) -> Iterator[Change]:
    earlier = [s for s in register.snapshots(connection) if s.complete and _follows(snapshot, s)]
    if not earlier:
        return  # the first snapshot is the beginning, not five thousand news
    before = register.digests_of(connection, earlier[0].id)
    now = register.digests_of(connection, snapshot.id)
    added, gone = now.keys() - before.keys(), before.keys() - now.keys()
    amended = {code for code in now.keys() & before.keys() if now[code] != before[code]}
    old = _entries(connection, {*gone, *amended}, earlier[0].id)
    new = _entries(connection, {*added, *amended}, snapshot.id)
    heirs = _heirs(old, new, gone, added)
    for code in sorted(added):
        yield _change(snapshot, new[code], "added")
    for code in sorted(amended):
        fields = differences(old[code], new[code])
        if fields:
            yield replace(_change(snapshot, new[code], "amended"), fields=fields)
    for code in sorted(gone):
        heir = heirs.get(code, ())
        kind: register_changes.Kind = "replaced" if heir else "withdrawn"
        yield replace(_change(snapshot, old[code], kind), replaced_by=heir)


def _of_partial(connection: Connection, snapshot: Snapshot) -> Iterator[Change]:
    """Amended details: against the newest earlier entry of the same form, whatever file it was in."""
    known = register.known(connection, register.codes_of(connection, snapshot.id))
    for code in sorted(known):
        line = known[code]
        new = next(item for item in line if item.snapshot.id == snapshot.id)
        earlier = (item for item in line if _follows(snapshot, item.snapshot) and item.entry.format == new.entry.format)
        old = next(earlier, None)
        fields = differences(old.entry, new.entry) if old else ()
        if fields:
            yield replace(_change(snapshot, new.entry, "amended"), fields=fields)


def _entries(connection: Connection, codes: Iterable[str], snapshot_id: int) -> dict[str, Entry]:
    known = register.known(connection, codes)
    return {code: item.entry for code, line in known.items() for item in line if item.snapshot.id == snapshot_id}


def _heirs(
    old: Mapping[str, Entry], new: Mapping[str, Entry], gone: Iterable[str], added: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Code that went → the one that came with the same name in the same sector on the same day; none when it is unclear."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for code in added:
        by_name[likeness.name(new[code].procedure.name)].append(code)
    found = {}
    for code in gone:
        procedure = old[code].procedure
        alike = [c for c in by_name[likeness.name(procedure.name)] if _share(procedure, new[c].procedure)]
        if len(alike) == 1:
            found[code] = tuple(alike)
    return found


def _share(one: Procedure, other: Procedure) -> bool:
    ours, theirs = set(likeness.texts(list(one.sectors))), set(likeness.texts(list(other.sectors)))
    return bool(ours & theirs) or not (ours and theirs)


def _change(snapshot: Snapshot, entry: Entry, kind: register_changes.Kind) -> Change:
    procedure = entry.procedure
    return Change(
        code=procedure.code,
        kind=kind,
        name=procedure.name,
        as_of=snapshot.as_of,
        source=snapshot.source,
        sectors=procedure.sectors,
        agencies=procedure.agencies,
    )


def differences(old: Entry, new: Entry) -> tuple[FieldChange, ...]:
    """The fields two entries of one form differ in, by what they say and not by how it is spelled."""
    before, after = _told(old), _told(new)
    names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    return tuple(
        FieldChange(name, before.get(name), after.get(name))
        for name in names
        if _meant(name, before.get(name)) != _meant(name, after.get(name))
    )


def _meant(name: str, value: Any) -> Any:
    same = likeness.COMPARED.get(name)
    if value in (None, "", []):
        return None
    return same(value) if same is not None else likeness.sentences(value)


def _told(entry: Entry) -> dict[str, Any]:
    found = {name: value for name, value in to_plain(entry.procedure).items() if name not in _NOT_TOLD}
    found |= {name: value for name, value in to_plain(entry).items() if name not in _NOT_TOLD}
    found["fee_text"] = summaries.fee_text(entry.procedure.channels)
    found["time_text"] = summaries.time_text(entry.procedure.channels)
    return {name: value for name, value in found.items() if value not in (None, "", [])}
