"""One index generation brought up to the change sequence, batch by batch: engine first, then the mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.errors import IndexMismatch
from indexer.documents import asked_about, procedure_source, record_source, touched_by_questions
from indexer.engines import Deletion, Engine, Refusal, Write
from indexer.query.terms import Analyst, Source
from indexer.surroundings import Around, Progress
from store import changes, dead_letters, procedures, records
from store.dead_letters import DeadLetter

BATCH = 500

OTHER_STORE = (
    "if the store was restored from a backup, run `tracuu index rebuild`; if two stores share the index, give each an "
    "engine of its own (settings `engine` and `database`)"
)


@dataclass(slots=True)
class Followed:
    """What was written to the index."""

    written: int = 0
    deleted: int = 0
    refused: int = 0


def follow(around: Around, engine: Engine, progress: Progress | None = None) -> Followed:
    """Write everything after the generation's mark. Stopped anywhere, the next run writes the same again.

    Raises IndexMismatch when the index has followed another store: what it has of that is newer by number, and would be
    kept without a word.
    """
    with around.database.read() as connection:
        astray = strayed(connection, engine)
    if astray:
        raise IndexMismatch(f"index {engine.generation} {astray}", OTHER_STORE)
    consumer, analyst, result, done = around.consumer(engine.generation), around.analyst, Followed(), 0
    with around.database.read() as connection:
        pending = changes.pending(connection, "index", consumer)
    while True:
        with around.database.read() as connection:
            batch = changes.since(connection, "index", changes.mark(connection, consumer), BATCH)
            if not batch:
                return result
            writes = list(_writes(connection, analyst, {change.key: change.seq for change in batch}))
            end = bookmark(connection, batch[-1].seq)
        engine.write(writes)
        engine.commit()
        engine.save_bookmark(end)
        refused = engine.refused()
        with around.database.write() as connection:
            dead_letters.settle(connection, consumer, [write.id for write in writes])
            dead_letters.put(connection, consumer, letters(refused), around.clock())
            changes.move_mark(connection, consumer, batch[-1].seq, around.clock())
        result.refused += len(refused)
        result.deleted += sum(isinstance(write, Deletion) for write in writes)
        result.written += sum(not isinstance(write, Deletion) for write in writes) - len(refused)
        done += len(batch)
        if progress:
            progress("index", done, pending)


def bookmark(connection: Connection, seq: int) -> str:
    """How far an index has come in which store: a number, and what stands behind it there."""
    return f"{seq} {changes.number(connection, seq)}"


def strayed(connection: Connection, engine: Engine) -> str:
    """Why this store is not the one that an index follows, "" when it is or the index does not say."""
    kept = engine.load_bookmark()
    seq = int(kept.partition(" ")[0] or 0)
    if not seq or kept == bookmark(connection, seq):
        return ""
    ahead = seq - changes.last(connection)
    if ahead > 0:
        return f"is {ahead} changes ahead: the store is an older copy, or another one"
    return f"has followed another store, or a later state of this one: change {seq} is another one here"


def letters(refused: Sequence[Refusal]) -> list[DeadLetter]:
    """An engine's refusals as the store keeps them."""
    return [DeadLetter(refusal.id, refusal.version, refusal.reason) for refusal in refused]


def _writes(connection: Connection, analyst: Analyst, versions: dict[str, int]) -> Iterator[Write]:
    keys = [key.removeprefix("procedure:") for key in versions if key.startswith("procedure:")]
    ids = [int(key.removeprefix("record:")) for key in versions if key.startswith("record:")]
    stored = records.by_id(connection, ids)
    for key, version in touched_by_questions(connection, stored, versions).items():
        versions = {**versions, f"procedure:{key}": version}
        keys.append(key)
    known = procedures.by_key(connection, keys)
    asked = asked_about(connection) if keys else {}
    for name, version in versions.items():
        kind, _, key = name.partition(":")
        source: Source | None = None
        if kind == "procedure":
            procedure = known.get(key)
            public = procedure is not None and procedure.is_public
            source = procedure_source(procedure, version, asked.get(key, ())) if procedure and public else None
        else:
            record = stored.get(int(key))
            # Stores of before also have changes of records that are no documents of their own (attachments).
            live = record is not None and record.withdrawn_at is None and record.kind in changes.INDEXED_RECORDS
            source = record_source(record, version) if record and live else None
        yield analyst.document(source) if source else Deletion(name, version)
