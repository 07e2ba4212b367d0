"""The data of understanding, read from config/vocabulary: everyday words, phrases per procedure, question words, qualifiers."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from core import codes
from core.errors import ConfigError
from core.places import load_places
from core.provinces import PROVINCES
from core.sites import load_province
from core.states import Tier
from indexer.query.editorial import Editorial, load_editorial
from vietnamese.syllables import canonical, fold, fold_text, folded, nfc, syllables

T = TypeVar("T")

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
    """Everyday wordings and the formal ones they stand for; `risky` ones are not expanded by themselves.

    `expires`: the first day it holds no longer, of an entry that its `owner` made for a time.
    """

    id: str
    type: str
    asked: tuple[str, ...]
    formal: tuple[str, ...]
    risky: bool = False
    intent: str = ""  # one of INTENTS
    owner: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A class of words that tell variants of one procedure apart: in a title, and as asked."""

    id: str
    title: tuple[str, ...]
    asked: tuple[str, ...]


FEATURES = ("s0", "t", "cov_s", "xsum", "citizen", "prior", "central")
"""What a candidate is weighed by in the first ranking; the final one has `vote` too (indexer.query.ranking)."""

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
        said = f"_{'_'.join(folded(_INCLUDED.sub(' ', nfc(title))))}_"
        return sum(
            1 << n
            for n, qualifier in enumerate(self.qualifiers)
            if any(f"_{words}_" in said for words in qualifier.title)
        )

    def classes_asked(self, terms: list[str], *, marked: bool) -> int:
        """Bit flags of the qualifiers asked for; `terms` canonical when `marked`, else folded."""
        text = f" {' '.join(terms)} "
        table = self._asked_canonical if marked else self._asked_folded
        return sum(1 << n for n, wordings in enumerate(table) if any(wording in text for wording in wordings))

    @cached_property
    def _asked_canonical(self) -> list[list[str]]:
        return [[f" {' '.join(map(canonical, syllables(w)))} " for w in q.asked] for q in self.qualifiers]

    @cached_property
    def _asked_folded(self) -> list[list[str]]:
        texts = [[" ".join(folded(w)) for w in q.asked] for q in self.qualifiers]
        return [[f" {text} " for text in row if text not in AMBIGUOUS] for row in texts]


def load_vocabulary(folder: Path, weights: Weights | None = None) -> Vocabulary:
    """Read the folder; ConfigError names the file and what to do. `weights`: instead of those of ranking.json."""
    plain, ambiguous, asking = _question_words(_lines(folder / "question_words.txt"))
    phrases = _each(folder / "phrases.jsonl.gz", lambda row: (_text(row["code"]), _texts(row["say"])))
    usage = _each(folder / "usage.jsonl.gz", lambda row: (_text(row["code"]), int(row["weight"])))
    return Vocabulary(
        terms=tuple(_each(folder / "terms.jsonl", _term)),
        phrases=dict(phrases),
        usage=dict(usage),
        question_words=frozenset(plain),
        folded_question_words=frozenset(map(fold, plain)) - frozenset(map(fold, ambiguous)),
        acronyms=frozenset(fold(term) for line in _lines(folder / "acronyms.txt") for term in syllables(line)),
        qualifiers=tuple(_qualifiers(folder / "qualifiers.json")),
        asking=asking,
        abbreviations=_abbreviations(folder / "abbreviations.txt"),
        local_bodies=tuple(
            "^" * line.startswith("^") + fold_text(line) for line in _lines(folder / "local_bodies.txt")
        ),
        places=_places(folder.parent),
        home=tuple(load_province(folder.parent, home.name).name for home in _homes(folder.parent)),
        asked=_asked(folder / "asked.jsonl"),
        weights=weights or _weights(folder / "ranking.json"),
        editorial=load_editorial(folder),
    )


def _term(row: Any) -> VocabularyTerm:
    intent = row.get("intent", "")
    if (row["type"] == "intent") != (intent in INTENTS):
        raise ValueError(f"intent must be one of {', '.join(INTENTS)} where the type is intent")
    owner, expires = row.get("owner", ""), row.get("expires")
    if bool(owner) != bool(expires):
        raise ValueError("owner and expires go together")
    wanted = VocabularyTerm(
        _text(row["id"]), _text(row["type"]), _texts(row["q"]), _texts(row["formal"]), row.get("risk") == "high", intent,
        owner, date.fromisoformat(expires) if expires else None,
    )  # fmt: skip
    if not wanted.asked or not wanted.formal:
        raise ValueError("q and formal must not be empty")
    return wanted


def _homes(config: Path) -> list[Path]:
    """Folders of the provinces served."""
    return sorted(path.parent for path in config.glob("*/sites.toml"))


def _places(config: Path) -> tuple[str, ...]:
    moves = (move for home in _homes(config) for move in load_places(home).moves)
    units = (unit for move in moves for unit in (move.old_commune, move.old_district, move.new_commune))
    return tuple(dict.fromkeys((*PROVINCES, *units)))


def _asked(path: Path) -> dict[str, tuple[str, ...]]:
    """Questions by code; the project ships none, for running text of others may not be carried along."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for question, wanted in _each(path, _question) if path.exists() else ():
        for code in wanted:
            found[code].append(question)
    return {code: tuple(questions) for code, questions in found.items()}


def _question(row: Any) -> tuple[str, tuple[str, ...]]:
    wanted = _texts(row["codes"])
    bad = [code for code in wanted if codes.normalise(code) != code]
    if bad or not wanted:
        raise ValueError(f"{bad or 'no code'}: codes are such as 1.001193")
    return _text(row["question"]), wanted


def _question_words(lines: list[str]) -> tuple[list[str], list[str], tuple[str, ...]]:
    words = [line for line in lines if " " not in line]
    plain, ambiguous = [w for w in words if not w.startswith("!")], [w[1:] for w in words if w.startswith("!")]
    return plain, ambiguous, tuple(line for line in lines if " " in line)


def _abbreviations(path: Path) -> dict[str, tuple[str, ...]]:
    found = {}
    for line in _lines(path):
        short, *long = syllables(line)
        if len(long) < 2:
            raise ConfigError(f"{path}: “{line}” has no long form", "write the short form, a space and the long form")
        found[fold(short)] = tuple(long)
    return found


def _qualifiers(path: Path) -> list[Qualifier]:
    try:
        return [
            Qualifier(_text(row["id"]), _texts(row["title"]), _texts(row["asked"])) for row in json.loads(_read(path))
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}: {error!r}", "each entry needs id, title and asked; restore the file") from None


def _weights(path: Path) -> Weights:
    try:
        content = json.loads(_read(path))
        first, final = ({str(k): float(v) for k, v in content[part].items()} for part in ("first", "final"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: {error!r}", REFIT) from None
    if set(first) != {*FEATURES, *BARE} or set(final) != {*FEATURES, *BARE, "vote"}:
        raise ConfigError(f"{path} weighs other features than this program has", REFIT)
    return Weights(first, final)


REFIT = "restore the file, or run `python -m benchmarks.relevance fit`"


def _each(path: Path, convert: Callable[[Any], T]) -> list[T]:
    rows = []
    for number, line in enumerate(_read(path).splitlines(), 1):
        try:
            rows.append(convert(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{path}, line {number}: {error!r}", "mend or remove that line") from None
    return rows


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in _read(path).splitlines() if line.strip() and not line.startswith("#")]


def _read(path: Path) -> str:
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {error}", "restore it from the project's config/vocabulary"
        ) from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is not a text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise ValueError(f"{values!r} is not a list of texts")
    return tuple(_text(value) for value in values)
