"""What a function of one text gave, kept: for the few functions that are asked for every syllable of everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class _Memo(dict[str, T]):
    def __init__(self, work: Callable[[str], T], most: int) -> None:
        super().__init__()
        self._work = work
        self._most = most

    def __missing__(self, text: str) -> T:
        if len(self) >= self._most:
            self.clear()
        found = self[text] = self._work(text)
        return found


def memo(most: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Decorates a function of one text whose results never change; all are forgotten when there are `most` of them.

    A look-up takes half the time of `functools.lru_cache`, which keeps an order that is of no use where nearly all is known.
    """
    return lambda work: _Memo(work, most).__getitem__
