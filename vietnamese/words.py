"""Words as underthesea segments them, clause by clause, kept per digest of the clause so that nothing is segmented twice.

Clauses, not lines: no word reaches over a comma or a bracket, legal texts repeat their clauses (of 13 MB of distinct lines
9 MB are distinct clauses), and underthesea is slower the longer its input.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from core.plain import digest
from vietnamese import VERSION
from vietnamese.syllables import canonical, has_marks, new_style, syllables, unglued

MAX_RUN = 200
"""Longest unbroken run of characters that is segmented: underthesea's patterns are quadratic on `a.a.a.…`."""

# One class of signs first, its conditions after: the search skips to the signs (a third of the time of alternatives).
_CLAUSE_END = re.compile(r"[.,;:!?()\[\]\"“”–—+•-](?:(?<=[()\[\]\"“”–—])|(?<=[.,;:!?])(?=\s|$)|(?<=\s[-+•])(?=\s))")
_LONG_RUN = re.compile(rf"\S{{{MAX_RUN},}}")
_lock = threading.Lock()
_segment: Any = None


def warm_up() -> None:
    """Load the segmenter once, before threads share it: its own lazy start is a race (`'NoneType' … 'process'`)."""
    global _segment
    with _lock:
        if _segment is None:
            from underthesea import word_tokenize  # half a second and 80 MB: only where words are wanted

            word_tokenize("khởi động", use_token_normalize=False)
            _segment = word_tokenize


class Kept(Protocol):
    """Words of clauses that were segmented before, by digest of analysis version and clause."""

    def known(self, digests: Collection[str], /) -> Mapping[str, tuple[str, ...]]:
        """Those of these digests that are kept."""

    def add(self, words: Mapping[str, tuple[str, ...]], /) -> None:
        """Keep more."""


class KeptHere(dict[str, tuple[str, ...]]):
    """Kept in memory, for as long as it lives."""

    def known(self, digests: Collection[str], /) -> Mapping[str, tuple[str, ...]]:
        """Those of these digests that are kept."""
        return {digest: self[digest] for digest in digests if digest in self}

    def add(self, words: Mapping[str, tuple[str, ...]], /) -> None:
        """Keep more."""
        self.update(words)


class Words:
    """Multi-syllable words of lines, segmented once where `kept` keeps them."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept: Kept = KeptHere() if kept is None else kept

    def of_lines(self, lines: Iterable[str]) -> list[str]:
        """The words of all lines as terms such as `đăng+kí`; an unaccented clause has none (it cannot be segmented)."""
        clauses = [part.strip() for line in lines for part in _CLAUSE_END.split(unglued(line).lower())]
        digests = {clause: digest(f"{VERSION}\n{clause}") for clause in {*clauses} if has_marks(clause)}
        known = self._kept.known(digests.values())
        new = {key: _words(clause) for clause, key in digests.items() if key not in known}
        if new:
            self._kept.add(new)
        found = {clause: new[key] if key in new else known[key] for clause, key in digests.items()}
        return [word for clause in clauses for word in found.get(clause, ())]


def _words(clause: str) -> tuple[str, ...]:
    warm_up()
    clean = _LONG_RUN.sub(" ", new_style(clause)).replace("\x00", " ")
    if not clean.strip():
        return ()
    terms = []
    for word in _segment(clean, use_token_normalize=False):
        parts = syllables(word)
        if len(parts) > 1:
            terms.append("+".join(canonical(part) for part in parts))
    return tuple(terms)
