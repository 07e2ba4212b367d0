"""A query as it was read: what the engine and the ranking go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from indexer.engines import Need
from indexer.query.answer import Understood
from indexer.query.asking import LONG_QUERY
from indexer.query.bags import Bag

NEED_SHARE, LONG_NEED_SHARE, FORMAL_SHARE = 0.5, 0.2, 0.75
"""What a document must have to count as a match: half of a short query's content syllables in title and phrases (or all of
them anywhere), a fifth of a long query's anywhere, or three quarters of a matched formal term in title and phrases, or of the query in what people asked. Success@3
on judged queries is that of no condition at all; .6 instead of .5 loses .009 nDCG@10."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A query as the engine and the ranking need it. `asked` is the query itself, `expanded` has the vocabulary's terms too."""

    understood: Understood
    codes: tuple[str, ...]
    numbers: tuple[str, ...]
    marked: bool
    asked: Bag
    expanded: Bag
    questions: Bag  # against what people asked: words of content, weighted by how rare they are anywhere
    terms: tuple[str, ...]  # in order as read: canonical when marked, else folded
    content: frozenset[str]  # folded syllables as read; neither a corrected one's original nor places are among them
    lighter: Mapping[str, float]  # terms of places and phrases of asking alone → how much of the query they are
    written: tuple[str, ...]  # as `terms`, of an unaccented query with the marks it probably has
    placed: bool  # names a place that is no word of what is asked
    only_place: bool  # says nothing beside places and words of asking
    classes: int  # qualifiers asked for
    needs: tuple[Need, ...]
    only_number: bool = False  # is one document's number and nothing else


def own_needs(content: list[str]) -> list[Need]:
    """What a document must have of the query's own words of content."""
    if not content:
        return []
    if len(content) > LONG_QUERY:
        return [need(content, LONG_NEED_SHARE)]
    return [need(content, NEED_SHARE, "suggest_f"), need(content, 1.0)]


def need(terms: list[str], share: float, field: str = "all_f") -> Need:
    """A share of these terms in a lookup field."""
    unique = tuple(dict.fromkeys(terms))
    return Need(unique, max(1, ceil(share * len(unique))), field)
