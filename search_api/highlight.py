"""Marking the words that were looked for, as they stand in the original, and choosing the passage that shows most."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from core.memo import memo
from vietnamese.syllables import (
    TOKEN_WITH_MARKS,
    WORD_LETTER,
    canonical,
    composed_token,
    fold,
    has_marks,
    located,
    nfc,
    syllables,
)
from vietnamese.typing import LEGAL

PASSAGE = 160
"""Characters of a snippet: about three lines of a phone."""

LONGEST = 20_000
"""Characters of a text in which a passage is looked for."""

MOST_TEXTS = 10_000
"""Texts kept folded: all procedures of a province, each in one text and some in a second one that a question asked for."""

_WHOLE_WORDS = re.compile(rf"(?s).{{0,{PASSAGE}}}(?<={WORD_LETTER})(?!{WORD_LETTER})")

Hit = tuple[int, int, str]
"""Where a word looked for begins and ends, and which one it is (folded)."""


class WantedWords(NamedTuple):
    """The syllables to mark: with tones where they were typed with them, folded otherwise.

    `plain`: all of them folded; `pairs`: neighbours, folded; `rare`: those that are no common syllable (VNeID, 2024).
    `likely`: of those typed without tones which ones are probably meant ("so do" is "sổ đỏ").
    """

    accented: frozenset[str]
    folded: frozenset[str]
    plain: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    rare: frozenset[str]
    likely: Mapping[str, frozenset[str]]


def wanted(terms: Sequence[str], read_as: str = "") -> WantedWords:
    """What to mark for these words of a query; `read_as`: the query with the marks that it probably has."""
    found = [syllable for term in terms for syllable in syllables(term.partition("_")[0] if "_" in term else term)]
    accented = frozenset(canonical(s) for s in found if has_marks(s))
    pairs = frozenset(pairwise(map(fold, found)))
    plain = frozenset(map(fold, found))
    rare = frozenset(s for s in plain if not LEGAL.fullmatch(s))
    bare = frozenset(fold(s) for s in found if not has_marks(s))
    likely: defaultdict[str, set[str]] = defaultdict(set)
    for syllable in syllables(read_as):
        likely[fold(syllable)].add(canonical(syllable) if has_marks(syllable) else "")
    meant = {
        syllable: frozenset(likely[syllable]) for syllable in bare if syllable in likely and "" not in likely[syllable]
    }
    return WantedWords(accented, bare, plain, pairs, rare, meant)


def mark(text: str, words: WantedWords) -> Markup:
    """The text as safe HTML with `<mark>` around every word looked for; neighbours share one mark.

    A word that only looks like one typed without tones ("sở" for "so do") is marked beside its neighbour only.
    """
    text = text.replace("\0", " ")
    hits = _hits(text, _in_place(text), words)
    if words.likely:
        telling = set(_telling(text, hits, words))
        hits = [hit for hit in hits if hit in telling or _is_meant(text, hit, words)]
    return Markup(_marked(text, hits))


def snippet(text: str, words: WantedWords) -> Markup:
    """The passage of about `PASSAGE` characters with most of the words looked for, as safe HTML.

    One syllable of several says little: “kết hôn” is not in “trả kết quả”. It is marked beside its neighbour only.
    """
    text = _looked_at(text)
    hits = _telling(text, _hits(text, _kept_in_place(text), words), words)
    first, last = _passage(text, _best_start(hits))
    if not last:
        return Markup("")
    ends = not TOKEN_WITH_MARKS.search(text, last)
    inside = [(start - first, end - first, key) for start, end, key in hits if start >= first and end <= last]
    shown = _marked(text[first:] if ends else text[first:last], inside)
    return Markup(f"{'… ' if first else ''}{shown}{'' if ends else ' …'}")


def _hits(text: str, folded: str, words: WantedWords) -> list[Hit]:
    """Start, end and key of every word looked for, in order; `folded`: the text as `_in_place` makes it."""
    found = []
    for plain in words.plain:
        composed = nfc(plain)
        start = folded.find(f" {composed} ")
        while start >= 0:
            end = start + len(composed)
            after = text[end : end + 1]
            if after.isalnum() or after >= "\u0300":  # marks that stand for themselves make a word longer
                end = _end_of_word(text, start)
            if plain in words.folded or canonical(composed_token(text[start:end])) in words.accented:
                found.append((start, end, plain))
            start = folded.find(f" {composed} ", end)
    return sorted(found)


def _is_meant(text: str, hit: Hit, words: WantedWords) -> bool:
    start, end, plain = hit
    return plain not in words.likely or canonical(composed_token(text[start:end])) in words.likely[plain]


def _end_of_word(text: str, start: int) -> int:
    word = TOKEN_WITH_MARKS.match(text, start)
    return word.end() if word else start


def _telling(text: str, hits: list[Hit], words: WantedWords) -> list[Hit]:
    """Hits beside a neighbour from the query, and those that are no common syllable: VNeID, 2024."""
    if not words.pairs:
        return hits
    beside = set()
    for n, ((_, end, one), (start, _, other)) in enumerate(pairwise(hits)):
        if (one, other) in words.pairs and text[end:start].isspace():
            beside |= {n, n + 1}
    return [hit for n, hit in enumerate(hits) if n in beside or hit[2] in words.rare]


def _in_place(text: str) -> str:
    """The words of a text folded, each where it stands, and spaces for all else, one more before and after: a word that
    is found between spaces there begins at the same place of the text."""
    return f" {' '.join(map(_chunk_in_place, text.split(' ')))} "


def remember(text: str) -> None:
    """Prepare a text for `snippet`."""
    _kept_in_place(_looked_at(text))


def _looked_at(text: str) -> str:
    return text[:LONGEST].replace("\0", " ")


@lru_cache(MOST_TEXTS)
def _kept_in_place(text: str) -> str:
    """About 5 KB with the text; the same texts come back all day."""
    return _in_place(text)


MOST_CHUNKS = 100_000
"""Chunks remembered, about 300 bytes each; a province's texts have half as many."""


