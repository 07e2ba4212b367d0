"""Group commit: what many pages wait to have written goes to disk together, in one thread, while others are fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from core.clock import Clock
from core.errors import StoreError, TracuuError
from store import captures
from store.archive_writer import ArchiveWriter
from store.database import Database
from store.warc import Answer, Revisit

T = TypeVar("T")
R = TypeVar("R")

LARGEST_BATCH = 16
"""Answers a sync of the disk: more would hold memory for no gain (a sync takes 1–10 ms)."""


class Batcher(Generic[T, R]):
    """Hands items to `flush` in the executor, as many at once as came while it was busy."""

    def __init__(self, flush: Callable[[list[T]], list[R]], executor: Executor) -> None:
        self._flush, self._executor = flush, executor
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    async def add(self, item: T) -> R:
        """Wait until the item is on disk; returns what `flush` made of it, or raises its error."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            await self._settle(batch)

    async def _settle(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        """Flush a batch, or each of its items alone where one spoils it; an error with a remedy (disk, store) is all items'."""
        loop = asyncio.get_running_loop()
        try:
            results = await loop.run_in_executor(self._executor, self._flush, [item for item, _ in batch])
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, TracuuError):
                for one in batch:
                    await self._settle([one])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An answer to be archived, with the page and visit it belongs to."""

    page_id: int
    visit_id: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class Again:
    """An answer that brought nothing new: its page's capture, and the answer without a body."""

    capture_id: int
    digest: str
    answer: Answer


class Keeper:
    """The run's only writer: answers to the archive and the store, and what was read from them."""

    def __init__(self, database: Database, writer: ArchiveWriter, clock: Clock, executor: Executor) -> None:
        self._database, self._writer, self._clock, self._executor = database, writer, clock, executor
        self._failed: StoreError | None = None
        self._answers: Batcher[Arrived, int] = Batcher(self._once_only(self._archive), executor)
        self._again: Batcher[Again, None] = Batcher(self._once_only(self._revisit), executor)
        self._changes: Batcher[Callable[[Connection], Any], Any] = Batcher(self._once_only(self._write), executor)

    async def archive(self, arrived: Arrived) -> int:
        """Put an answer on disk and into the store; returns its capture's id."""
        return await self._answers.add(arrived)

    async def seen_again(self, again: Again) -> None:
        """Write down in the archive that an answer came again; its payload is not kept twice."""
        await self._again.add(again)

    async def write(self, change: Callable[[Connection], R]) -> R:
        """Do `change` in a write transaction, together with others; it must not parse or wait."""
        result: R = await self._changes.add(change)
        return result

    async def read(self, question: Callable[[Connection], R]) -> R:
        """The answer of the store to a question."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._ask, question)

    def _once_only(self, flush: Callable[[list[T]], list[R]]) -> Callable[[list[T]], list[R]]:
        """A store that could not be written to ends the run: whoever waits is told so at once, not after a wait of its own."""

        def guarded(batch: list[T]) -> list[R]:
            if self._failed is not None:
                raise StoreError(self._failed.message, self._failed.remedy)
            try:
                return flush(batch)
            except StoreError as error:
                self._failed = error
                raise

        return guarded

    def _ask(self, question: Callable[[Connection], R]) -> R:
        with self._database.read() as connection:
            return question(connection)

    def _archive(self, batch: list[Arrived]) -> list[int]:
        self._writer.rotate_if_large(self._clock())
        placed = self._writer.append([item.answer for item in batch])
        new = [
            captures.NewCapture(item.page_id, item.visit_id, item.answer, place)
            for item, place in zip(batch, placed, strict=True)
        ]
        with self._database.write() as connection:
            return captures.insert_all(connection, new)

    def _revisit(self, batch: list[Again]) -> list[None]:
        self._writer.rotate_if_large(self._clock())
        first = self._ask(lambda connection: captures.moments(connection, [item.capture_id for item in batch]))
        revisits = [
            Revisit(
                item.answer.url, item.answer.fetched_at, item.answer.status, item.answer.headers, item.digest,
                first.get(item.capture_id, item.answer.fetched_at),
            )
            for item in batch
        ]  # fmt: skip
        placed = self._writer.append(revisits)
        with self._database.write() as connection:
            captures.commit_lengths(connection, placed)
        return [None] * len(batch)

    def _write(self, batch: list[Callable[[Connection], Any]]) -> list[Any]:
        with self._database.write() as connection:
            return [change(connection) for change in batch]
