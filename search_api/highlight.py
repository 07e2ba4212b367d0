"""Marking the words that were looked for, as they stand in the original, and choosing the passage that shows most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from vietnamese.syllables import (
    TOKEN_WITH_MARKS,
    Syllable,
    canonical,
    composed_token,
    fold,
    has_marks,
    located,
    syllables,
)

PASSAGE = 160
"""Characters of a snippet: about three lines of a phone."""

LONGEST = 20_000
"""Characters of a text in which a passage is looked for."""


class Wanted(NamedTuple):
    """The syllables to mark: with tones where they were typed with them, folded otherwise."""

    accented: frozenset[str]
    folded: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.accented or self.folded)


def wanted(terms: Sequence[str]) -> Wanted:
    """What to mark for these words of a query."""
    found = [syllable for term in terms for syllable in syllables(term.partition("_")[0] if "_" in term else term)]
    accented = frozenset(canonical(s) for s in found if has_marks(s))
    return Wanted(accented, frozenset(fold(s) for s in found if not has_marks(s)))


def mark(text: str, words: Wanted) -> Markup:
    """The text as safe HTML with `<mark>` around every word looked for; neighbours share one mark."""
    return _marked(text, _spans(located(text), words, text))


def snippet(text: str, words: Wanted, size: int = PASSAGE) -> Markup:
    """The passage of about `size` characters with most of the words looked for, as safe HTML."""
    text = text[:LONGEST]
    start = _best_start(_hits(text, words), size)
    first, last = _passage(text, start, size)
    if not last:
        return Markup("")
    ends = not TOKEN_WITH_MARKS.search(text, last)
    cut = text[first:] if ends else text[first:last]
    return Markup("{}{}{}").format("… " if first else "", mark(cut, words), "" if ends else " …")


def _hits(text: str, words: Wanted) -> list[tuple[int, int, str]]:
    """Start, end and key of every word looked for, in order. Each different word of the text is judged once."""
    found = []
    for token in set(TOKEN_WITH_MARKS.findall(text)):
        if key := _match(token, words):
            found += [(start, start + len(token), key) for start in _places(text, token)]
    return sorted(found)


def _places(text: str, token: str) -> Iterator[int]:
    """Where a word stands by itself."""
    start = text.find(token)
    while start >= 0:
        end = start + len(token)
        if not (TOKEN_WITH_MARKS.match(text, start - 1) if start else None) and not TOKEN_WITH_MARKS.match(text, end):
            yield start
        start = text.find(token, end)


def _passage(text: str, start: int, size: int) -> tuple[int, int]:
    """Where a passage begins and ends: whole words only, at least one; (0, 0) when there is none."""
    first = last = 0
    begun = TOKEN_WITH_MARKS.match(text, start - 1) if start else None  # a word that began before
    for match in TOKEN_WITH_MARKS.finditer(text, begun.end() if begun else start):
        if last and match.end() > first + size:
            break
        if not last:
            first = match.start() if start else 0
        last = match.end()
    return first, last


def differing_words(name: str, other: str) -> str:
    """What a name says that another one does not, as it is written: "có yếu tố nước ngoài"; "" when nothing."""
    known = {fold(place.text) for place in located(other)}
    places = [place for place in located(name) if fold(place.text) not in known]
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and not name[runs[-1][1] : place.start].strip(" "):
            runs[-1] = (runs[-1][0], place.end)
        else:
            runs.append((place.start, place.end))
    return " … ".join(name[start:end] for start, end in runs)


def _best_start(hits: list[tuple[int, int, str]], size: int) -> int:
    """Where a window of `size` characters has most different words; a little before the first of them."""
    best, start = (0, 0), 0
    counts: dict[str, int] = {}
    low = 0
    for high, (_, end, key) in enumerate(hits):
        counts[key] = counts.get(key, 0) + 1
        while end - hits[low][0] > size - LEAD:
            gone = hits[low][2]
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
            low += 1
            if low > high:
                break
        score = (len(counts), high - low + 1)
        if low <= high and score > best:
            best, start = score, hits[low][0]
    return start - LEAD if start > LEAD else 0


LEAD = 30
"""Characters shown before the first word of a passage."""


@lru_cache(100_000)
def _forms(token: str) -> tuple[str, str]:
    """A word as it is written → folded, and canonical with its marks; empty when it has no letter."""
    syllable = composed_token(token)
    return (fold(syllable), canonical(syllable)) if syllable else ("", "")


def _match(token: str, words: Wanted) -> str:
    plain, accented = _forms(token)
    return plain if plain in words.folded or accented in words.accented else ""


def _spans(places: list[Syllable], words: Wanted, text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for place in places:
        if not _match(place.text, words):
            continue
        if spans and text[spans[-1][1] : place.start].isspace():
            spans[-1] = (spans[-1][0], place.end)
        else:
            spans.append((place.start, place.end))
    return spans


def _marked(text: str, spans: list[tuple[int, int]]) -> Markup:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])
