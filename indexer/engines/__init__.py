"""The engine port: what an index document is, and what every engine must be able to do with ready-made terms.

An engine never analyses text. It keeps whitespace-separated terms per field, counts term statistics *per kind* (articles
must not shift the rarity of a word among procedures), and gives back a document's `Card`, from which the one ranking in
`indexer.query` is worked out; so every engine gives the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol

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
    `classes` are bit flags of qualifiers in the title (indexer.query.qualifiers), `prior` is 0–1, `day` the stated
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

    @property
    def key(self) -> str:
        """What `Hit.key` shows: the procedure's key or the record's id."""
        return self.id.partition(":")[2]


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


class Engine(Protocol):
    """One generation of an index. Reading is thread-safe; one object is written to by one thread at a time."""

    @property
    def generation(self) -> str:
        """Its name; cursors carry it."""
        ...

    @property
    def revision(self) -> str:
        """Another one with every commit it answers from, so that an answer may be kept; "" when the engine cannot tell."""
        ...

    def write(self, batch: Sequence[Write]) -> int:
        """Take ordered, idempotent writes; returns how many changed something. Visible after `commit`."""
        ...

    def commit(self) -> None:
        """Make everything written durable and visible. Raises what the engine raises; then nothing was marked done."""
        ...

    def refused(self) -> tuple[Refusal, ...]:
        """What it would not take since the last call; ask after `commit`."""
        ...

    def refresh(self) -> None:
        """See what another process has committed."""
        ...

    def count(self, kind: Kind | None = None) -> int:
        """Number of live documents."""
        ...

    def census(self, facet: str) -> Mapping[str, int]:
        """How many live documents have each value of a facet."""
        ...

    def ask(self, question: Question) -> Found:
        """`candidates`, `find` and `tally` in one go."""
        ...

    def candidates(self, query: EngineQuery) -> tuple[Candidate, ...]:
        """The best matches by score, at most `query.limit`."""
        ...

    def tally(self, query: EngineQuery, facets: Sequence[str] = ()) -> Tally:
        """Count all matches of `query` (its limit does not matter) and their facet values."""
        ...

    def find(self, exact: Sequence[str], kind: Kind | None = None) -> tuple[Candidate, ...]:
        """Documents that carry any of these codes or numbers as a whole."""
        ...

    def get(self, ids: Sequence[str]) -> tuple[Candidate, ...]:
        """The live documents with these ids, in the order asked."""
        ...

    def complete(
        self, terms: Sequence[str], prefix: str, limit: int, *, marked: Sequence[str] = (), together: bool = False
    ) -> tuple[Candidate, ...]:
        """Procedures whose title and phrases have all `terms` and a syllable that begins with `prefix` (folded).

        `marked` are canonical syllables that must be there too. `together`: neighbours stand beside each other in either.
        The best by `standing`, best first; without terms and prefix none.
        """
        ...

    def complete_exact(self, prefix: str, limit: int) -> tuple[Candidate, ...]:
        """Procedures of which a code begins with `prefix`, best `standing` first."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Every document and tombstone, in order of id."""
        ...

    def save_models(self, content: bytes) -> None:
        """Keep the language models that belong to this generation (indexer.query.models)."""
        ...

    def load_models(self) -> bytes | None:
        """What `save_models` kept, or None."""
        ...

    def save_bookmark(self, text: str) -> None:
        """Keep, with this generation, how far it followed which store, and what it was made with (indexer.follow.Bookmark); at
        once, not with the commit."""
        ...

    def load_bookmark(self) -> str:
        """What `save_bookmark` kept, or ""."""
        ...

    def close(self) -> None:
        """Give up the writer and files; writes that were not committed may be lost, and may be repeated."""
        ...


class Generations(Protocol):
    """The generations of one analysis version, side by side; one is live."""

    @property
    def place(self) -> str:
        """What tells its generations from those of other engines that follow the same store; "" for the embedded one."""
        ...

    @property
    def shared(self) -> bool:
        """Whether other machines may write it too: then writers are told apart by leases in the store."""
        ...

    def check(self) -> None:
        """Look once that this is what it should be; raises EngineGone or EngineRefused with the remedy."""
        ...

    def health(self) -> Health:
        """How the live generation is now. Raises EngineGone."""
        ...

    def create(self, lengths: Mapping[Kind, Mapping[str, int]] | None = None) -> Engine:
        """A new, empty generation beside the live one. `lengths`: average terms per field, for `FILLER`."""
        ...

    def live_name(self) -> str:
        """Name of the live generation; cheap. Raises IndexMissing or IndexMismatch with the command that mends it."""
        ...

    def previous_name(self) -> str:
        """Name of the generation that is kept for `roll_back`, "" when there is none."""
        ...

    def open(self, name: str) -> Engine:
        """An existing generation. Raises StaleCursor when it is gone."""
        ...

    def swap(self, name: str, kept: str | None = None) -> None:
        """Make a generation live at once. `kept` stays for `roll_back`: the one that was live, unless another is named."""
        ...

    def roll_back(self) -> str:
        """Make the previous generation live again and return its name; UsageError when there is none.

        Raises what `open` and `count` raise when it does not answer; then nothing changed.
        """
        ...

    def names(self) -> tuple[str, ...]:
        """All generations, oldest first."""
        ...

    def drop(self, name: str) -> None:
        """Delete a generation that is neither live nor previous; UsageError otherwise."""
        ...

    def drop_older(self) -> tuple[str, ...]:
        """Delete every generation of older analysis versions; returns them as VERSION/GENERATION."""
        ...

    def close(self) -> None:
        """Give up connections."""
        ...


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
