"""What a search answers, and what it may be asked; search_api renders these, every engine produces them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from indexer.engines import Kind
from indexer.query.editorial import Pointer

ChangeKind = Literal[
    "marks", "telex", "vni", "spelling", "second", "split", "vocabulary", "code", "question_words", "place", "relaxed"
]
"""`second`: a reading nearly as likely, searched beside the first; `question_words` weigh half."""

Relaxation = Literal["", "some_words", "any_word", "place", "number"]
"""What was let go of when nothing had the query's words: "" = nothing, a third of the words are enough, any one is; `place`:
only places were named, which no procedure is looked for by; `number`: a document's number that no document has was all that
was asked."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `filters`: facet name (indexer.engines.FACETS) → accepted values. `raw` = take it as typed.

    `grouped`: `limit` counts procedures without their variants, which come with them from however far down.
    `counted`: also all matches and facet values. `other_kinds`: also how many matches the other kinds have, a third more work.
    """

    q: str
    kind: Kind | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = 10
    cursor: str = ""
    raw: bool = False
    grouped: bool = False
    counted: bool = True
    other_kinds: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One thing understanding did to the query, in the words of the query."""

    kind: ChangeKind
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What was typed and how it was read; `terms` are accented or folded syllables to highlight."""

    typed: str
    read_as: str
    changes: tuple[Change, ...] = ()
    terms: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()  # fee, time, papers, place, form


@dataclass(frozen=True, slots=True)
class Why:
    """Why a result stands where it stands. `features`: name → (value, weight); words are as the document writes them."""

    title: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    features: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `key` is the procedure's key, or the store's record id as text for articles and documents.

    `variant_of`: key of a better hit of this page of which it is a variant; `copies`: keys of copies of the same text.
    """

    kind: Kind
    key: str
    score: float
    variant_of: str = ""
    copies: tuple[str, ...] = ()
    why: Why = field(default_factory=Why)


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of results. `facets`: name → ((value, count), …), counts over the matches of the kind asked for.

    `near`: kinds of which nothing matches as it is, and something with fewer words; of other kinds only without filters.
    `relaxed` names what was let go of to find anything; `unfiltered`: matches without the filters, when the filters left
    none; `pointers`: where to go with what is not a procedure of the province.
    """

    query: Understood
    total: int
    hits: tuple[Hit, ...]
    totals: Mapping[str, int] = field(
        default_factory=dict
    )  # kind → matches: of the kind asked for, of others when wanted
    near: tuple[Kind, ...] = ()
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    next: str = ""
    relaxed: Relaxation = ""
    unfiltered: int = 0
    pointers: tuple[Pointer, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion. `code` is empty for a plain phrase."""

    text: str
    code: str = ""
    key: str = ""
