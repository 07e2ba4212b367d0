"""From ranked candidates to what is shown: copies under their original, variants named, reasons given."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from indexer.engines import Candidate, Card, Clause, EngineQuery, Kind, Need
from indexer.query import ranking
from indexer.query.answer import Hit, Relaxation, Why
from indexer.query.likeness import are_copies, are_variants, core_of
from indexer.query.ranking import Ranked
from indexer.query.reading import Reading
from vietnamese.syllables import canonical, fold, located

Facets = Mapping[str, tuple[tuple[str, int], ...]]

SHARED_HASHES = 8
"""Hashes two sketches must share to be compared at all."""

SOME_SHARE = 0.34
"""First relaxation: a third of the query's words anywhere in a document."""


class WithCopies(NamedTuple):
    """A ranked candidate with the copies that stand under it."""

    row: Ranked
    copies: tuple[Candidate, ...] = ()


def without_copies(ranked: Sequence[Ranked], kind: Kind) -> list[WithCopies]:
    """Copies of one article or document become one result, the best ranked one with the others under it."""
    if kind == "procedure":
        return [WithCopies(row) for row in ranked]
    shown: list[WithCopies] = []
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for row in ranked:
        sketch = row.candidate.card.sketch
        hashes = [sketch[i : i + 8] for i in range(0, len(sketch), 8)]
        near = Counter(place for value in hashes for place in holders[value])
        original = next(
            (p for p, n in near.most_common() if n >= min(SHARED_HASHES, len(hashes)) and _same(shown[p], sketch)), None
        )
        if original is not None:
            shown[original] = shown[original]._replace(copies=(*shown[original].copies, row.candidate))
            continue
        for value in hashes:
            holders[value].append(len(shown))
        shown.append(WithCopies(row))
    return shown


def _same(shown: WithCopies, sketch: str) -> bool:
    return are_copies(shown.row.candidate.card.sketch, sketch)


def counted_once(facets: Facets, shown: Sequence[WithCopies]) -> Facets:
    """Facets in which copies that have a value in common count for one, as they do among the results of that filter."""
    surplus: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for original in shown:
        for name in facets if original.copies else ():
            cards = [c.card for c in (original.row.candidate, *original.copies)]
            values = Counter(value for card in cards for value in card.facets.get(name, ()))
            surplus[name].update({value: count - 1 for value, count in values.items()})
    if not surplus:
        return facets
    return {
        name: tuple(sorted(((v, n - surplus[name][v]) for v, n in counts), key=lambda pair: (-pair[1], pair[0])))
        for name, counts in facets.items()
    }


def hits_of(page: Sequence[WithCopies], kind: Kind, reading: Reading, weights: Mapping[str, float]) -> tuple[Hit, ...]:
    """The hits of one page, each variant with the key of the better hit it belongs under."""
    leaders: list[tuple[Candidate, frozenset[str]]] = []
    hits = []
    for shown in page:
        row = shown.row
        core = core_of(row.candidate) if kind == "procedure" else frozenset()
        leader = next((c for c, other in leaders if are_variants(c, row.candidate, other, core)), None)
        if leader is None and kind == "procedure":
            leaders.append((row.candidate, core))
        hits.append(
            Hit(
                kind,
                key_of(row.candidate),
                round(row.score, 4),
                key_of(leader) if leader else "",
                tuple(key_of(copy) for copy in shown.copies),
                why(reading, row, weights),
            )
        )
    return tuple(hits)


def key_of(candidate: Candidate) -> str:
    """What `Hit.key` shows."""
    return candidate.id.partition(":")[2]


def remember(card: Card) -> None:
    """Take the texts apart that `why` looks at."""
    for text in (card.title, *card.phrases, *card.facets.get("sector", ())):
        _written(text)


def why(reading: Reading, row: Ranked, weights: Mapping[str, float]) -> Why:
    """The words of the title, phrases and sectors that were asked for, and the features behind the score."""
    card = row.candidate.card
    return Why(
        _words(card.title, reading),
        tuple(phrase for phrase in card.phrases if _said(phrase, reading)),
        tuple(sector for sector in card.facets.get("sector", ()) if _words(sector, reading)),
        {name: (value, weights.get(name, 1.0)) for name, value in row.features.items()},
    )


class _Written(NamedTuple):
    """The syllables of a text: canonical, folded, and as written."""

    syllables: tuple[tuple[str, str, str], ...]
    forms: tuple[frozenset[str], frozenset[str]]  # canonical, folded


@lru_cache(50_000)
def _written(text: str) -> _Written:
    """A text taken apart, once: the same titles and phrases come back all day."""
    found = tuple((canonical(p.text), fold(p.text), text[p.start : p.end]) for p in located(text))
    return _Written(found, (frozenset(s[0] for s in found), frozenset(s[1] for s in found)))


def _words(text: str, reading: Reading) -> tuple[str, ...]:
    wanted, form = (reading.expanded.accented, 0) if reading.marked else (reading.expanded.folded, 1)
    written = _written(text)
    common = written.forms[form] & wanted.keys()
    if not common:
        return ()
    return tuple(dict.fromkeys([syllable[2] for syllable in written.syllables if syllable[form] in common]))


def _said(phrase: str, reading: Reading) -> bool:
    """At least half of an everyday phrase was asked in the query's own words."""
    wanted, form = (reading.asked.accented, 0) if reading.marked else (reading.asked.folded, 1)
    terms = _written(phrase).forms[form]
    return 2 * len(terms & wanted.keys()) >= len(terms) > 0


def relaxed_queries(
    reading: Reading, kind: Kind, filters: Mapping[str, tuple[str, ...]]
) -> list[tuple[Relaxation, EngineQuery]]:
    """What to ask, step by step, when no document has the query's words."""
    terms = tuple(sorted(reading.content))
    if not terms:
        return []
    clauses = ranking.clauses(reading, kind)
    some = max(1, round(SOME_SHARE * len(terms)))
    steps: list[tuple[Relaxation, int]] = [("some_words", some)] if some > 1 else []
    return [
        (name, EngineQuery(kind, clauses, (Need(terms, least),), filters, ranking.CANDIDATES))
        for name, least in [*steps, ("any_word", 1)]
    ]


def any_word(reading: Reading, kind: Kind) -> EngineQuery:
    """One document that has any of the query's words."""
    return EngineQuery(kind, tuple(Clause("all_f", term) for term in sorted(reading.content)), limit=1)
