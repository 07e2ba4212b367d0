"""What was typed → weighted terms: code, Telex/VNI, glued tokens, spelling, question words, vocabulary, intents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from math import sqrt

from core import codes
from core.provinces import UNMISTAKABLE
from indexer.engines import KINDS, Kind, Need
from indexer.query.answer import Change, Understood
from indexer.query.asking import LONG_QUERY, Asking
from indexer.query.bags import Bag, add_second, add_words, against_questions, bag_of, expand
from indexer.query.marks import Marks
from indexer.query.models import Models
from indexer.query.numbers import parts_of_number
from indexer.query.places import PLACE_WEIGHT, PlaceNames
from indexer.query.reading import FORMAL_SHARE, Reading, need, own_needs
from indexer.query.spelling import Speller
from indexer.query.spoken import SHORT_WEIGHT, SpokenWords
from indexer.query.typed import TypedQuery, lighter, without
from indexer.query.variants import Variants
from indexer.query.vocabulary import Vocabulary
from indexer.query.wordings import Match, Wordings
from vietnamese.compounds import compounds, in_compounds
from vietnamese.numbers import numbers_asked
from vietnamese.syllables import (
    canonical,
    fold,
    fold_canonical,
    fold_text,
    has_marks,
    syllables,
    with_tone,
)
from vietnamese.typing import KeyDecoder, pasted_plainly

FORMAL_POWER = 0.5
"""How fast a formal term loses weight by its length beside the wording: at 1 two syllables for ten weigh .3, which costs .002
nDCG@10 over all and .006 in everyday words; at .35 citizens' questions lose .004 MRR, at .65 they lose recall."""

BESIDE_OTHERS = 0.5
"""Weight of what a wording of little meaning ("bán") stands for beside other wordings; 0–1 within .001 on queries, of 187 small
trades, animals and ailments 7 more than at 1."""

MOST_SYLLABLES = 64
"""Syllables of a query that are looked at; the longest real question has 60."""


