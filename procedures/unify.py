"""What changed since the last time becomes unified procedures again: by key, in batches, stopped anywhere it goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.clock import Clock
from core.codes import is_national
from core.sites import Province
from procedures import likeness
from procedures.joining import Around, unified
from procedures.proposals import propose
from procedures.sectors import load_aliases
from procedures.touched import Touched, touched
from procedures.wording import Wordings
from store import changes, matches, offering_keys, offerings, register
from store import procedures as store
from store.database import Database

Progress = Callable[[str, int, int | None], None]

CONSUMER = "unify"
RENEWAL = "version:unify"
UNIFY_VERSION = 6
"""Grows whenever the same offerings lead to another unified record, or more is to be kept: then all are worked out again, once."""

BATCH = 400
"""Changes dealt with in one transaction: 400 procedures are worked out in a few seconds and written in under one."""


@dataclass(frozen=True, slots=True)
class UnifyReport:
    """How many procedures were worked out again, how many of them are new, changed or as before, and new proposals."""

    processed: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    proposed: int = 0


def unify_changes(
    database: Database, province: Province, clock: Clock, progress: Progress | None = None
) -> UnifyReport:
    """Work out every procedure whose offerings or register entry changed since the mark; stopped anywhere it goes on.

    Each batch is read and computed without a lock, then written with its mark in one short transaction, unless the mark has
    moved meanwhile. The cost
    follows the procedures that changed (procedures.touched), not what the province has.
    """
    total = Counter[str]()
    _renew(database, clock)
    aliases = load_aliases(province.national)
    with database.read() as connection:
        pending = changes.pending(connection, "unify", CONSUMER)
        confirmed = matches.confirmed(connection)
    while True:
        with database.read() as connection:
            begun = changes.mark(connection, CONSUMER)
            batch = changes.since(connection, "unify", begun, BATCH)
            if not batch:
                break
            found = touched(connection, dict.fromkeys(change.key for change in batch), confirmed, {})
            complete = [snapshot for snapshot in register.snapshots(connection) if snapshot.complete]
            around = Around(province, complete, Wordings(aliases), found.identity)
            prepared = _work_out(connection, around, found)
        with database.write() as connection:
            if changes.mark(connection, CONSUMER) != begun:
                continue  # somebody else was quicker, perhaps with pages that are newer than those read here
            written = store.write(connection, prepared, clock())
            offering_keys.replace(connection, found.keys)
            offering_keys.replace_old_codes(connection, found.codes, found.old_codes)
            offering_keys.ask_to_propose(connection, found.to_propose)
            changes.move_mark(connection, CONSUMER, batch[-1].seq, clock())
        total.update(new=written.new, changed=written.changed, unchanged=written.unchanged, changes=len(batch))
        if progress:
            progress("unify", total["changes"], pending)
    proposed = propose(database, aliases, clock)
    done = total["new"] + total["changed"] + total["unchanged"]
    return UnifyReport(done, total["new"], total["changed"], total["unchanged"], proposed)


def _renew(database: Database, clock: Clock) -> None:
    """Ask for everything again when an older version of this code wrote what is kept; a new store has nothing to renew."""
    with database.read() as connection:
        if changes.mark(connection, RENEWAL) >= UNIFY_VERSION:
            return
    with database.write() as connection:
        codeless = offerings.ids_without_code(connection) if store.count(connection) else []
        everything = (*store.keys(connection), *(f"record:{record_id}" for record_id in codeless))
        changes.append(connection, "unify", everything, clock())
        changes.move_mark(connection, RENEWAL, UNIFY_VERSION, clock())


def _work_out(connection: Connection, around: Around, found: Touched) -> list[store.Prepared]:
    """The procedures of a batch, ready to be written; keys beside whose name one changed are to be proposed again."""
    known = register.known(connection, [key for key in found.groups if is_national(key)])
    prepared = []
    for key, pages in found.groups.items():
        procedure = unified(around, key, pages, known.get(key, []))
        prepared.append(store.prepare(procedure, likeness.name(procedure.name)))
    _ask_again(connection, found, {item.procedure.key: item.plain_name for item in prepared if item.procedure.code})
    return prepared


def _ask_again(connection: Connection, found: Touched, names: Mapping[str, str]) -> None:
    """Whoever bears the name of a procedure that changed, or bore it, may be proposed to be it, or no more."""
    before: Sequence[str] = list(store.plain_names(connection, names).values())
    found.to_propose |= offering_keys.named(connection, {*names.values(), *before, *found.names} - {""})
