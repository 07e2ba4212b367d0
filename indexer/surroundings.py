"""What every work on the index is given, and who may do it: one rebuild at a time, whichever the machine."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from core.clock import Clock
from core.errors import LeaseHeld, TracuuError
from core.settings import Settings
from indexer.engines.choice import chosen_generations
from indexer.engines.port import Generations
from indexer.query.terms import Analyst
from indexer.query.vocabulary import Vocabulary
from indexer.query.vocabulary_files import load_vocabulary
from indexer.write_lock import write_lock
from store import leases
from store.database import Database
from store.words import WordCache
from vietnamese import VERSION
from vietnamese.words import Words

Progress = Callable[[str, int, int | None], None]

LEASE_SPAN = timedelta(seconds=120)
SIGN_OF_LIFE = 20.0
"""Seconds between signs of life of a rebuild on a shared engine; one that gives none for LEASE_SPAN is dead."""


@dataclass(frozen=True, slots=True)
class Around:
    """The store, the engine's generations, and what turns one into the other."""

    database: Database
    generations: Generations
    vocabulary: Vocabulary
    clock: Clock
    settings: Settings
    word_cache: WordCache | None

    @property
    def words(self) -> Words | None:
        """underthesea, or None when words are not indexed."""
        return Words(self.word_cache) if self.word_cache is not None else None

    @property
    def analyst(self) -> Analyst:
        """Makes documents out of sources."""
        return Analyst(self.vocabulary, self.words)

    @property
    def breaker_share(self) -> float:
        """The share that a new index may lack."""
        return self.settings.number("breaker_share")

    def consumer(self, generation: str) -> str:
        """The name of a generation in the store's marks and dead letters."""
        return consumer(self.generations, generation)


def consumer(generations: Generations, generation: str, version: str = VERSION) -> str:
    """The name of a generation in the store's marks and dead letters."""
    return f"index:{version}/{generations.place}{generation}"


@contextmanager
def opened(data_dir: Path, settings: Settings) -> Iterator[Generations]:
    """The generations of the engine that the settings name, greeted and given back."""
    generations = chosen_generations(data_dir, settings, patient=True)
    try:
        generations.check()
        yield generations
    finally:
        generations.close()


@contextmanager
def writing(database: Database, data_dir: Path, settings: Settings, clock: Clock, config_dir: Path) -> Iterator[Around]:
    """Everything a sync or rebuild needs. On one machine there is one writer: LeaseHeld for a second one.

    Several machines may follow the store at once, for the engine itself refuses what is older than what it has.
    """
    vocabulary = load_vocabulary(config_dir / "vocabulary")
    with write_lock(data_dir / "index"), opened(data_dir, settings) as generations:
        words = WordCache(database) if settings["index_words"] else None
        try:
            yield Around(database, generations, vocabulary, clock, settings, words)
        finally:
            if words is not None:
                words.save()


@dataclass
class _Lease:
    around: Around
    key: str
    worker: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}")
    ended: threading.Event = field(default_factory=threading.Event)
    lost: bool = False

    def take(self) -> None:
        with self.around.database.write() as connection:
            _, held = leases.acquire(connection, [self.key], self.worker, self.around.clock(), LEASE_SPAN)
        if held:
            raise LeaseHeld(
                f"{held[0].worker} is rebuilding this index, until {held[0].expires_at:%H:%M:%S} UTC at least",
                "wait until it has ended, then try again",
            )

    def keep(self) -> None:
        while not self.ended.wait(SIGN_OF_LIFE):
            try:
                with self.around.database.write() as connection:
                    self.lost = self.key not in leases.renew(connection, self.worker, self.around.clock(), LEASE_SPAN)
            except TracuuError:  # a store that is away for a moment: the lease has two minutes
                continue

    def check(self) -> None:
        """Raise LeaseHeld when another one has taken over since."""
        with self.around.database.write() as connection:
            self.lost = self.key not in leases.renew(connection, self.worker, self.around.clock(), LEASE_SPAN)
        if self.lost:
            raise LeaseHeld("this rebuild stood still for too long, and another one has begun", "let that one finish")


@contextmanager
def sole_builder(around: Around) -> Iterator[Callable[[], None]]:
    """Be the only one that makes, swaps or drops generations; yields a check to make before what cannot be undone."""
    if not around.generations.shared:
        yield lambda: None  # the lock on the data folder says the same
        return
    lease = _Lease(around, f"index:{around.generations.place}")
    lease.take()
    keeper = threading.Thread(target=lease.keep, daemon=True)
    keeper.start()
    try:
        yield lease.check
    finally:
        lease.ended.set()
        keeper.join()
        with around.database.write() as connection:
            leases.release(connection, lease.worker)
