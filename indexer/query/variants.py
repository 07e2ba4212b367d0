"""Variants named in everyday words: who says "bị mất" means the title with “Cấp lại”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from indexer.query.vocabulary import Qualifier, VocabularyTerm
from indexer.query.wordings import Wordings
from vietnamese.syllables import canonical, fold, fold_canonical, syllables

NAMED_WEIGHT = 0.8
"""Weight of the formal words that a named variant adds to the query, of classes with more than two shared out. Of 627 queries
“core name + the variant in citizens' words” .62 had it first without, .71 at .5, .72 at .8."""

WORDS_IN_FULL = 2

NAMING_SHARE = 0.5
"""How much of it the everyday words that name a variant count where a title should have the whole query; 1 costs everyday
words .003 nDCG@10, .25 questions without marks .004 MRR."""


_THING = re.compile(r"\[[^]]*\]")
"""What a wording names besides the variant ("mất [giấy]"): it stands there, and counts in full."""


class NamedQualifier(NamedTuple):
    """Words that name a variant: where they stand, which of them are everyday ones, what they mean, in formal words with weights."""

    start: int
    length: int
    everyday: frozenset[int]
    meaning: str
    formal: dict[str, float]  # canonical, those that the query lacks
    against: tuple[str, ...]  # what titles of other variants say, canonical terms with a space at both ends


class Variants:
    """The qualifiers that citizens name in words of their own. Pure and thread-safe."""

    def __init__(self, qualifiers: Iterable[Qualifier]) -> None:
        named = [q for q in qualifiers if q.named]
        self._of = {q.id: frozenset(fold(word) for word in q.of) for q in named}
        self._wordings = Wordings(VocabularyTerm(q.id, "variant", q.named, q.formal) for q in named)
        self._formal = {
            q.id: dict.fromkeys(canonical(s) for wording in q.formal for s in syllables(wording)) for q in named
        }
        self._against = {q.id: tuple(f" {' '.join(map(canonical, syllables(w)))} " for w in q.against) for q in named}
        self._things = frozenset(
            fold_canonical(canonical(s))
            for q in named
            for wording in q.named
            for thing in _THING.findall(wording)
            for s in syllables(thing)
        )

    def named(self, plain: list[str], written: list[str | None], *, marked: bool) -> Iterator[NamedQualifier]:
        """What a query says about the variant it wants; the arguments are those of `Wordings.matches`."""
        asked = set(plain)
        for start, length, found in self._wordings.matches(plain, written, marked=marked, careful=True):
            entries = [entry for entry in found if not self._of[entry.id] or self._of[entry.id] & asked]
            if not entries:
                continue
            words = [self._formal[entry.id] for entry in entries]
            said = self._things.union(fold_canonical(term) for terms in words for term in terms)
            yield NamedQualifier(
                start,
                length,
                frozenset(i for i in range(start, start + length) if plain[i] not in said),
                " / ".join(wording for entry in entries for wording in entry.formal),
                {
                    term: NAMED_WEIGHT * min(1.0, WORDS_IN_FULL / len(terms))
                    for terms in words
                    for term in terms
                    if fold_canonical(term) not in asked
                },
                tuple(words for entry in entries for words in self._against[entry.id]),
            )