@memo(MOST_CHUNKS)
def _chunk_in_place(chunk: str) -> str:
    """What stands between two spaces of a text, its words folded in place: texts have few different ones."""
    letters = [" "] * len(chunk)
    for word in TOKEN_WITH_MARKS.finditer(chunk):
        plain = nfc(fold(composed_token(word[0])))  # composed, it is no longer than it was, in Hangul too
        letters[word.start() : word.start() + len(plain)] = plain
    return "".join(letters)


def _passage(text: str, start: int) -> tuple[int, int]:
    """Where a passage begins and ends: whole words only, at least one; (0, 0) when there is none."""
    word = TOKEN_WITH_MARKS.search(text, _end_of_word(text, start - 1) if start else 0)
    if word is None:
        return 0, 0
    first = word.start() if start else 0
    whole = _WHOLE_WORDS.match(text, first)
    return first, max(word.end(), whole.end() if whole else 0)


def differing_words(name: str, other: str) -> str:
    """What a name says that another one does not, as it is written: "có yếu tố nước ngoài"; "" when nothing."""
    known = {plain for plain, _, _ in _folded_places(other)}
    runs: list[tuple[int, int]] = []
    for plain, start, end in _folded_places(name):
        if plain in known:
            continue
        if runs and not name[runs[-1][1] : start].strip(" "):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return " … ".join(name[start:end] for start, end in runs)


@lru_cache(10_000)
def _folded_places(name: str) -> tuple[tuple[str, int, int], ...]:
    """The folded syllables of a name, and where each stands."""
    return tuple((fold(place.text), place.start, place.end) for place in located(name))


def _best_start(hits: list[Hit]) -> int:
    """Where a window of `PASSAGE` characters has most different words; a little before the first of them."""
    best, start = (0, 0), 0
    counts: dict[str, int] = {}
    low = 0
    for high, (_, end, key) in enumerate(hits):
        counts[key] = counts.get(key, 0) + 1
        while end - hits[low][0] > PASSAGE - LEAD:
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


def _marked(text: str, hits: list[Hit]) -> str:
    """Safe HTML. Neighbours with nothing but space between them share one mark."""
    spans: list[tuple[int, int]] = []
    for start, end, _ in hits:
        if spans and text[spans[-1][1] : start].isspace():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], text[start:end]]
        at = end
    # Escaped all at once: each call costs more than the letters in it.
    plain, *rest = str(escape("\0".join([*pieces, text[at:]]))).split("\0")
    marked = [f"<mark>{word}</mark>{after}" for word, after in zip(rest[::2], rest[1::2], strict=True)]
    return "".join([plain, *marked])
