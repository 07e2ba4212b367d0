"""Marking the words that were looked for, as they stand in the original, and choosing the passage that shows most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import NamedTuple

from markupsafe import Markup, escape

from vietnamese.syllables import (
    TOKEN_WITH_MARKS,
    canonical,
    composed_token,
    fold,
    fold_canonical,
    has_marks,
    located,
    syllables,
)
from vietnamese.typing import LEGAL

PASSAGE = 160
"""Characters of a snippet: about three lines of a phone."""

LONGEST = 20_000
"""Characters of a text in which a passage is looked for."""


Hit = tuple[int, int, str]
"""Where a word looked for begins and ends, and which one it is (folded)."""


class Wanted(NamedTuple):
    """The syllables to mark: with tones where they were typed with them, folded otherwise; neighbours in `pairs`, folded."""

    accented: frozenset[str]
    folded: frozenset[str]
    pairs: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.accented or self.folded)


def wanted(terms: Sequence[str]) -> Wanted:
    """What to mark for these words of a query."""
    found = [syllable for term in terms for syllable in syllables(term.partition("_")[0] if "_" in term else term)]
    accented = frozenset(canonical(s) for s in found if has_marks(s))
    pairs = frozenset(pairwise(map(fold, found)))
    return Wanted(accented, frozenset(fold(s) for s in found if not has_marks(s)), pairs)


def mark(text: str, words: Wanted) -> Markup:
    """The text as safe HTML with `<mark>` around every word looked for; neighbours share one mark."""
    text = text.replace("\0", " ")
    return Markup(_marked(text, _hits(text, words)))


def snippet(text: str, words: Wanted, size: int = PASSAGE) -> Markup:
    """The passage of about `size` characters with most of the words looked for, as safe HTML.

    One syllable of several says little: “kết hôn” is not in “trả kết quả”. It is marked beside its neighbour only.
    """
    text = text[:LONGEST].replace("\0", " ")
    hits = _telling(text, _hits(text, words), words)
    first, last = _passage(text, _best_start(hits, size), size)
    if not last:
        return Markup("")
    ends = not TOKEN_WITH_MARKS.search(text, last)
    inside = [(start - first, end - first, key) for start, end, key in hits if start >= first and end <= last]
    shown = _marked(text[first:] if ends else text[first:last], inside)
    return Markup(f"{'… ' if first else ''}{shown}{'' if ends else ' …'}")


def _hits(text: str, words: Wanted) -> list[Hit]:
    """Start, end and key of every word looked for, in order. Each different word of the text is judged once."""
    asked = {
        (token, plain)
        for chunk in _known.having(_chunks_of(text), words)
        for token, plain, accented in _words_of(chunk)
        if plain in words.folded or accented in words.accented
    }
    return sorted((start, start + len(token), plain) for token, plain in asked for start in _places(text, token))


def _telling(text: str, hits: list[Hit], words: Wanted) -> list[Hit]:
    """Hits beside a neighbour from the query, and those that are no common syllable: VNeID, 2024."""
    if not words.pairs:
        return hits
    beside = set()
    for n, ((_, end, one), (start, _, other)) in enumerate(pairwise(hits)):
        if (one, other) in words.pairs and text[end:start].isspace():
            beside |= {n, n + 1}
    return [hit for n, hit in enumerate(hits) if n in beside or not LEGAL.fullmatch(hit[2])]


@lru_cache(2_000)
def _chunks_of(text: str) -> frozenset[str]:
    """What stands between two spaces of a text, about 8 KB; the same texts come back all day."""
    return frozenset(map(intern, text.split()))


class Chunks:
    """Which of all chunks seen so far have a word: what a text has of them is an intersection, whatever its length."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._having: defaultdict[str, set[str]] = defaultdict(set)

    def having(self, chunks: frozenset[str], words: Wanted) -> set[str]:
        """The chunks with any of these words, written in any way."""
        for chunk in chunks - self._seen:
            for _, plain, _ in _words_of(chunk):
                self._having[plain].add(chunk)
            self._seen.add(chunk)  # last: another thread that sees it finds it
        plains = words.folded.union(map(fold_canonical, words.accented))
        found = set().union(*(chunks & self._having[plain] for plain in plains if plain in self._having))
        if len(self._seen) > MOST_CHUNKS:
            _start_anew()
        return found


MOST_CHUNKS = 100_000
"""Chunks remembered, about 300 bytes each; a province's texts have half as many."""


def _start_anew() -> None:
    global _known
    _known = Chunks()


_known = Chunks()


@lru_cache(20_000)
def _words_of(chunk: str) -> tuple[tuple[str, str, str], ...]:
    """The words between two spaces: as written, folded, and canonical with their marks."""
    tokens = TOKEN_WITH_MARKS.findall(chunk)
    return tuple((t, fold(s), canonical(s)) for t in tokens if (s := composed_token(t)))


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


def _best_start(hits: list[Hit], size: int) -> int:
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
