"""Completions while typing: titles, everyday phrases and codes; accent-blind, Telex-tolerant, one per procedure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import islice, product
from unicodedata import normalize

from indexer.engines import Candidate, Card
from indexer.engines.port import Engine
from indexer.query.answer import Suggestion
from indexer.query.editorial import Pointer
from indexer.query.glued import LONGEST_GLUED, LONGEST_SYLLABLE
from indexer.query.results import key_of
from vietnamese.syllables import canonical, fold, fold_canonical, fold_text, has_marks, nfc, syllables, untoned
from vietnamese.typing import LEGAL, KeyDecoder

SHORTEST = 3
"""Letters or digits from which on something is suggested."""

POOL = 100
"""Candidates looked at; the popular ones among them come first."""

TITLE_FIT, PHRASE_FIT = (3.0, 2.6), (2.5, 1.0)
"""Weight of a completion that begins with the typed text, and of one that has it at the start of a later word, beside a
usage prior of 0–1. Ignoring a leading "Thủ tục" and preferring starts brings the wanted title into the first five after
10 characters instead of 15 (300 titles)."""

FEW, FEW_FIT = 6, 1.0
"""Fewer letters than these stand in many texts by chance: what has them at a later word comes after all that begin so."""

AGREEING = 3.0
"""Added where a text has the marks that were typed: it comes before all others."""

BREVITY = 0.002
"""Taken off per character: of two that fit alike the shorter one is likelier to be meant."""

_ASKED_LEADING = ["thu", "tuc"]

_LEADING = re.compile(r"^\s*(?:thủ tục|tthc)\s*:?\s*", re.I)
_CODE = re.compile(r"(?<![\w.,-])([1-6])(?:[.,\s-]\s?(\d{0,6})|(\d{3,6}))[\d.,hH]*\s*$")
_CALLED = frozenset({"thu", "tuc", "tthc", "ma", "so"})
"""Words that may stand before a code."""

_Fitting = tuple[float, str, Candidate]
"""Weight, text to show, and what it leads to."""

MOST_CUTS = 8
"""Ways of cutting glued syllables that are tried."""


def suggest(
    engine: Engine, decoder: KeyDecoder, typed: str, limit: int, others: Iterable[Candidate] = ()
) -> tuple[Suggestion, ...]:
    """At most `limit` completions, none for less than three letters; `others` are completed beside the procedures."""
    prefix = _code_begun(decoder, typed)
    if prefix:
        found = engine.complete_exact(prefix, POOL)
        ordered = sorted(found, key=lambda c: (-c.card.prior, c.id))
        return tuple(suggestion(c, short_title(c.card.title)) for c in ordered[:limit])
    tokens = [_decoded(decoder, token) for token in syllables(typed)]
    if list(map(fold, tokens[:2])) == _ASKED_LEADING:
        tokens = tokens[2:]
    if sum(map(len, tokens)) < SHORTEST:
        return ()
    ended = not nfc(typed)[-1:].isalnum()
    wanted = _Wanted(tokens, ended=ended)
    near = (*others, *_together(engine, wanted))
    fitting = wanted.fitting(near)
    best = _best(fitting, limit)
    if len(best) == limit:
        return best
    known = {candidate.id for candidate in near}
    fitting += wanted.fitting(c for c in engine.complete(*wanted.parts, POOL) if c.id not in known)
    best = _best(fitting, limit)
    cuts = (_Wanted(cut, ended=ended) for cut in islice(_unglued(tokens, ended=ended), 0 if best else MOST_CUTS))
    return best or next(filter(None, (_best(cut.fitting(_together(engine, cut)), limit) for cut in cuts)), ())


def _together(engine: Engine, wanted: _Wanted) -> tuple[Candidate, ...]:
    return engine.complete(*wanted.parts, POOL, marked=wanted.marked, together=True)


def _unglued(tokens: list[str], *, ended: bool) -> Iterator[list[str]]:
    """Ways of cutting glued syllables, fewest pieces first."""
    last = len(tokens) - 1
    ways = [_cuts(token, ended=ended or n < last) or [[token]] for n, token in enumerate(tokens)]
    return ([piece for cut in way for piece in cut] for way in product(*ways) if any(len(cut) > 1 for cut in way))


def _cuts(token: str, *, ended: bool) -> list[list[str]]:
    """A token that is no syllable as several, by their shape alone; the last may be one that only begins."""
    if LEGAL.fullmatch(fold(token)) or len(token) > LONGEST_GLUED:
        return []
    ways: list[list[list[str]]] = [[[]]]  # for each place
    for end in range(1, len(token) + 1):
        more = "a" if end == len(token) and not ended else ""  # what makes a syllable of its first consonants
        found = []
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            piece = token[start:end]
            if LEGAL.fullmatch(fold(piece)) or LEGAL.fullmatch(fold(piece) + more):
                found += [[*way, piece] for way in ways[start]]
        ways.append(sorted(found, key=len)[:MOST_CUTS])
    return ways[-1]


def _code_begun(decoder: KeyDecoder, typed: str) -> str:
    """The beginning of a code, "" where something else was typed."""
    plain = normalize("NFKC", typed)  # digits of full width too
    code = _CODE.search(plain)
    if code is None or len(code[0].strip()) < SHORTEST:
        return ""
    before = {fold(_decoded(decoder, token)) for token in syllables(plain[: code.start()])}
    return f"{code[1]}.{code[2] or code[3] or ''}" if before <= _CALLED else ""


def completed(pointers: Iterable[Pointer], today: date) -> list[Candidate]:
    """Pointers as what their wordings complete; asked for more than most procedures, else there were none."""
    valid = (pointer for pointer in pointers if pointer.since <= today < pointer.expires)
    return [Candidate(pointer.id, 0.0, Card("", phrases=pointer.asked, prior=1.0)) for pointer in valid]


def _best(fitting: list[_Fitting], limit: int) -> tuple[Suggestion, ...]:
    ordered = sorted(fitting, key=lambda row: (-row[0], row[2].id))
    return different((suggestion(candidate, text) for _, text, candidate in ordered), limit)


def different(found: Iterable[Suggestion], limit: int) -> tuple[Suggestion, ...]:
    """Completions of different wording and procedures, the first of each: two procedures may have one name."""
    unique: dict[str, Suggestion] = {}
    for one in found:
        if not one.key or one.key not in {other.key for other in unique.values()}:
            unique.setdefault(_folded(one.text), one)
        if len(unique) == limit:
            break
    return tuple(unique.values())


@lru_cache(20_000)
def short_title(title: str) -> str:
    """A title without its leading "Thủ tục"."""
    rest = _LEADING.sub("", title)
    return rest[:1].upper() + rest[1:]


def _decoded(decoder: KeyDecoder, token: str) -> str:
    decoded = decoder.decode(token)
    return decoded[0] if decoded else token


class _Wanted:
    """Syllables typed; the last is a beginning unless the typing of it has `ended`."""

    def __init__(self, tokens: list[str], *, ended: bool) -> None:
        terms = list(map(fold, tokens))
        end = " " if ended else ""
        self.sentence = f" {' '.join(terms)}{end}"
        self._syllables = (*(f" {term} " for term in terms[:-1]), f" {terms[-1]}{end}")
        self._is_short = sum(map(len, terms)) < FEW
        self.parts = (terms, "") if ended else (terms[:-1], terms[-1])
        whole = tokens if ended else tokens[:-1]
        self.marked = tuple(canonical(token) for token in whole if has_marks(token))
        self._spelled = None
        if any(map(has_marks, tokens)):
            said = [*map(_spelling, whole), *(_begun(token) for token in tokens[len(whole) :])]
            self._spelled = re.compile(f" {' '.join(said)}")

    def within(self, plain: str) -> bool:
        """Whether one text has all of them, in any order."""
        if self.sentence in plain:
            return True
        for syllable in self._syllables:  # noqa: SIM110 - all() takes thrice the time, a thousand times a key
            if syllable not in plain:
                return False
        return True

    def fit(self, text: str, weights: tuple[float, float]) -> float:
        """The weight of where they stand in this text, with the marks that were typed."""
        plain, (first, later) = _folded(text), weights
        later = min(later, FEW_FIT) if self._is_short else later
        weight = first if plain.startswith(self.sentence) else later if self.sentence in plain else 0.0
        if weight and self._spelled is not None:
            at = self._spelled.search(_canonical(text))
            weight = (later if at.start() else first) + AGREEING if at else weight
        return weight - BREVITY * len(text)

    def fitting(self, found: Iterable[Candidate]) -> list[_Fitting]:
        """Candidates that have it all in one text; where it is scattered over several there is none to show."""
        return [(*choice, candidate) for candidate in found if (choice := self._best_text(candidate.card))]

    def _best_text(self, card: Card) -> tuple[float, str] | None:
        """The weight of the title or phrase to show, and its text."""
        title = short_title(card.title)
        choices = []
        if self.within(_folded(title)) or self.within(_terms_folded(card.title_s)):
            choices.append((self.fit(title, TITLE_FIT), title))
        for phrase in card.phrases:
            if self.within(_folded(phrase)):
                choices.append((self.fit(phrase, PHRASE_FIT), phrase))
        if not choices:
            return None
        fit, text = max(choices, key=lambda choice: choice[0])
        return fit + card.prior, text


_MEANT = {"a": "[aăâ]", "e": "[eê]", "i": "[iy]", "o": "[oôơ]", "u": "[uư]", "y": "[iy]", "d": "[dđ]"}


def _letters(letters: str) -> str:
    """What letters without tone may become: marks are typed late."""
    return "".join(_MEANT.get(letter, re.escape(letter)) for letter in letters)


def _spelling(token: str) -> str:
    """A pattern of the canonical syllables that a whole one may be; typed bare it may have any marks."""
    return f"{re.escape(canonical(token))}(?![^ ])" if has_marks(token) else f"{_letters(untoned(token)[0])}(?:_.)?"


def _begun(token: str) -> str:
    """A pattern of the canonical syllables that one may become."""
    letters, tone = untoned(token)
    return f"{_letters(letters)}[^ _]*{f'_{tone}' if tone else ''}"


@lru_cache(50_000)
def _folded(text: str) -> str:
    """Between spaces. Titles and phrases come back with every key that is pressed."""
    return f" {fold_text(text)} "


@lru_cache(50_000)
def _canonical(text: str) -> str:
    """Between spaces."""
    return f" {' '.join(map(canonical, syllables(text)))} "


@lru_cache(10_000)
def _terms_folded(title_s: str) -> str:
    """A title as indexed, its abbreviations written out, folded and between spaces."""
    return f" {' '.join(map(fold_canonical, title_s.split()))} "


def suggestion(candidate: Candidate, text: str) -> Suggestion:
    """A completion that leads to a procedure, or without a key to the search for its words."""
    key = key_of(candidate)
    return Suggestion(text, key if key[:1].isdigit() else "", key)
