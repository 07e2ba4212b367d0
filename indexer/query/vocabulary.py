"""The data of understanding, read from config/vocabulary: everyday words, phrases per procedure, question words, qualifiers."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from core.plain import digest
from core.states import Tier
from indexer.query.editorial import Editorial
from indexer.query.runs import Runs
from vietnamese.syllables import canonical, fold_text, folded, nfc, syllables

_INCLUDED = re.compile(r"\(\s*bao gồm[^)]*\)", re.I)

USAGE_CEILING = 7.2
"""log10 of the largest usage count of the national portal in 2025, so that the prior ends at 1."""

AMBIGUOUS = frozenset(
    ("bo", "my", "cat", "nhat", "luon", "chung", "gop", "thay", "sai", "sua", "rach", "chay", "hong", "linh", "them", "huy")
)  # fmt: skip
"""Folded action words that mean too much else to be taken from an unaccented query ("bỏ" or "bộ", "mỹ" or "my")."""

_LOCAL_TIERS = frozenset((Tier.PROVINCE.value, Tier.DISTRICT.value, Tier.COMMUNE.value))

INTENTS = ("time", "fee", "papers", "place", "form")
"""What a citizen can want to know about a procedure."""


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """Everyday wordings and the formal ones they stand for.

    `expires`: the first day it holds no longer, of an entry that its `owner` made for a time. `alone`: it says so little
    that it weighs in full only where the query has no other wording.
    """

    id: str
    type: str
    asked: tuple[str, ...]
    formal: tuple[str, ...]
    intent: str = ""  # one of INTENTS
    owner: str = ""
    expires: date | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A class of words that tell variants of one procedure apart: in a title, and as asked.

    `named`: those as asked that can mean nothing else; `formal`: the words of titles that they stand for;
    `of`: syllables one of which the query must have besides ("nhà bị hỏng" is no “Cấp lại”);
    `against`: words of titles that the variant rules out.
    """

    id: str
    title: tuple[str, ...]
    asked: tuple[str, ...]
    named: tuple[str, ...] = ()
    formal: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


FEATURES = ("s0", "t", "cov_s", "xsum", "citizen", "prior", "central")
"""What a candidate is weighed by in the first ranking; the final one has `vote` too (indexer.query.features)."""

BARE = ("bare_s0",)
"""What a candidate without everyday phrases is given back for the matches it cannot have: a share of its engine score."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The linear re-ranker: weights of the first ranking, whose likelihoods make the votes, and of the final one."""

    first: Mapping[str, float]
    final: Mapping[str, float]


_ENGINE_ONLY = {**dict.fromkeys((*FEATURES, *BARE), 0.0), "s0": 1.0}
NO_WEIGHTS = Weights(_ENGINE_ONLY, {**_ENGINE_ONLY, "vote": 0.0})
"""The engine's own order."""


class _Flags:
    """Bit flags of the qualifiers whose words stand somewhere in a list of terms."""

    def __init__(self, words: Iterable[tuple[Sequence[str], int]]) -> None:
        """`words`: terms that follow each other, and the number of the qualifier they are words of."""
        flags: defaultdict[tuple[str, ...], int] = defaultdict(int)
        for terms, number in words:
            flags[tuple(terms)] |= 1 << number
        self._runs = Runs(flags.items())

    def of(self, terms: Sequence[str]) -> int:
        found = 0
        for start in range(len(terms)):
            for _, flags in self._runs.at(terms, start):
                found |= flags
        return found


@dataclass(frozen=True)
class Vocabulary:
    """Everything under config/vocabulary. `asking`: phrases of asking; `abbreviations`: folded short form → its syllables;
    `asked`: code → questions citizens asked elsewhere, such as those of the national portal; `places`: names of units of
    today and of old, `home` those of the provinces served, from the folders beside."""

    terms: tuple[VocabularyTerm, ...]
    phrases: Mapping[str, tuple[str, ...]]
    usage: Mapping[str, int]
    question_words: frozenset[str]
    folded_question_words: frozenset[str]
    acronyms: frozenset[str]
    qualifiers: tuple[Qualifier, ...]
    asking: tuple[str, ...] = ()
    abbreviations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    local_bodies: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    weights: Weights = NO_WEIGHTS
    editorial: Editorial = field(default_factory=Editorial)

    @cached_property
    def indexed(self) -> str:
        """Digest of what documents are made with; all else holds from the next start on."""
        titles = [qualifier.title for qualifier in self.qualifiers]
        made_with = [self.phrases, self.asked, self.usage, self.abbreviations, self.local_bodies, titles]
        return digest(made_with)

    def on(self, day: date) -> Vocabulary:
        """What holds on a day."""
        return replace(self, terms=tuple(t for t in self.terms if t.expires is None or day < t.expires))

    def expired(self, today: date) -> list[str]:
        """Entries of every file that hold no longer, as lines for editors."""
        ended = [t for t in self.terms if t.expires is not None and t.expires <= today]
        lines = [f"{t.id}: ended {t.expires}, owner {t.owner}" for t in ended]
        return [*lines, *self.editorial.expired(today)]

    def prior(self, known: tuple[str, ...]) -> float:
        """How often a procedure is used, 0–1 on a logarithmic scale; 0 when nothing is known."""
        weight = max((self.usage.get(code, 0) for code in known), default=0)
        return min(1.0, math.log10(1 + weight) / USAGE_CEILING)

    def is_central(self, agencies: Iterable[str], tiers: Collection[str] = ()) -> bool:
        """Whether only bodies of the state handle a procedure (ministries, their departments, embassies); not what is unknown.

        The tiers tell where they name a level of government, else the names of the bodies (local_bodies.txt).
        """
        if not {*tiers} <= {Tier.OTHER.value}:
            return _LOCAL_TIERS.isdisjoint(tiers)
        names = [f" {fold_text(name)} " for name in agencies if name.strip()]
        return bool(names) and not any(
            name.startswith(f" {word[1:]} ") if word.startswith("^") else f" {word} " in name
            for name in names
            for word in self.local_bodies
        )

    def classes_of_title(self, title: str) -> int:
        """Bit flags of the qualifiers a title carries; what it only includes besides (“bao gồm cả …”) is none."""
        return self._flags_of_title.of(folded(_INCLUDED.sub(" ", nfc(title))))

    def classes_asked(self, terms: list[str], *, marked: bool) -> int:
        """Bit flags of the qualifiers asked for; `terms` canonical when `marked`, else folded."""
        return (self._flags_of_canonical if marked else self._flags_of_folded).of(terms)

    @cached_property
    def _flags_of_title(self) -> _Flags:
        return _Flags((words.split("_"), n) for n, qualifier in enumerate(self.qualifiers) for words in qualifier.title)

    @cached_property
    def _flags_of_canonical(self) -> _Flags:
        return _Flags(([*map(canonical, syllables(wording))], n) for wording, n in self._wordings_asked())

    @cached_property
    def _flags_of_folded(self) -> _Flags:
        plain = ((folded(wording), n) for wording, n in self._wordings_asked())
        return _Flags((terms, n) for terms, n in plain if " ".join(terms) not in AMBIGUOUS)

    def _wordings_asked(self) -> Iterator[tuple[str, int]]:
        return ((wording, n) for n, qualifier in enumerate(self.qualifiers) for wording in qualifier.asked)
