"""What the live index holds, compared with the store; and why one page or procedure is in it or not."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from core.clock import Clock
from core.codes import normalise
from core.errors import EngineGone, UsageError
from core.settings import Settings
from core.states import Outcome
from indexer.engines import Health
from indexer.follow import OTHER_STORE, OUTDATED, is_outdated, strayed
from indexer.query.vocabulary_files import load_vocabulary
from indexer.surroundings import consumer, opened
from store import changes, dead_letters, pages, procedures, records
from store.database import Database
from store.dead_letters import DeadLetter

LOST = "start the node that is away; if its disk is lost, run `tracuu index rebuild`, or `tracuu index restore FOLDER`"


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """How the live index compares with the store. `missing` and `extra` are document ids; `dead` were refused by the
    engine; `ahead`: how far the index is beyond the store's newest change; `strayed`: why it follows another store; `outdated`: built
    with another vocabulary."""

    generation: str
    documents: int
    pending: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    health: Health
    dead: tuple[DeadLetter, ...] = ()
    ahead: int = 0
    strayed: str = ""
    outdated: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether it holds what the store has, but for changes that the next sync brings."""
        differs = not self.pending and (self.missing or self.extra)
        return not (differs or self.dead or self.ahead or self.strayed)

    def __str__(self) -> str:
        lines = [f"index {self.generation}: {self.documents} documents, {self.pending} changes not indexed yet"]
        if self.health.detail:
            lines.append(f"{self.health.engine}: {self.health.status}, {self.health.detail}")
        for word, ids in (("missing from the index", self.missing), ("not in the store", self.extra)):
            if ids:
                lines.append(f"{len(ids)} {word}: {', '.join(ids[:5])}{' …' if len(ids) > 5 else ''}")
        for letter in self.dead[:20]:
            lines.append(f"refused by the engine: {letter.document} (change {letter.version}): {letter.reason}")
        if len(self.dead) > 20:
            lines.append(f"… and {len(self.dead) - 20} more that the engine refused")
        return "\n".join([*lines, self._next()])

    def _next(self) -> str:
        if self.strayed:
            return f"the index {self.strayed}. Next: {OTHER_STORE}"
        if self.ahead:
            return f"the index is {self.ahead} changes ahead: the store is an older copy. Next: `tracuu index rebuild`"
        if self.pending:
            return "next: `tracuu index sync`"
        if set(self.missing) - {letter.document for letter in self.dead} or self.extra:
            return "next: `tracuu index rebuild`"
        if self.outdated:
            return f"{OUTDATED}. Next: `tracuu index rebuild`"
        if self.dead:
            return "next: mend what the engine names, then crawl those pages again or run `tracuu index rebuild`"
        return "the index has everything the store has"


def check(database: Database, data_dir: Path, settings: Settings, _clock: Clock, config_dir: Path) -> IndexCheck:
    """Compare the ids of the live index with those the store would have it hold."""
    with opened(data_dir, settings) as generations:
        name, health = generations.live_name(), generations.health()
        if health.status == "red":  # it cannot be walked, and the engine would only say that it has no answer
            raise EngineGone(f"index {name} is red: {health.detail}", LOST)
        mine = consumer(generations, name)
        with closing(generations.open(name)) as engine:
            entries = list(engine.entries())
            with database.read() as connection:
                astray = strayed(connection, engine)
            outdated = is_outdated(engine, load_vocabulary(config_dir / "vocabulary"))
        held = {entry.id for entry in entries if entry.digest}
        newest = max((entry.version for entry in entries), default=0)
    with database.read() as connection:
        wanted = {f"procedure:{p.key}" for p in procedures.iterate(connection, public_only=True)}
        wanted |= {f"record:{number}" for number in records.live_ids(connection, ("article", "document"))}
        pending = changes.pending(connection, "index", mine)
        dead = dead_letters.of(connection, mine)
        ahead = max(0, newest - changes.last(connection))
    missing, extra = tuple(sorted(wanted - held)), tuple(sorted(held - wanted))
    return IndexCheck(name, len(held), pending, missing, extra, health, dead, ahead, astray, outdated)


def explain(
    database: Database, data_dir: Path, settings: Settings, _clock: Clock, _config_dir: Path, target: str
) -> str:
    """What the index holds for a page's address or a procedure's code, and why something is not in it."""
    with opened(data_dir, settings) as generations:
        name = generations.live_name()
        mine = consumer(generations, name)
        with database.read() as connection:
            ids, lines = _documents_of(connection, target)
            waits = changes.since(connection, "index", changes.mark(connection, mine), 100_000)
            dead = {letter.document: letter.reason for letter in dead_letters.of(connection, mine)}
        with closing(generations.open(name)) as engine:
            held = {item.id: item.card for item in engine.get(ids)}
    pending = {change.key for change in waits}
    lines += [f"{document}: refused by the engine: {dead[document]}" for document in ids if document in dead]
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


def without_record(outcome: str, kind: str) -> str:
    """Why a page of which the store has no record gives nothing to the index, by its last outcome and kind."""
    if outcome == Outcome.NEVER:
        why = "it was not checked yet"
    elif outcome in (Outcome.OK, Outcome.UNCHANGED):
        why = f"it is read as “{kind or 'other'}”"
    else:
        why = f"its last check came to {outcome}"
    return f"no record, so nothing of it is in the index: {why}"


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
    made = records.of_page(connection, page.id)
    if not made:
        lines.append(f"  {without_record(page.outcome, page.kind)}; `tracuu why URL` tells its story")
    for record in made:
        state = "withdrawn" if record.withdrawn_at else "live"
        lines.append(f"  record {record.id}: {record.kind} “{record.title}”, version {record.version}, {state}")
        if record.kind == "procedure" and record.code:
            ids.append(f"procedure:{record.code}")
        elif record.kind in ("article", "document"):
            ids.append(f"record:{record.id}")
    return ids, lines
