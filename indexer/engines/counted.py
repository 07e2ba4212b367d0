"""Tallies that are worked out beside what else an answer needs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from functools import cached_property
from typing import overload

from indexer.engines import Tally


class Counted(Sequence[Tally]):
    """Tallies that other threads may still be counting."""

    def __init__(self, counting: Sequence[Future[Tally]]) -> None:
        self._counting = counting

    @cached_property
    def _all(self) -> tuple[Tally, ...]:
        return tuple(count.result() for count in self._counting)

    def __len__(self) -> int:
        return len(self._counting)

    @overload
    def __getitem__(self, place: int) -> Tally: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Tally, ...]: ...

    def __getitem__(self, place: int | slice) -> Tally | tuple[Tally, ...]:
        return self._all[place]
