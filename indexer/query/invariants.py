"""Questions that must show a procedure: read from a file or made from every code and official name, and asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core import codes
from core.errors import QueryRefused, UsageError
from indexer.query.answer import Ask
from indexer.query.searcher import Searcher

FIRST = 3
"""Place within which a code or an official name must show its procedure."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """`query` must show one of `keys` among the first `first`."""

    query: str
    keys: frozenset[str]
    first: int = FIRST


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold, with what stood there instead."""

    invariant: Invariant
    found: tuple[str, ...]

    def __str__(self) -> str:
        wanted = " or ".join(sorted(self.invariant.keys))
        shown = ", ".join(self.found) or "nothing"
        return f"“{self.invariant.query}” does not show {wanted} in the first {self.invariant.first}: {shown}"


def read_invariants(path: Path) -> list[Invariant]:
    """One a line: the question, a tab, the codes separated by spaces, and optionally a tab and within how many (3)."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", "name a text file, one question a line") from None
    return [_invariant(path, n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]


def _invariant(path: Path, number: int, line: str) -> Invariant:
    query, *rest = line.split("\t")
    keys = rest[0].split() if rest else []
    depth = rest[1].strip() if len(rest) > 1 else str(FIRST)
    bad = [key for key in keys if not key.startswith("x-") and codes.normalise(key) != key]
    if not query.strip() or not keys or bad or not depth.isdecimal() or len(rest) > 2:
        raise UsageError(
            f"{path}, line {number}: not a question, codes and a number between tabs", "such as: kết hôn⇥1.000894⇥3"
        )
    return Invariant(query.strip(), frozenset(keys), max(1, int(depth)))


def of_procedures(named: Iterable[tuple[str, str, str]], longest: int) -> Iterator[Invariant]:
    """Every code and every official name of (key, code, name); of twins with one name any will do.

    A name longer than a query may be cannot be asked for: its beginning is another question, and others begin like it.
    """
    rows = [(key, code, " ".join(name.split())) for key, code, name in named]
    same: dict[str, set[str]] = {}
    for key, _, name in rows:
        same.setdefault(name.casefold(), set()).add(key)
    for key, code, name in rows:
        if code:
            yield Invariant(code, frozenset((key,)))
        if len(name) <= longest:
            yield Invariant(name, frozenset(same[name.casefold()]))


def broken(searcher: Searcher, invariants: Iterable[Invariant]) -> Iterator[Broken]:
    """Those that do not hold."""
    for invariant in invariants:
        try:
            hits = searcher.search(Ask(invariant.query, "procedure", limit=invariant.first, counted=False)).hits
        except QueryRefused as refused:
            yield Broken(invariant, (refused.message,))
            continue
        found = tuple(hit.key for hit in hits)
        if not invariant.keys & set(found):
            yield Broken(invariant, found)
