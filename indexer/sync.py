"""The index follows the store: sync from the change sequence, rebuild beside and swap, check, explain.

The engine is committed first, then the mark moves, so that a run stopped anywhere goes on from its mark and writes
the same documents again. A document's version is its number in the change sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from core.clock import Clock
from core.codes import normalise
from core.errors import IndexMismatch, IndexMissing, TracuuError, UsageError
from core.settings import Settings
from core.unified import UnifiedProcedure
from indexer.documents import asked_about, procedure_source, record_source, sources, touched_by_questions
from indexer.engines import Deletion, Engine, Generations, Write
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.build import fill
from indexer.query.terms import Analyst, Source
from indexer.query.vocabulary import Vocabulary, load_vocabulary
from indexer.write_lock import write_lock
from store import changes, pages, procedures, records
from store.database import Database
from store.words import WordCache
from vietnamese import VERSION
from vietnamese.words import Words

Progress = Callable[[str, int, int | None], None]

BATCH = 500
CANARIES = 50
"""Procedures whose own code must find them in a new generation before it goes live."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did; `rebuilt` when there was no index to follow the store."""

    generation: str
    written: int
    deleted: int
    rebuilt: bool = False

    def __str__(self) -> str:
        how = "built anew" if self.rebuilt else "brought up to date"
        return f"index {self.generation} {how}: {self.written} documents written, {self.deleted} deleted"


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """A new generation and the one it replaced ("" when it is the first)."""

    generation: str
    documents: int
    replaced: str = ""

    def __str__(self) -> str:
        kept = f"; {self.replaced} is kept for roll-back" if self.replaced else ""
        return f"index {self.generation} built and live: {self.documents} documents{kept}"


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """How the live index compares with the store. `missing` and `extra` are document ids."""

    generation: str
    documents: int
    pending: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"index {self.generation}: {self.documents} documents, {self.pending} changes not indexed yet"]
        for word, ids in (("missing from the index", self.missing), ("not in the store", self.extra)):
            if ids:
                lines.append(f"{len(ids)} {word}: {', '.join(ids[:5])}{' …' if len(ids) > 5 else ''}")
        if self.pending:
            lines.append("next: `tracuu index sync`")
        elif self.missing or self.extra:
            lines.append("next: `tracuu index rebuild`")
        else:
            lines.append("the index has everything the store has")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Around:
    database: Database
    generations: Generations
    vocabulary: Vocabulary
    clock: Clock
    words: WordCache | None

    @property
    def analyst(self) -> Analyst:
        return Analyst(self.vocabulary, Words(self.words) if self.words is not None else None)


def sync(
    database: Database,
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    config_dir: Path,
    progress: Progress | None = None,
) -> SyncReport:
    """Bring the live index up to the change sequence; without one of this analysis version, build it.

    Raises LeaseHeld when another process writes the index, ConfigError for a broken vocabulary.
    """
    with _writing(database, data_dir, settings, clock, config_dir) as around:
        try:
            generation = around.generations.live_name()
        except (IndexMissing, IndexMismatch):
            report = _rebuild(around, settings.number("breaker_share"), progress)
            return SyncReport(report.generation, report.documents, 0, rebuilt=True)
        with closing(around.generations.open(generation)) as engine:
            written, deleted = _follow(around, engine, progress)
        return SyncReport(generation, written, deleted)


def rebuild(
    database: Database,
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    config_dir: Path,
    progress: Progress | None = None,
) -> RebuildReport:
    """Build a generation beside the live one, check it with canaries and the breaker, and swap; errors keep the old."""
    with _writing(database, data_dir, settings, clock, config_dir) as around:
        return _rebuild(around, settings.number("breaker_share"), progress)


def check(database: Database, data_dir: Path, _settings: Settings, _clock: Clock, _config_dir: Path) -> IndexCheck:
    """Compare the ids of the live index with those the store would have it hold."""
    generations = EmbeddedGenerations(data_dir)
    name = generations.live_name()
    with closing(generations.open(name)) as engine, database.read() as connection:
        held = {entry.id for entry in engine.entries() if entry.digest}
        wanted = {f"procedure:{p.key}" for p in procedures.iterate(connection, public_only=True)}
        wanted |= {f"record:{number}" for number in records.live_ids(connection, ("article", "document"))}
        pending = changes.pending(connection, "index", _consumer(name))
    return IndexCheck(name, len(held), pending, tuple(sorted(wanted - held)), tuple(sorted(held - wanted)))


def explain(
    database: Database, data_dir: Path, _settings: Settings, _clock: Clock, _config_dir: Path, target: str
) -> str:
    """What the index holds for a page's address or a procedure's code, and why something is not in it."""
    generations = EmbeddedGenerations(data_dir)
    name = generations.live_name()
    with database.read() as connection:
        ids, lines = _documents_of(connection, target)
        pending = {
            change.key
            for change in changes.since(connection, "index", changes.mark(connection, _consumer(name)), 100_000)
        }
    with closing(generations.open(name)) as engine:
        held = {item.id: item.card for item in engine.get(ids)}
    for document in ids:
        card = held.get(document)
        waiting = "; a change waits for `tracuu index sync`" if document in pending else ""
        if card is None:
            lines.append(f"{document}: not in index {name}{waiting}")
            continue
        facets = "; ".join(f"{facet}: {', '.join(values)}" for facet, values in card.facets.items())
        lines.append(f"{document}: in index {name} as “{card.title}”{waiting}")
        lines.append(f"  {facets}")
        lines.append(f"  everyday phrases: {', '.join(card.phrases) or 'none'}")
    return "\n".join(lines)


