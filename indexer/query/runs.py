"""Runs of words in a query or a title: which entries of a table of several words stand where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

V = TypeVar("V")


class Runs(Generic[V]):
    """A table by several terms that follow each other. The lengths of what begins with a term are known, so that most places
    of a text cost one look-up."""

    def __init__(self, entries: Iterable[tuple[Sequence[str], V]]) -> None:
        """Of two entries with the same terms the last one counts; an entry without terms stands nowhere."""
        self._entries = {tuple(terms): value for terms, value in entries if terms}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for terms in self._entries:
            lengths[terms[0]].add(len(terms))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def at(self, terms: Sequence[str], start: int) -> Iterator[tuple[int, V]]:
        """Length and entry of each run that begins at `start`, longest first."""
        for length in self._lengths.get(terms[start], ()):
            run = tuple(terms[start : start + length])
            if len(run) == length and run in self._entries:
                yield length, self._entries[run]
