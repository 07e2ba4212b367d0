"""A new index generation: built beside the live one, checked against it, swapped in at once, the old one kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.clock import Clock
from core.errors import EngineGone, IndexMismatch, IndexMissing, StaleCursor, TracuuError, UsageError
from core.settings import Settings
from core.unified import UnifiedProcedure
from indexer.documents import sources
from indexer.engines import EngineQuery, Question
from indexer.engines.port import Engine
from indexer.follow import Bookmark, Followed, follow, letters, strayed
from indexer.query import ranking
from indexer.query.build import fill
from indexer.query.models import read_models
from indexer.query.terms import Source
from indexer.query.understanding import Understanding
from indexer.surroundings import Around, Progress, consumer, sole_builder, writing
from store import changes, dead_letters, procedures
from store.database import Database

CANARIES = 50
"""Procedures whose own code and name must find them in a new generation before it goes live."""

LOST_NAMES = 0.1
"""Share of the canaries that a new generation may miss by name although the live one finds them: names are alike, and one
may fall out of the candidates. A broken field or model loses nearly all."""

SYNC = "`tracuu index sync`"

SMALL_SITE = 10
"""A site with fewer documents is judged only with the whole: one of three pages is no sign of anything."""


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """A new generation and the one that is kept behind it ("" when there is none). `broken`: the live one that did not
    answer any more, and why; it could not be compared with, and is gone."""

    generation: str
    documents: int
    replaced: str = ""
    refused: int = 0
    broken: str = ""

    def __str__(self) -> str:
        kept = f"; {self.replaced} is kept for `tracuu index rollback`" if self.replaced else ""
        told = f"; {self.refused} were refused by the engine, see `tracuu index check`" if self.refused else ""
        lost = f"; gone is {self.broken}" if self.broken else ""
        return f"index {self.generation} built and live: {self.documents} documents{told}{lost}{kept}"


def rebuild(
    database: Database,
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    config_dir: Path,
    progress: Progress | None = None,
) -> RebuildReport:
    """Build a generation beside the live one, check it, and swap; errors keep the old one.

    Raises LeaseHeld when another rebuild is on its way, whichever the machine.
    """
    with writing(database, data_dir, settings, clock, config_dir) as around:
        return build(around, progress)


def roll_back(database: Database, data_dir: Path, settings: Settings, clock: Clock, config_dir: Path) -> str:
    """Make the generation before the live one live again, and bring it up to date; says what was done."""
    with writing(database, data_dir, settings, clock, config_dir) as around:
        with sole_builder(around):
            left = around.generations.live_name()
            _same_store(around, around.generations.previous_name())
            name = around.generations.roll_back()
        done = follow_live(around, name)
    return f"index {name} is live again, {done.written + done.deleted} changes written to it; {left} is kept"


def build(around: Around, progress: Progress | None = None) -> RebuildReport:
    """What `rebuild` does, inside `writing`."""
    with sole_builder(around) as still_ours:
        generations = around.generations
        live = _live(around)
        needed = (live, generations.previous_name())
        drop_unneeded(around, needed)  # whoever half-built them is dead
        if around.word_cache is not None:
            around.word_cache.load()
        with around.database.read() as connection:
            snapshot = changes.last(connection)

            def everything() -> Iterable[Source]:
                return sources(connection, snapshot)

            told = (lambda done: progress("index", done, None)) if progress else None
            with _half_built_goes(around, still_ours, needed):
                engine = fill(generations, everything, around.vocabulary, around.words, told)
                with closing(engine):
                    engine.save_bookmark(str(Bookmark.at(connection, snapshot, around.vocabulary.indexed)))
                    documents, name, refused = engine.count(), engine.generation, engine.refused()
                    aside = {refusal.id for refusal in refused}  # told as such, and no sign of a broken index
                    known = procedures.iterate(connection, public_only=True)
                    sample = list(islice((p for p in known if f"procedure:{p.key}" not in aside), CANARIES))
                    kept, broken = _rival(around, *needed)
                    _compare(around, kept, engine, sample)
        mine = around.consumer(name)
        with around.database.write() as connection:
            changes.set_mark(connection, mine, snapshot, around.clock())
            dead_letters.forget(connection, mine)
            dead_letters.put(connection, mine, letters(refused), around.clock())
        still_ours()
        generations.swap(name, kept)
        drop_unneeded(around, (name, kept))
        if around.word_cache is not None:
            around.word_cache.forget_unused()
        if live:  # the version before is kept for one generation, for servers and a program that goes back to it
            _drop_older(around)
    late = follow_live(around, name, progress)
    return RebuildReport(name, documents, kept, len(refused) + late.refused, broken)


def _same_store(around: Around, name: str) -> None:
    if not name:
        return
    try:
        with closing(around.generations.open(name)) as engine, around.database.read() as connection:
            astray = strayed(connection, engine)
    except EngineGone:  # its bookmark lies on what is lost: `roll_back` asks for all of it, and says so
        return
    if astray:  # it could not be brought up to date, ever
        raise UsageError(f"index {name} {astray}", "the live index stays as it is")


def follow_live(around: Around, name: str, progress: Progress | None = None) -> Followed:
    """Bring a generation that has just gone live up to date. An error says that it is live all the same."""
    try:
        with closing(around.generations.open(name)) as engine:
            return follow(around, engine, progress)
    except TracuuError as error:
        error.message = f"index {name} is live, but not up to date: {error.message}"
        error.remedy = (
            error.remedy.replace("the same command", SYNC) if "the same command" in error.remedy else f"run {SYNC}"
        )
        raise


def _live(around: Around) -> str:
    try:
        return around.generations.live_name()
    except (IndexMissing, IndexMismatch):
        return ""


@contextmanager
def _half_built_goes(around: Around, still_ours: Callable[[], None], needed: Sequence[str]) -> Iterator[None]:
    """What was half-built is dropped at once when building fails: on a full disk it would keep the live index read-only.

    When nothing answers, or the process is killed, the next rebuild does it.
    """
    try:
        yield
    except EngineGone:
        raise
    except (Exception, KeyboardInterrupt):
        with suppress(TracuuError):
            still_ours()  # else it is another one's
            drop_unneeded(around, needed)
        raise


def _rival(around: Around, live: str, previous: str) -> tuple[str, str]:
    """The generation to compare a new one with and to keep behind it, "" for none; and why it is not the live one.

    An index that lost a shard with its disk, or that no program can read, must not stand in the way of its successor.
    """
    broken = _broken(around, live) if live else ""
    if not broken:
        return live, ""
    usable = previous and not _broken(around, previous)
    return previous if usable else "", f"{live} ({broken})"


def _broken(around: Around, name: str) -> str:
    """Why a generation does not answer and will not by itself, "" when it does. Raises EngineGone when it may again."""
    try:
        with closing(around.generations.open(name)) as engine:
            engine.count()
            engine.load_models()
    except (IndexMissing, IndexMismatch, StaleCursor) as error:
        return error.message
    except EngineGone:
        health = around.generations.health()
        if health.status != "red":
            raise
        return health.detail
    return ""


def drop_unneeded(around: Around, needed: Sequence[str]) -> None:
    """Drop all generations but these, with what the store keeps of them. Only inside `sole_builder`."""
    for name in around.generations.names():
        if name not in needed:
            around.generations.drop(name)
            _forget(around, around.consumer(name))


def _drop_older(around: Around) -> None:
    for dropped in around.generations.drop_older():
        version, _, name = dropped.partition("/")
        _forget(around, consumer(around.generations, name, version))


def _forget(around: Around, whose: str) -> None:
    with around.database.write() as connection:
        changes.forget(connection, whose)
        dead_letters.forget(connection, whose)


def _compare(around: Around, rival: str, new: Engine, sample: Sequence[UnifiedProcedure]) -> None:
    """Raise TracuuError when the new generation is not as good as the one before it."""
    _codes(new, sample)
    found = _by_name(around, new, sample)
    if not rival:
        _names(found, {item.key for item in sample}, len(sample))
        return
    with closing(around.generations.open(rival)) as old:
        _names(found, _by_name(around, old, sample), len(sample))
        _breaker(old, new, around.breaker_share)


def _codes(engine: Engine, sample: Sequence[UnifiedProcedure]) -> None:
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


def _by_name(around: Around, engine: Engine, sample: Sequence[UnifiedProcedure]) -> set[str]:
    """Keys of the procedures that are among the candidates for their own name, asked the way people ask."""
    understanding = Understanding(around.vocabulary, read_models(engine.load_models()))
    found = set()
    for item in sample:
        reading = understanding.read(item.name[:300], raw=True)
        query = EngineQuery("procedure", ranking.clauses(reading, "procedure"), reading.needs)
        if f"procedure:{item.key}" in {hit.id for hit in engine.ask(Question(query)).candidates}:
            found.add(item.key)
    return found


def _names(found: set[str], wanted: set[str], asked: int) -> None:
    lost = sorted(wanted - found)
    if len(lost) > max(1, LOST_NAMES * asked):
        raise TracuuError(
            f"the new index does not find {len(lost)} of {asked} procedures by their name, such as {lost[0]}",
            "the old index stays live; look for what changed in the analysis or in the texts",
        )


def _breaker(old: Engine, new: Engine, share: float) -> None:
    before, after = old.count(), new.count()
    if after < before * (1 - share):
        raise _would_be_lost("the new index", before, after, share)
    now = new.census("site")
    for site, count in sorted(old.census("site").items()):
        if count >= SMALL_SITE and now.get(site, 0) < count * (1 - share):
            raise _would_be_lost(f"of {site} the new index", count, now.get(site, 0), share)


def _would_be_lost(what: str, before: int, after: int, share: float) -> TracuuError:
    return TracuuError(
        f"{what} has {after} documents, the live one {before}: more than {share:.0%} would be lost",
        "look for what went wrong; to accept it, raise the setting breaker_share for one run",
    )