def _documents_of(connection: Connection, target: str) -> tuple[list[str], list[str]]:
    code = normalise(target) if "/" not in target else None
    if code:
        found = procedures.by_key(connection, [code]).get(code)
        if found is None:
            raise UsageError(f"no site and no register has {code}", "check the code")
        public = (
            "public" if found.is_public else "not public: internal, another province's, or shown by nobody any more"
        )
        return [f"procedure:{code}"], [f"{code}: {found.name} ({public}; {found.offered_by} sites)"]
    page = pages.by_url(connection, target)
    if page is None:
        raise UsageError(f"the store has no page {target}", "give the address as `tracuu crawl` stored it, or a code")
    lines, ids = [f"{target}: page {page.id} of {page.site_id}"], []
    for record in records.of_page(connection, page.id):
        state = "withdrawn" if record.withdrawn_at else "live"
        lines.append(f"  record {record.id}: {record.kind} “{record.title}”, version {record.version}, {state}")
        if record.kind == "procedure" and record.code:
            ids.append(f"procedure:{record.code}")
        elif record.kind in ("article", "document"):
            ids.append(f"record:{record.id}")
    return ids, lines


@contextmanager
def _writing(
    database: Database, data_dir: Path, settings: Settings, clock: Clock, config_dir: Path
) -> Iterator[_Around]:
    with write_lock(data_dir / "index"):
        words = WordCache(database) if settings["index_words"] else None
        vocabulary = load_vocabulary(config_dir / "vocabulary")
        try:
            yield _Around(database, EmbeddedGenerations(data_dir), vocabulary, clock, words)
        finally:
            if words is not None:
                words.save()


def _consumer(generation: str) -> str:
    return f"index:{VERSION}/{generation}"


def _follow(around: _Around, engine: Engine, progress: Progress | None) -> tuple[int, int]:
    consumer, analyst = _consumer(engine.generation), around.analyst
    written = deleted = done = 0
    with around.database.read() as connection:
        pending = changes.pending(connection, "index", consumer)
    while True:
        with around.database.read() as connection:
            batch = changes.since(connection, "index", changes.mark(connection, consumer), BATCH)
            if not batch:
                return written, deleted
            writes = list(_writes(connection, analyst, {change.key: change.seq for change in batch}))
        engine.write(writes)
        engine.commit()
        with around.database.write() as connection:
            changes.move_mark(connection, consumer, batch[-1].seq, around.clock())
        deleted += sum(isinstance(write, Deletion) for write in writes)
        written += sum(not isinstance(write, Deletion) for write in writes)
        done += len(batch)
        if progress:
            progress("index", done, pending)


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
            source = (
                procedure_source(procedure, version, asked.get(key, ())) if procedure and procedure.is_public else None
            )
        else:
            record = stored.get(int(key))
            source = record_source(record, version) if record and record.withdrawn_at is None else None
        yield analyst.document(source) if source else Deletion(name, version)


def _rebuild(around: _Around, breaker_share: float, progress: Progress | None) -> RebuildReport:
    generations = around.generations
    try:
        live = generations.live_name()
    except (IndexMissing, IndexMismatch):
        live = ""
    _drop_half_built(generations, live)
    with around.database.read() as connection:
        snapshot = changes.last(connection)

        def everything() -> Iterable[Source]:
            return sources(connection, snapshot)

        words = Words(around.words) if around.words is not None else None
        told = (lambda done: progress("index", done, None)) if progress else None
        engine = fill(generations, everything, around.vocabulary, words, told)
        with closing(engine):
            _canaries(engine, list(islice(procedures.iterate(connection, public_only=True), CANARIES)))
            documents, name = engine.count(), engine.generation
    if live:
        _breaker(generations, live, documents, breaker_share)
    with around.database.write() as connection:
        changes.move_mark(connection, _consumer(name), snapshot, around.clock())
    generations.swap(name)
    for old in generations.names():
        if old not in (name, live):
            generations.drop(old)
    with closing(generations.open(name)) as engine:
        _follow(around, engine, progress)
    return RebuildReport(name, documents, live)


def _drop_half_built(generations: Generations, live: str) -> None:
    """Generations newer than the live one were never finished: their builder is dead, for this process has the lock."""
    for name in generations.names():
        if name > live:
            generations.drop(name)


def _canaries(engine: Engine, sample: Sequence[UnifiedProcedure]) -> None:
    lost = [
        found.code
        for found in sample
        if found.code and f"procedure:{found.key}" not in {hit.id for hit in engine.find([found.code])}
    ]
    if lost:
        raise TracuuError(
            f"the new index does not find {len(lost)} of {len(sample)} procedures by code, such as {lost[0]}",
            "the old index stays live; run `tracuu index check`",
        )


def _breaker(generations: Generations, live: str, documents: int, share: float) -> None:
    with closing(generations.open(live)) as old:
        before = old.count()
    if documents < before * (1 - share):
        raise TracuuError(
            f"the new index has {documents} documents, the live one {before}: more than {share:.0%} would be lost",
            "look for what went wrong; to accept it, raise the setting breaker_share for one run",
        )
