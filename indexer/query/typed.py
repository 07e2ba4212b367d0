"""A query on its way from what was typed to what is searched."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.query.answer import Change
from indexer.query.asking import ASKING_SHARE
from indexer.query.spoken import Spoken
from indexer.query.variants import NAMING_SHARE, NamedQualifier

MARKED_SYLLABLES = 24
"""Syllables up to which an unaccented query is shown with marks: it takes .03 ms a syllable."""


@dataclass(slots=True)
class TypedQuery:
    """A query on its way: its tokens, what they were read as, and what was done to them. Positions are those of tokens."""

    typed: str
    as_typed: bool  # nothing may be changed
    tokens: list[str]
    marked: bool
    changes: list[Change] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    before: list[str] = field(default_factory=list)  # canonical
    after: list[str] = field(default_factory=list)  # as read: canonical, of an unaccented query folded when corrected
    second: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)  # `after`, folded
    placed: set[int] = field(default_factory=set)  # words that belong to a place and to nothing else
    phrases: set[int] = field(default_factory=set)  # words of phrases of asking
    written: list[str | None] = field(default_factory=list)  # `after`, of a bare query with the marks it probably has
    weights: list[float] = field(default_factory=list)

    @property
    def in_places(self) -> set[int]:
        """Positions of words that stand in names of places."""
        return {i for start, end in self.places for i in range(start, end)}

    @property
    def own(self) -> list[int]:
        """Positions of what says which procedure is meant."""
        return [i for i in range(len(self.tokens)) if i not in self.placed]

    @property
    def shown_with_marks(self) -> bool:
        """Whether a query typed without marks is given the ones it probably has."""
        return not (self.as_typed or self.marked) and len(self.tokens) <= MARKED_SYLLABLES

    @property
    def terms(self) -> list[str]:
        """As read: canonical when marked, else folded."""
        return self.after if self.marked else self.plain


def lighter(query: TypedQuery, named: list[NamedQualifier], spoken: list[Spoken]) -> dict[str, float]:
    """Terms that say little of which title is meant → how much of the query they are."""
    terms = query.terms
    shares = {terms[i]: ASKING_SHARE for i in query.phrases if query.weights[i] < 1.0}
    shares |= {terms[i]: wording.left for wording in spoken for i in wording.positions}
    naming = {i for variant in named for i in variant.everyday}
    shares |= {terms[i]: NAMING_SHARE for i in naming}
    shares |= {terms[i]: 0.0 for i in query.placed}
    apart = (query.placed | query.phrases | naming).union(*(wording.positions for wording in spoken))
    whole = {term for i, term in enumerate(terms) if i not in apart}
    return {term: share for term, share in shares.items() if term not in whole}


def without(terms: list[str], left_out: set[int]) -> list[str]:
    """The terms, empty at these positions."""
    return ["" if i in left_out else term for i, term in enumerate(terms)]
