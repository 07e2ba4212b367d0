"""The index follows the store: sync from the change sequence.

The engine is committed first, then the mark moves, so that a run stopped anywhere goes on from its mark and writes
the same documents again. A document's version is its number in the change sequence.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.clock import Clock
from core.errors import IndexMismatch, IndexMissing
from core.settings import Settings
from indexer.follow import OUTDATED, follow
from indexer.rebuild import build
from indexer.surroundings import Progress, writing
from store.database import Database


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did; `rebuilt` when there was no index to follow the store, `refused` what the engine did not take,
    `outdated` when the vocabulary has changed since the index was built."""

    generation: str
    written: int
    deleted: int
    rebuilt: bool = False
    refused: int = 0
    outdated: bool = False

    def __str__(self) -> str:
        how = "built anew" if self.rebuilt else "brought up to date"
        old = f"; {OUTDATED}: run `tracuu index rebuild`" if self.outdated else ""
        told = f"; {self.refused} were refused by the engine, see `tracuu index check`" if self.refused else ""
        return f"index {self.generation} {how}: {self.written} documents written, {self.deleted} deleted{told}{old}"


def sync(
    database: Database,
    data_dir: Path,
    settings: Settings,
    clock: Clock,
    config_dir: Path,
    progress: Progress | None = None,
) -> SyncReport:
    """Bring the live index up to the change sequence; without one of this analysis version, build it.

    Raises LeaseHeld when another process of this machine writes the index, or another one is just building the first;
    ConfigError for a broken vocabulary; EngineGone and EngineRefused, after which the same run may be repeated.
    """
    with writing(database, data_dir, settings, clock, config_dir) as around:
        try:
            generation = around.generations.live_name()
        except (IndexMissing, IndexMismatch):
            report = build(around, progress)
            return SyncReport(report.generation, report.documents, 0, rebuilt=True, refused=report.refused)
        with closing(around.generations.open(generation)) as engine:
            done = follow(around, engine, progress)
        return SyncReport(generation, done.written, done.deleted, refused=done.refused, outdated=done.outdated)
