"""One index generation brought up to the change sequence, batch by batch: engine first, then the mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from indexer.documents import asked_about, procedure_source, record_source, touched_by_questions
from indexer.engines import Deletion, Engine, Refusal, Write
from indexer.query.terms import Analyst, Source
from indexer.surroundings import Around, Progress
from store import changes, dead_letters, procedures, records
from store.dead_letters import DeadLetter

BATCH = 500


@dataclass(slots=True)
class Followed:
    """What was written to the index."""

    written: int = 0
    deleted: int = 0
    refused: int = 0


def follow(around: Around, engine: Engine, progress: Progress | None = None) -> Followed:
    """Write everything after the generation's mark. Stopped anywhere, the next run writes the same again."""
    consumer, analyst, result, done = around.consumer(engine.generation), around.analyst, Followed(), 0
    with around.database.read() as connection:
        pending = changes.pending(connection, "index", consumer)
    while True:
        with around.database.read() as connection:
            batch = changes.since(connection, "index", changes.mark(connection, consumer), BATCH)
            if not batch:
                return result
            writes = list(_writes(connection, analyst, {change.key: change.seq for change in batch}))
        engine.write(writes)
        engine.commit()
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
