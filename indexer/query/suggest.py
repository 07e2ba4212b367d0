"""Completions while typing: titles, everyday phrases and codes; accent-blind, Telex-tolerant, one per procedure."""

from __future__ import annotations

import re

from indexer.engines import Candidate, Engine
from indexer.query.answer import Suggestion
from vietnamese.syllables import fold, fold_text, nfc, syllables
from vietnamese.typing import KeyDecoder

SHORTEST = 2
POOL = 100
"""Candidates looked at; the popular ones among them come first."""

TITLE_START, PHRASE_START, INSIDE = 3.0, 2.5, 1.0
"""Weight of how the typed text stands in the completion, beside a usage prior of 0–1. Ignoring a leading "Thủ tục" and
preferring starts brings the wanted title into the first five after 10 characters instead of 15 (300 titles)."""

_LEADING = re.compile(r"^\s*(?:thủ tục|tthc)\s*:?\s*", re.I)
_CODE = re.compile(r"\s*([1-6])(?:[.,\s]\s?(\d{0,6})[\d.,hH]*)?\s*")


def suggest(engine: Engine, decoder: KeyDecoder, typed: str, limit: int) -> tuple[Suggestion, ...]:
    """At most `limit` completions, none for less than two letters."""
    code = _CODE.fullmatch(typed)
    if code and len(typed.strip()) >= SHORTEST:
        prefix = f"{code[1]}.{code[2] or ''}"
        found = engine.complete_exact(prefix, POOL)
        ordered = sorted(found, key=lambda c: (-c.card.prior, c.id))
        return tuple(_suggestion(c, short_title(c.card.title)) for c in ordered[:limit])
    terms = [_plain(decoder, token) for token in syllables(typed)]
    if not terms or sum(map(len, terms)) < SHORTEST:
        return ()
    ended = not typed[-1:].isalnum() and not _combines(typed)
    found = engine.complete(terms if ended else terms[:-1], "" if ended else terms[-1], POOL)
    best = sorted(((*_best_text(c, " ".join(terms)), c) for c in found), key=lambda row: (-row[0], row[2].id))
    unique: dict[str, Suggestion] = {}
    for _, text, candidate in best:
        unique.setdefault(fold_text(text), _suggestion(candidate, text))
    return tuple(unique.values())[:limit]


def short_title(title: str) -> str:
    """A title without its leading "Thủ tục"."""
    rest = _LEADING.sub("", title)
    return rest[:1].upper() + rest[1:]


def _combines(typed: str) -> bool:
    return nfc(typed)[-1:].isalnum()


def _plain(decoder: KeyDecoder, token: str) -> str:
    decoded = decoder.decode(token)
    return fold(decoded[0]) if decoded else fold(token)


def _best_text(candidate: Candidate, typed: str) -> tuple[float, str]:
    title = short_title(candidate.card.title)
    choices = [(_fit(fold_text(title), typed, TITLE_START), title)]
    choices += [(_fit(fold_text(phrase), typed, PHRASE_START), phrase) for phrase in candidate.card.phrases]
    fit, text = max(choices, key=lambda choice: choice[0])
    return fit + candidate.card.prior, text


def _fit(text: str, typed: str, start: float) -> float:
    if text.startswith(typed):
        return start
    return INSIDE if f" {typed}" in text else 0.0


def _suggestion(candidate: Candidate, text: str) -> Suggestion:
    key = candidate.id.partition(":")[2]
    return Suggestion(text, key if key[:1].isdigit() else "", key)
