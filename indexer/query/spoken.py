"""Everyday wordings that no title has: what they mean counts as if it had been asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from indexer.query.models import Models
from indexer.query.wordings import Match, Wordings
from vietnamese.syllables import bigrams, canonical, fold_canonical

SPOKEN_WEIGHT = 0.6
"""Weight of the formal words, by how much of the query the wording is. Without this, .8145 of our own everyday queries have a
right procedure first and .9445 within three, with it .8228 and .9492; of 332 blind ones .867 → .880 and .952 → .958; what is
judged stays within .001 but for five queries (30/11/2026). At .8 nothing more."""

SPOKEN_SHARE = 0.5
"""How much of it the wording's own words count where a title should have the whole query, when they are all of that; .3 is
the same within .001."""

SPOKEN_WORDS, LONGEST_MEANING = 4, 12
"""Syllables of a meaning from which on they share the weight, and above which it is the whole name of a procedure."""

MEANINGS = 2
"""How many of an entry's meanings count, the first ones; with one .8247 of our own queries are right first, with two .8255,
of the blind ones .883 and .886."""

SHORT_WEIGHT = 0.3
"""Weight of each word that a short form stands for which no title has (“TNXP”): of judged everyday queries .9315 show a right
procedure within three, .9178 without; of 2,522 of our own .9520, .9516. From .45 on “sao y cccd” loses (30/11/2026)."""

MOST_BESIDE = 12
"""Words of content up to which short forms are written out: longer questions have more to go by, and name papers in passing."""


class Spoken(NamedTuple):
    """A wording's own words of content, how much of the query's they are, and what it means."""

    positions: frozenset[int]
    share: float
    formal: dict[str, float]  # canonical, those that the query lacks

    @property
    def left(self) -> float:
        """How much of it each of its own words counts in a title."""
        return 1.0 - (1.0 - SPOKEN_SHARE) * self.share


class SpokenWords:
    """Finds such wordings. Pure and thread-safe.

    Whose words stand together in some title is no everyday wording: who types a title's words has said what is meant
    (without this, folded topics lose .017 MRR).
    """

    def __init__(self, wordings: Wordings, abbreviations: Mapping[str, tuple[str, ...]], models: Models) -> None:
        self._wordings = wordings
        self._abbreviations = {**wordings.short_forms, **abbreviations}
        self._titles, self._pairs_of_titles = models.title_f.frequency, models.title_b.frequency

    def of(
        self, plain: list[str], content: frozenset[int], matches: Iterable[Match], ruled_out: Collection[str]
    ) -> Iterator[Spoken]:
        """Those among the matches in a query of these folded words; `content`: positions of its words of content,
        `ruled_out`: as for `Wordings.meanings`."""
        for start, length, entries in matches:
            here = content.intersection(range(start, start + length))
            if not here or all(pair in self._pairs_of_titles for pair in bigrams(plain[start : start + length])):
                continue
            share = len(here) / len(content)
            spoken = (self._wordings.meanings(entry, ruled_out)[:MEANINGS] for entry in entries if not entry.alone)
            meanings = [terms for found in spoken for _, terms in found]
            formal = {
                term: SPOKEN_WEIGHT * share * min(1.0, SPOKEN_WORDS / len(terms))
                for terms in meanings
                if len(terms) <= LONGEST_MEANING
                for term in terms
            }
            folded = {*map(fold_canonical, formal)}
            if formal:
                lacking = {term: weight for term, weight in formal.items() if fold_canonical(term) not in plain}
                yield Spoken(frozenset(i for i in here if plain[i] not in folded), share, lacking)

    def written_out(self, plain: list[str], content: Sequence[int]) -> Iterator[Spoken]:
        """The short forms that no title has, and what they stand for: alone in `abbreviations.txt`, else first in the vocabulary."""
        for i in content if len(content) <= MOST_BESIDE else ():
            if (long := self._abbreviations.get(plain[i])) and plain[i] not in self._titles:
                yield Spoken(frozenset((i,)), 1.0, dict.fromkeys(map(canonical, long), SHORT_WEIGHT))
