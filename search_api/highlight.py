"""Marking the words that were looked for, as they stand in the original, and choosing the passage that shows most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from vietnamese.syllables import Syllable, canonical, fold, has_marks, located, syllables

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
    places = located(text)
    if not places:
        return Markup("")
    hits = [(place, key) for place in places if (key := _match(place, words))]
    start = _best_start(hits, size)
    begin = next((i for i, place in enumerate(places) if place.start >= start), 0)
    first = places[begin].start if start else 0
    last = max((place.end for place in places[begin:] if place.end <= first + size), default=places[begin].end)
    end = last if last < places[-1].end else len(text)
    cut = text[first:end]
    shown = _marked(cut, _spans(located(cut), words, cut))
    return Markup("{}{}{}").format("… " if first else "", shown, " …" if end < len(text) else "")


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


def _best_start(hits: list[tuple[Syllable, str]], size: int) -> int:
    """Where a window of `size` characters has most different words; a little before the first of them."""
    best, start = (0, 0), 0
    counts: dict[str, int] = {}
    low = 0
    for high, (place, key) in enumerate(hits):
        counts[key] = counts.get(key, 0) + 1
        while place.end - hits[low][0].start > size - LEAD:
            gone = hits[low][1]
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
            low += 1
            if low > high:
                break
        score = (len(counts), high - low + 1)
        if low <= high and score > best:
            best, start = score, hits[low][0].start
    return start - LEAD if start > LEAD else 0


LEAD = 30
"""Characters shown before the first word of a passage."""


def _match(place: Syllable, words: Wanted) -> str:
    plain = fold(place.text)
    return plain if plain in words.folded or canonical(place.text) in words.accented else ""


def _spans(places: list[Syllable], words: Wanted, text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for place in places:
        if not _match(place, words):
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
