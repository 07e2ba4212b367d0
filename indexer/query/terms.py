"""From texts to index documents: the one place where the terms of both sides, index and query, are decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from core.plain import digest
from indexer.engines import FACETS, Card, IndexDocument, Kind
from indexer.query.likeness import sketch
from indexer.query.vocabulary import Vocabulary
from vietnamese.numbers import document_numbers, without_signs
from vietnamese.syllables import bigrams, canonical, fold_canonical, fold_text, syllables, syllables_of_body
from vietnamese.words import Words

BODY_CHARACTERS = 30_000
"""Longest body that is indexed: five parts of 6,000 characters, as the weights were measured."""


@dataclass(frozen=True, slots=True)
class Source:
    """The texts of one document before analysis. `phrases` are extra to those that the vocabulary has for `codes`.

    `asked` are questions real people asked about this procedure (Hỏi – đáp), whole.
    """

    id: str
    kind: Kind
    version: int
    title: str
    sectors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    citizen: bool = False
    local: bool = False
    day: date | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parts:
    """Canonical accented terms of a source, part by part."""

    title: list[str]
    body: list[str]
    sector: list[str]
    phrases: list[list[str]]
    asked: list[list[str]]
    agency: list[str]


class Analyst:
    """Turns sources into index documents. `words=None` leaves underthesea's words out."""

    def __init__(self, vocabulary: Vocabulary, words: Words | None = None) -> None:
        self._vocabulary = vocabulary
        self._words = words

    def phrases(self, source: Source) -> tuple[str, ...]:
        """Everyday phrases of a source: its own and those its codes have."""
        known = (phrase for code in source.codes for phrase in self._vocabulary.phrases.get(code, ()))
        return tuple(dict.fromkeys((*source.phrases, *known)))

    def asked(self, source: Source) -> tuple[str, ...]:
        """Questions citizens asked about a source: on the sites, and those its codes have in the vocabulary."""
        known = (question for code in source.codes for question in self._vocabulary.asked.get(code, ()))
        return tuple(dict.fromkeys((*source.asked, *known)))

    def parts(self, source: Source) -> Parts:
        """The canonical terms of every part."""
        return Parts(
            title=self._written_out(source.title),
            body=list(map(canonical, syllables_of_body("\n".join(source.body)[:BODY_CHARACTERS]))),
            sector=_canonical(" . ".join(source.sectors)),
            phrases=[self._written_out(phrase) for phrase in self.phrases(source)],
            asked=[self._written_out(question) for question in self.asked(source)],
            agency=_canonical(" . ".join(source.agencies)),
        )

    def _written_out(self, text: str) -> list[str]:
        """Canonical terms, each known abbreviation followed by what it stands for (unless the text says so itself)."""
        terms = _canonical(text)
        said = f" {' '.join(terms)} "
        found = []
        for term in terms:
            found.append(term)
            long = [canonical(s) for s in self._vocabulary.abbreviations.get(fold_canonical(term), ())]
            if long and f" {' '.join(long)} " not in said:
                found += long
        return found

    def document(self, source: Source) -> IndexDocument:
        """The index document of a source."""
        parts = self.parts(source)
        terms = field_terms(parts)
        if self._words is not None:
            terms["words"] = self._words.of_lines((source.title, *source.body))
        card = self._card(source, parts, terms)
        numbers = [number for text in source.numbers for number in document_numbers(text)]
        short = filter(None, map(without_signs, numbers))
        exact = tuple(dict.fromkeys((*source.codes, *numbers, *short, name_key(source.title))))
        joined = {name: " ".join(values) for name, values in terms.items() if values}
        return IndexDocument(source.id, source.kind, source.version, digest([joined, card, exact]), joined, card, exact)

    def _card(self, source: Source, parts: Parts, terms: Mapping[str, list[str]]) -> Card:
        facets = {name: tuple(dict.fromkeys(source.facets[name])) for name in FACETS if source.facets.get(name)}
        if source.sectors and "sector" not in facets:
            facets["sector"] = source.sectors
        cover = {*parts.title, *parts.sector, *(term for phrase in parts.phrases for term in phrase)}
        return Card(
            title=source.title,
            title_s=" ".join(parts.title),
            cover_s=" ".join(sorted(cover)),
            phrases=self.phrases(source),
            facets={**facets, "kind": (source.kind,)},
            citizen=source.citizen,
            prior=self._vocabulary.prior(source.codes),
            classes=self._vocabulary.classes_of_title(source.title),
            day=source.day.toordinal() if source.day else 0,
            local=source.local,
            sketch="" if source.kind == "procedure" else sketch([*terms["title_f"], *terms["body_f"]]),
            central=self._vocabulary.is_central(source.agencies, facets.get("tier", ())),
        )


_LEADING = re.compile(r"^(?:thu tuc|tthc) ")


def name_key(text: str) -> str:
    """One exact term for a whole name, blind to accents, punctuation and a leading "Thủ tục"."""
    return "name:" + digest(_LEADING.sub("", fold_text(text)))[:16]


def _canonical(text: str) -> list[str]:
    return list(map(canonical, syllables(text)))


def _folded(terms: Iterable[str]) -> list[str]:
    return list(map(fold_canonical, terms))


def field_terms(parts: Parts) -> dict[str, list[str]]:
    """Terms of every engine field except `words`."""
    title, body, sector, agency = map(_folded, (parts.title, parts.body, parts.sector, parts.agency))
    phrases = [_folded(phrase) for phrase in parts.phrases]
    said = [term for phrase in phrases for term in phrase]
    questions = [_folded(question) for question in parts.asked]
    asked = [term for question in questions for term in question]
    return {
        "title_f": title,
        "title_b": bigrams(title),
        "title_s": parts.title,
        "body_f": body,
        "body_b": bigrams(body),
        "sector_f": sector,
        "sector_b": bigrams(sector),
        "phrases_f": said,
        "phrases_b": [pair for phrase in phrases for pair in bigrams(phrase)],
        "phrases_s": [term for phrase in parts.phrases for term in phrase],
        "asked_f": asked,
        "asked_b": [pair for question in questions for pair in bigrams(question)],
        "asked_s": [term for question in parts.asked for term in question],
        "agency_f": agency,
        "all_f": sorted({*title, *body, *sector, *said, *asked, *agency}),
        "suggest_f": sorted({*title, *said}),
    }
