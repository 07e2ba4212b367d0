"""The values that go into an engine and come out of it: documents, questions, candidates. `port` says what an engine must do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Literal, NamedTuple

Kind = Literal["procedure", "article", "document"]
KINDS: tuple[Kind, ...] = ("procedure", "article", "document")

FIELDS = (
    "title_f", "title_b", "title_s",
    "body_f", "body_b",
    "sector_f", "sector_b",
    "phrases_f", "phrases_b", "phrases_s",
    "asked_f", "asked_b", "asked_s",
    "agency_f",
    "words",
    "all_f",
    "suggest_f",
)  # fmt: skip
"""Searchable fields: _f folded syllables, _b folded bigrams, _s accented syllables; `words` are underthesea's words,
`all_f` every folded syllable of the document once, `suggest_f` those of title and phrases once."""

SAID_S, SAID_B = ("title_s", "phrases_s"), ("title_b", "phrases_b")
"""What completions come from: titles and phrases, with accents and in pairs."""

FACETS = ("site", "sector", "service_level", "tier", "agency", "audience", "cost", "days", "form", "state", "kind")
"""Multi-valued facets; filters accept a document that has any of the wanted values."""

FILLER = "∅"
"""Stands, as often as the field is long on average, in a document that lacks a field that others of its kind have:
BM25 divides by the average over all documents, and gaps would distort it (measured: .754 → .769 nDCG@10)."""


@dataclass(frozen=True, slots=True)
class Card:
    """What comes back with a candidate: enough to re-rank, suggest and filter without another look-up.

    `title_s`/`cover_s` are accented canonical terms, space-separated (title in order; title + phrases + sector once each).
    `classes` are bit flags of qualifiers in the title (indexer.query.vocabulary), `prior` is 0–1, `day` the stated
    date as a proleptic ordinal (0 = unknown). `local`: issued by this province. `sketch` tells copies of one text
    (indexer.query.likeness), "" when there is none. `central`: handled by bodies of the state alone, by none of a province.
    """

    title: str
    title_s: str = ""
    cover_s: str = ""
    phrases: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    citizen: bool = False
    prior: float = 0.0
    classes: int = 0
    day: int = 0
    local: bool = False
    sketch: str = ""
    central: bool = False


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One document, ready made. `id`: `procedure:KEY` or `record:ID`; `exact`: codes and document numbers as one term each.

    `version` only grows; `digest` is of everything that is indexed.
    """

    id: str
    kind: Kind
    version: int
    digest: str
    terms: Mapping[str, str]
    card: Card
    exact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deletion:
    """A document is gone as of `version`; it stays as a tombstone so that a late older write cannot bring it back."""

    id: str
    version: int


Write = IndexDocument | Deletion


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index holds of one document, for `check`; a tombstone has no digest."""

    id: str
    version: int
    digest: str


class Clause(NamedTuple):
    """One wanted term with its weight; scores of clauses add up (BM25, k1 1.2, b .75)."""

    field: str
    term: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Need:
    """A document fits when it has at least `least` of these folded syllables in `field` (`all_f`, `suggest_f` or `asked_f`)."""

    terms: tuple[str, ...]
    least: int
    field: str = "all_f"


@dataclass(frozen=True, slots=True)
class EngineQuery:
    """What to look for in one kind. A match fits any of `needs` (no needs: any clause) and every filter."""

    kind: Kind
    clauses: tuple[Clause, ...]
    needs: tuple[Need, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = 120


class Candidate(NamedTuple):
    """One match. Equal scores come in order of id."""

    id: str
    score: float
    card: Card


@dataclass(frozen=True, slots=True)
class Tally:
    """How many match, and how many of these have each facet value (most frequent first, then by value)."""

    total: int
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """All that one page of results needs, so that an engine over a network is asked once.

    `tallies`: queries with the facets whose values are wanted.
    """

    query: EngineQuery
    exact: tuple[str, ...] = ()
    tallies: tuple[tuple[EngineQuery, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a `Question` brought: `candidates`, `find` and each `tally`, in the order asked.

    Tallies may still be counted: who asks for them waits.
    """

    candidates: tuple[Candidate, ...]
    exact: tuple[Candidate, ...]
    tallies: Sequence[Tally]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that the engine would not take, and why; nothing else is kept from being indexed by it."""

    id: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Health:
    """How an engine is: green (all well), yellow (answers, but without a reserve), red (part of the index is away)."""

    status: Literal["green", "yellow", "red"]
    engine: str
    detail: str = ""


def neighbours(terms: Sequence[str], prefix: str) -> Iterator[tuple[str, bool]]:
    """Pairs of what is typed, and whether the pair is only begun."""
    typed = [*terms, prefix] if prefix else terms
    for n, pair in enumerate(pairwise(typed), 2):
        yield "_".join(pair), bool(prefix) and n == len(typed)


def is_older(version: str, than: str) -> bool:
    """Whether one analysis version came before another; what is no number is none of ours."""
    return version.isdecimal() and than.isdecimal() and int(version) < int(than)


def filled(terms: Mapping[str, str], lengths: Mapping[str, int]) -> dict[str, str]:
    """The terms with fillers of average length in the fields that this document lacks and others of its kind have."""
    gaps = {name: " ".join([FILLER] * length) for name, length in lengths.items() if length and not terms.get(name)}
    return {**terms, **gaps}


def standing(document: IndexDocument) -> int:
    """Which of many completions come first, below 2⁵²: usage, then a short title, then chance that is always the same.

    One number without ties, so that every engine cuts the same pool.
    """
    usage = round(min(1.0, max(0.0, document.card.prior)) * 1000)
    brevity = 1000 - min(1000, len(document.card.title))
    chance = int(sha256(document.id.encode()).hexdigest()[:8], 16)
    return usage << 42 | brevity << 32 | chance


def state_of(item: Write) -> int:
    """A number for id, version and content, below 2⁶⁰; 0 for a tombstone."""
    if isinstance(item, Deletion):
        return 0
    return int(sha256(f"{item.id}\n{item.version}\n{item.digest}".encode()).hexdigest()[:15], 16) or 1
