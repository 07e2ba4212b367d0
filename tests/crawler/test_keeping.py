"""What waits to be written together succeeds or fails each for itself, unless the store is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from core.errors import StoreError
from crawler.keeping import Batcher


def added(flush: Callable[[list[int]], list[int]]) -> list[int | BaseException]:
    """What comes of 0 to 3, which are added at once."""

    async def add() -> list[int | BaseException]:
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher(flush, executor)
            return await asyncio.gather(*map(batcher.add, range(4)), return_exceptions=True)

    return asyncio.run(add())


def test_what_cannot_be_written_takes_no_other_along() -> None:
    def flush(batch: list[int]) -> list[int]:
        return [[0, 10, 20][number] for number in batch]

    *written, refused = added(flush)
    assert written == [0, 10, 20]
    assert isinstance(refused, IndexError)


def test_a_store_that_is_gone_is_asked_once_for_all() -> None:
    asked: list[list[int]] = []

    def flush(batch: list[int]) -> list[int]:
        asked.append(batch)
        raise StoreError("the store did not answer")

    assert {type(result) for result in added(flush)} == {StoreError}
    assert asked == [[0, 1, 2, 3]]
