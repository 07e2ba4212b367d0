"""One index generation brought up to the change sequence, batch by batch: engine first, then the mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from core.errors import IndexMismatch
from indexer.documents import asked_about, procedure_source, record_source, touched_by_questions
from indexer.engines import Deletion, Refusal, Write
from indexer.engines.port import Engine
from indexer.query.terms import Analyst, Source
from indexer.query.vocabulary import Vocabulary
from indexer.surroundings import Around, Progress
from store import changes, dead_letters, procedures, records
from store.dead_letters import DeadLetter

BATCH = 500

OTHER_STORE = (
    "if the store was restored from a backup, run `tracuu index rebuild`; if two stores share the index, give each an "
    "engine of its own (settings `engine` and `database`)"
)


OUTDATED = "the vocabulary changed since it was built, and what is not written again goes by the old one"


@dataclass(slots=True)
class Followed:
    """What was written to the index; `outdated`: it was built with another vocabulary."""

    written: int = 0
    deleted: int = 0
    refused: int = 0
    outdated: bool = False


def follow(around: Around, engine: Engine, progress: Progress | None = None) -> Followed:
    """Write everything after the generation's mark. Stopped anywhere, the next run writes the same again.

    Raises IndexMismatch when the index has followed another store: what it has of that is newer by number, and would be
    kept without a word.
    """
    with around.database.read() as connection:
        astray = strayed(connection, engine)
    if astray:
        raise IndexMismatch(f"index {engine.generation} {astray}", OTHER_STORE)
    made_with = Bookmark.of(engine).vocabulary
    result = Followed(outdated=is_outdated(engine, around.vocabulary))
    consumer, analyst, done = around.consumer(engine.generation), around.analyst, 0
    with around.database.read() as connection:
        pending = changes.pending(connection, "index", consumer)
    while True:
        with around.database.read() as connection:
            batch = changes.since(connection, "index", changes.mark(connection, consumer), BATCH)
            if not batch:
                return result
            writes = list(_writes(connection, analyst, {change.key: change.seq for change in batch}))
            end = Bookmark.at(connection, batch[-1].seq, made_with)
        engine.write(writes)
        engine.commit()
        engine.save_bookmark(str(end))
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


class Bookmark(NamedTuple):
    """How far an index has come in which store – a number of the change sequence, and what stands behind it there – and the
    digest of the vocabulary that its documents were made with."""

    seq: int
    vocabulary: str
    change: str

    def __str__(self) -> str:
        return f"{self.seq} {self.vocabulary} {self.change}"

    @classmethod
    def at(cls, connection: Connection, seq: int, vocabulary: str) -> Bookmark:
        """The bookmark behind a number of this store."""
        return cls(seq, vocabulary, changes.number(connection, seq))

    @classmethod
    def of(cls, engine: Engine) -> Bookmark:
        """The one that an index keeps; number 0 when it has none."""
        seq, vocabulary, change = [*engine.load_bookmark().split(" ", 2), "", "", ""][:3]
        return cls(int(seq or 0), vocabulary, change)


def is_outdated(engine: Engine, vocabulary: Vocabulary) -> bool:
    """Whether the vocabulary has changed since an index was built: what a sync does not write again goes by the old one."""
    return Bookmark.of(engine).vocabulary not in ("", vocabulary.indexed)


def strayed(connection: Connection, engine: Engine) -> str:
    """Why this store is not the one that an index follows, "" when it is or the index does not say."""
    kept = Bookmark.of(engine)
    seq = kept.seq
    if not seq or kept == Bookmark.at(connection, seq, kept.vocabulary):
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