class Understanding:
    """Pure and thread-safe once built."""

    def __init__(self, vocabulary: Vocabulary, models: Models) -> None:
        compounds()  # a quarter of a second that no question waits for
        self._vocabulary = vocabulary
        self._speller = Speller(models)
        self._marks = Marks(models.accented)
        self._spellings = models.known
        self._models = models
        self._decoder = KeyDecoder(models.known, models.typed)
        self._wordings = Wordings(term for term in vocabulary.terms if not term.intent)
        self._spoken = SpokenWords(self._wordings, vocabulary.abbreviations, models)
        self._intents = [
            (f" {' '.join(map(fold, syllables(wording)))} ", term.intent)
            for term in vocabulary.terms
            for wording in term.asked
            if term.intent
        ]
        self._asking = Asking(vocabulary)
        self._variants = Variants(vocabulary.qualifiers)
        nicknames = (wording for term in vocabulary.terms if term.type == "place" for wording in term.asked)
        self._places = PlaceNames(
            (*vocabulary.places, *nicknames),
            vocabulary.home,
            models.title_b.frequency.__contains__,
            UNMISTAKABLE,
        )

    def by_kind(self, typed: str, *, raw: bool = False) -> dict[Kind, Reading]:
        """A query as each kind is searched: news and documents are of a place, procedures hold everywhere."""
        reading = self.read(typed, raw=raw)
        other = self.read(typed, raw=raw, anywhere=False) if reading.placed else reading
        return {kind: reading if kind == "procedure" else other for kind in KINDS}

    def read(self, typed: str, *, raw: bool = False, anywhere: bool = True) -> Reading:
        """Read a query; `raw` takes it as typed: no decoding, splitting, spelling, vocabulary, places or lighter words of asking.
        So is one that is a document's number and nothing else; what has all parts of the number mentions it.

        `anywhere`: what is asked for holds in every place, so that names of places are no words of it.
        """
        text = pasted_plainly(typed)
        written, rest = codes.in_question(text)
        old = codes.find_old(text)
        found = (*dict.fromkeys(code for _, code in written), *((old,) if old else ()))
        numbers = numbers_asked(text)
        number = parts_of_number(text, numbers)
        query = TypedQuery(typed, raw or bool(number), syllables(rest)[:MOST_SYLLABLES], has_marks(rest))
        query.changes += [Change("code", as_typed, code) for as_typed, code in written if as_typed != code]
        if not query.as_typed:
            self._decode(query)
            self._split(query)
            query.places = self._places.spans(query.tokens)
        self._correct(query)
        self._weigh(query, anywhere)
        reading = self._reading(query, found, numbers)
        return replace(reading, only_number=True, needs=(need([*number], 1.0),)) if number else reading

    def _decode(self, query: TypedQuery) -> None:
        for i, token in enumerate(query.tokens):
            if fold(token) in self._vocabulary.acronyms:
                continue
            decoded = self._decoder.decode(token)
            if decoded:
                query.tokens[i] = decoded[0]
                query.marked = True
                query.changes.append(Change("vni" if decoded[1] == "vni" else "telex", token, decoded[0]))

    def _split(self, query: TypedQuery) -> None:
        parts = []
        for token in query.tokens:
            glued = [] if fold(token) in self._vocabulary.acronyms else self._speller.split(token)
            parts += glued or [token]
            if glued:
                query.changes.append(Change("split", token, " ".join(glued)))
        query.tokens = parts

    def _correct(self, query: TypedQuery) -> None:
        """The terms as read, and a second reading or nothing."""
        query.before = query.after = [canonical(t) for t in query.tokens]
        if not query.as_typed:
            terms = query.before if query.marked else [fold_canonical(t) for t in query.before]
            whole = in_compounds(terms) if query.marked else set()
            untouched = query.in_places | whole | {i for i, term in enumerate(terms) if self._is_right(query, i, term)}
            query.after, *others = self._speller.correct(terms, marked=query.marked, untouched=untouched, whole=whole)
            query.second = others[0] if others else []
            for i, (old, new) in enumerate(zip(terms, query.after, strict=True)):
                if old != new:
                    shown = self._spelled(new)
                    query.changes.append(Change("spelling", query.tokens[i], shown))
                    query.tokens[i] = shown
        query.plain = [fold_canonical(t) for t in query.after]
        query.written = self._marks.restore(query.plain) if query.shown_with_marks else [*query.after]

    def _is_right(self, query: TypedQuery, i: int, term: str) -> bool:
        """Whether a token is surely meant as it is: a short form, or a word of asking that texts of the law lack."""
        token, marked = query.tokens[i], query.marked
        return fold(token) in self._vocabulary.acronyms or (
            self._asking.is_word(token, marked=marked) and not self._speller.knows(term, marked=marked)
        )

    def _weigh(self, query: TypedQuery, anywhere: bool) -> None:
        """Places weigh little where they are no words of what is asked, words of asking less than others."""
        query.weights = [1.0] * len(query.tokens)
        if query.as_typed:
            return
        if anywhere and len(query.in_places) < len(query.tokens):
            query.placed = query.in_places
        own = query.own
        asking = self._asking.of(
            [query.tokens[i] for i in own],
            [query.plain[i] for i in own],
            [query.written[i] for i in own],
            marked=query.marked,
        )
        query.phrases = {own[i] for i in asking.phrases}
        own_weights = dict(zip(own, asking.weights, strict=True))
        query.weights = [own_weights.get(i, PLACE_WEIGHT) for i in range(len(query.tokens))]
        said = " ".join(query.tokens[i] for i in own if query.weights[i] < 1.0)
        query.changes += [Change("question_words", said, "")] if said else []
        query.changes += [
            Change("place", " ".join(query.tokens[i:j]), "") for i, j in query.places if i in query.placed
        ]

    def _reading(self, query: TypedQuery, found: tuple[str, ...], numbers: tuple[str, ...]) -> Reading:
        plain, terms, weights, own = query.plain, query.terms, query.weights, query.own
        asked = bag_of(plain, [fold_canonical(t) for t in query.before], query.after, weights, query.marked)
        written = query.written
        apart = query.placed | query.phrases
        named = [] if query.as_typed else [*self._variants.named(without(plain, apart), written, marked=query.marked)]
        for variant in named:
            add_words(asked, variant.formal, marked=query.marked)
            words = " ".join(query.tokens[variant.start : variant.start + variant.length])
            query.changes.append(Change("vocabulary", words, variant.meaning))
        against = [words for variant in named for words in variant.against]
        matches, sure = ([], []) if query.as_typed else self._matches(query)
        telling = [i for i in own if weights[i] == 1.0]
        spoken = [*self._spoken.of(plain, frozenset(telling), sure, against)]
        for wording in spoken:
            add_words(asked, wording.formal, marked=query.marked)
        short = [] if query.as_typed else [*self._spoken.written_out(plain, telling)]
        for wording in short:
            expand(asked, [*wording.formal], SHORT_WEIGHT, query.marked)
        spoken += short
        add_second(asked, query.after, query.second, marked=query.marked)
        pairs = zip(query.after, query.second, strict=bool(query.second))
        query.changes += [Change("second", self._spelled(a), self._spelled(b)) for a, b in pairs if a != b]
        content = [plain[i] for i in telling]
        needs = own_needs(content)
        if self._models.asked and content:
            needs.append(need(content, FORMAL_SHARE, "asked_f"))
        expanded, shown = asked, query.tokens
        if not query.as_typed:
            expanded = asked.copy()
            needs += self._expand(expanded, query, matches, against)
            shown = self._with_marks(query, written) if query.shown_with_marks else shown
        understood = Understood(
            typed=query.typed,
            read_as=" ".join((*found, *shown)),
            changes=tuple(dict.fromkeys(query.changes)),
            terms=tuple(dict.fromkeys(query.tokens)),
            intents=tuple(dict.fromkeys(self._intents_of(plain))),
        )
        formal = chain(*(variant.formal for variant in named), *(wording.formal for wording in spoken))
        return Reading(
            understood,
            found,
            numbers,
            query.marked,
            asked,
            expanded,
            against_questions(asked, len(own), self._models.rarity) if self._models.asked else Bag(),
            tuple(terms),
            frozenset((*(plain[i] for i in own), *map(fold_canonical, formal))),
            lighter(query, named, spoken),
            tuple(term if term is not None else bare for term, bare in zip(written, terms, strict=True)),
            bool(query.placed),
            self._names_only_places(query),
            self._vocabulary.classes_asked(without(terms, apart), marked=query.marked),
            tuple(dict.fromkeys(needs)),
        )

    def _names_only_places(self, query: TypedQuery) -> bool:
        rest = [i for i in range(len(query.tokens)) if i not in query.in_places]
        return bool(query.in_places) and all(
            i in query.phrases or self._asking.is_word(query.tokens[i], marked=query.marked) for i in rest
        )

    def _matches(self, query: TypedQuery) -> tuple[list[Match], list[Match]]:
        """The wordings in a query, and those that are surely meant: a bare one by its neighbours."""
        words, written = without(query.plain, query.placed), query.written
        matches = [*self._wordings.matches(words, written, marked=query.marked)]
        if query.marked:
            return matches, matches
        return matches, [*self._wordings.matches(words, written, marked=False, careful=True)]

    def _expand(self, bag: Bag, query: TypedQuery, matches: list[Match], ruled_out: list[str]) -> Iterator[Need]:
        """Add the formal words of what the vocabulary knows, and say what a document must have of each."""
        tokens = query.tokens
        told = any(not entry.alone for _, _, entries in matches for entry in entries)
        for start, length, entries in matches:
            little = told and all(entry.alone for entry in entries)
            share = (BESIDE_OTHERS if little else 1.0) * sqrt(min(1.0, length / min(len(query.own), LONG_QUERY)))
            words = " ".join(tokens[start : start + length])
            meanings = [found for e in entries if (found := self._wordings.meanings(e, ruled_out))]
            formal_words = [m[0][0] for m in meanings if fold_text(m[0][0]) != fold_text(words)]
            if formal_words:
                query.changes.append(Change("vocabulary", words, " / ".join(formal_words)))
            for formal in (terms for found in meanings for _, terms in found):
                expand(bag, formal, min(1.0, ((length + 1) / len(formal)) ** FORMAL_POWER) * share, query.marked)
                yield need([fold_canonical(t) for t in formal], FORMAL_SHARE, "suggest_f")

    def _with_marks(self, query: TypedQuery, written: list[str | None]) -> list[str]:
        """An unaccented query as it is shown: with the marks it probably has, acronyms as typed."""
        shown = []
        for token, plainly, term in zip(query.tokens, query.plain, written, strict=True):
            spelled = token if term is None or plainly in self._vocabulary.acronyms else self._spelled(term)
            is_other = self._asking.is_word(token, marked=True) and not self._asking.is_word(spelled, marked=True)
            shown.append(token if is_other else spelled)  # "tui" is no "túi"
        if has_marks(" ".join(shown)):
            query.changes.insert(0, Change("marks", "", ""))
        return shown

    def _spelled(self, term: str) -> str:
        letters, _, tone = term.partition("_")
        return self._spellings.get((letters, tone), ("", 0))[0] or with_tone(letters, tone)

    def _intents_of(self, plain: list[str]) -> Iterator[str]:
        text = f" {' '.join(plain)} "
        return (intent for wording, intent in self._intents if wording in text)
