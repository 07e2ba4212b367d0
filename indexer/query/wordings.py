"""Everyday wordings in a query: which of the vocabulary's entries stand where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from indexer.query.runs import Runs
from indexer.query.vocabulary import VocabularyTerm
from vietnamese.syllables import canonical, fold_canonical, syllables

Match = tuple[int, int, list[VocabularyTerm]]
"""Where a wording begins, how many words it has, and whose it is."""


class Wordings:
    """The entries by their wordings; `formal`: id of an entry → its formal wordings as canonical terms."""

    def __init__(self, entries: Iterable[VocabularyTerm]) -> None:
        self.formal: dict[str, list[list[str]]] = {}
        by_terms: defaultdict[tuple[str, ...], list[tuple[list[str], VocabularyTerm]]] = defaultdict(list)
        for entry in entries:
            self.formal[entry.id] = [[canonical(s) for s in syllables(wording)] for wording in entry.formal]
            for wording in entry.asked:
                terms = [canonical(s) for s in syllables(wording)]
                by_terms[tuple(map(fold_canonical, terms))].append((terms, entry))
        self._runs = Runs(by_terms.items())
        self.short_forms: dict[str, tuple[str, ...]] = {
            plain[0]: tuple(self.formal[entry.id][0])
            for plain, found in by_terms.items()
            if len(plain) == 1
            for _, entry in found
            if entry.type == "abbr" and self.formal[entry.id]
        }
        """Short forms of one word, folded, with the terms of their first meaning."""

    def meanings(self, entry: VocabularyTerm, ruled_out: Collection[str]) -> list[tuple[str, list[str]]]:
        """An entry's formal wordings with their canonical terms, but those with words that are `ruled_out` (terms, spaced)."""
        spoken = zip(entry.formal, self.formal[entry.id], strict=True)
        return [
            (wording, terms)
            for wording, terms in spoken
            if terms and not any(words in f" {' '.join(terms)} " for words in ruled_out)
        ]

    def matches(
        self, plain: list[str], written: list[str | None], *, marked: bool, careful: bool = False
    ) -> Iterator[Match]:
        """Longest vocabulary matches from the left, without overlaps.

        `written`: the canonical terms; of a bare query those it probably means, which decide where one syllable is all
        there is ("bao" is no "bão" in "bao lâu"), and everywhere if `careful` ("bi mat" is "bí mật").
        """
        i = 0
        while i < len(plain):
            for length, wordings in self._runs.at(plain, i):
                meant = written[i : i + length]
                told = marked or careful or (length == 1 and meant[0] is not None)
                wild = careful and not marked and length > 1
                fitting = [entry for wording, entry in wordings if not told or _means(meant, wording, wild=wild)]
                if fitting:
                    yield i, length, list(dict.fromkeys(fitting))
                    i += length - 1
                    break
            i += 1


def _means(meant: list[str | None], wording: list[str], *, wild: bool) -> bool:
    """Whether these terms are the wording; `wild`: a term nobody can tell may be any."""
    return all(one == other or (wild and one is None) for one, other in zip(meant, wording, strict=True))
