"""What understanding and ranking know of the indexed text: counts made at rebuild time and kept with the generation."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from core.errors import IndexMismatch
from indexer.engines import KINDS, Kind
from indexer.query.terms import Analyst, Source, field_terms
from indexer.query.vocabulary import Vocabulary
from vietnamese.syllables import canonical, fold, fold_canonical, syllables, syllables_of_body, untoned
from vietnamese.typing import LEGAL

TITLE_WEIGHT, SECTOR_WEIGHT, BODY_WEIGHT = 5, 2, 1
"""How often a line counts in the language models: titles and phrases are what people search for."""

RARE_PAIR = 3
"""Pairs seen less often are left out; it changes no figure and halves the size."""

RARE_SYLLABLE = 3
"""A syllable seen less often is not something Telex keys may decode to."""

LINE_CHARACTERS = 6000


@dataclass(frozen=True, slots=True)
class Counts:
    """One language model: how often each syllable and each pair ("a b") occurs, weighted."""

    single: dict[str, int]
    pairs: dict[str, int]


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """Document frequency of terms and the average length where the field is not empty."""

    frequency: dict[str, int]
    length: float


@dataclass(frozen=True, slots=True)
class Models:
    """Everything that is kept with a generation. The statistics are those of procedures."""

    accented: Counts
    folded: Counts
    typed: dict[str, int]  # folded token → raw occurrences
    known: dict[tuple[str, str], tuple[str, int]]  # (letters without tone, tone key) → (spelling, occurrences)
    documents: int
    asked: int  # procedures that have questions of citizens
    anywhere: dict[str, int]  # folded syllable → procedures that have it in any part
    covered: dict[str, int]  # accented term → procedures that have it in title, phrases or sector
    title_f: FieldStatistics
    title_b: FieldStatistics
    title_s: FieldStatistics

    def rarity(self, term: str) -> float:
        """BM25's rarity of a folded syllable among procedures, over all their parts."""
        return rarity(self.documents, self.anywhere.get(term, 0))


def rarity(documents: int, frequency: int) -> float:
    """Inverse document frequency as BM25 has it; never below 0."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


@dataclass
class _Lengths:
    terms: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)


class ModelBuilder:
    """Counts sources one by one: `add` each, then `lengths()` for the engine and `finish()` for `Engine.save_models`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._analyst = Analyst(vocabulary)
        # By the weight of the lines they stand in; as written: accented and folded forms are worked out once, at the end.
        self._single: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._pairs: defaultdict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
        self._documents = self._asked = 0
        self._anywhere: Counter[str] = Counter()
        self._covered: Counter[str] = Counter()
        self._titles: dict[str, Counter[str]] = {name: Counter() for name in ("title_f", "title_b", "title_s")}
        self._lengths: dict[Kind, _Lengths] = {kind: _Lengths() for kind in KINDS}
        for term in vocabulary.terms:
            for wording in (*term.asked, *term.formal):
                self._line(syllables(wording), TITLE_WEIGHT)
        for wording in (*vocabulary.asking, *(w for pointer in vocabulary.editorial.pointers for w in pointer.asked)):
            self._line(syllables(wording), TITLE_WEIGHT)

    def add(self, source: Source) -> None:
        """Count one document."""
        self._line(syllables(source.title), TITLE_WEIGHT)
        self._line(syllables(" . ".join(source.sectors)), SECTOR_WEIGHT)
        for paragraph in source.body:
            self._line(syllables_of_body(paragraph[:LINE_CHARACTERS]), BODY_WEIGHT)
        asked = self._analyst.asked(source)
        for question in asked:
            self._line(syllables(question), BODY_WEIGHT)
        for phrase in self._analyst.phrases(source):
            self._line(syllables(phrase), TITLE_WEIGHT)
        parts = self._analyst.parts(source)
        terms = field_terms(parts)
        lengths = self._lengths[source.kind]
        for name, values in terms.items():
            if values:
                lengths.terms[name] += len(values)
                lengths.documents[name] += 1
        if source.kind == "procedure":
            self._documents += 1
            self._asked += bool(asked)
            self._anywhere.update(terms["all_f"])
            self._covered.update({*parts.title, *parts.sector, *terms["phrases_s"]})
            for name, counter in self._titles.items():
                counter.update(set(terms[name]))

    def _line(self, line: list[str], weight: int) -> None:
        self._single[weight].update(line)
        self._pairs[weight].update(pairwise(line))

    def lengths(self) -> dict[Kind, dict[str, int]]:
        """Average terms per field and kind where the field is there, for fillers. Lookup fields need none."""
        return {
            kind: {
                name: round(total / counted.documents[name])
                for name, total in counted.terms.items()
                if name not in ("all_f", "suggest_f")
            }
            for kind, counted in self._lengths.items()
        }

    def _counts(self, form: Callable[[str], str]) -> list[dict[str, int]]:
        """Weighted syllables and pairs in this form."""
        forms = {token: form(token) for counted in self._single.values() for token in counted}
        single: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for weight, counted in self._single.items():
            for token, count in counted.items():
                single[forms[token]] += count * weight
        for weight, counted_pairs in self._pairs.items():
            for (first, second), count in counted_pairs.items():
                pairs[f"{forms[first]} {forms[second]}"] += count * weight
        return [dict(single), {pair: count for pair, count in pairs.items() if count >= RARE_PAIR}]

    def finish(self) -> bytes:
        """The models as they are kept."""
        lengths = self._lengths["procedure"]
        raw: Counter[str] = Counter()
        for counted in self._single.values():
            raw.update(counted)
        content = {
            "accented": self._counts(canonical),
            "folded": self._counts(fold),
            "raw": {token: count for token, count in sorted(raw.items()) if count >= RARE_SYLLABLE},
            "documents": self._documents,
            "asked": self._asked,
            "anywhere": self._anywhere,
            "covered": self._covered,
            "titles": {
                name: [counter, lengths.terms[name] / max(1, lengths.documents[name])]
                for name, counter in self._titles.items()
            },
        }
        return gzip.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 6, mtime=0)


def read_models(content: bytes | None) -> Models:
    """What `ModelBuilder.finish` made; IndexMismatch when it is missing or of another make."""
    if content is None:
        raise IndexMismatch("the index has no language models", "run `tracuu index rebuild`")
    try:
        data: dict[str, Any] = json.loads(gzip.decompress(content))
        typed, known = _typed(data["raw"].items())
        return Models(
            accented=Counts(*data["accented"]),
            folded=Counts(*data["folded"]),
            typed=typed,
            known=known,
            documents=data["documents"],
            asked=data["asked"],
            anywhere=data["anywhere"],
            covered=data["covered"],
            title_f=FieldStatistics(*data["titles"]["title_f"]),
            title_b=FieldStatistics(*data["titles"]["title_b"]),
            title_s=FieldStatistics(*data["titles"]["title_s"]),
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise IndexMismatch(
            f"the index's language models cannot be read: {error!r}", "run `tracuu index rebuild`"
        ) from None


def _typed(raw: Iterable[tuple[str, int]]) -> tuple[dict[str, int], dict[tuple[str, str], tuple[str, int]]]:
    typed: Counter[str] = Counter()
    known: dict[tuple[str, str], tuple[str, int]] = {}
    for token, count in raw:
        typed[fold_canonical(canonical(token))] += count
        key = untoned(token)
        if token.isalpha() and LEGAL.match(key[0]) and known.get(key, ("", 0))[1] < count:
            known[key] = (token, count)
    return dict(typed), known
