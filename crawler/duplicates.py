"""Parameters that change nothing (`?rnd=8f3a`, `?menu=7` of an article): learned from what a site's pages showed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlencode

from crawler.traps import counts_pages

ENOUGH_VALUES = 3
"""Values of a parameter under which one page showed the same."""

ENOUGH_PAGES = 3
"""Pages of one form of address of which that is so; and none that showed something else under another value."""

Form = tuple[str, frozenset[str], str]
"""Folder and ending, the names of the other parameters, and the name: an article's `menu` is not a list's."""


@dataclass(slots=True)
class Duplicates:
    """What the pages of a site showed under which address.

    Without this, a number drawn anew for each link makes ten pages a site without end.
    """

    refused: int = 0  # links
    _shown: dict[tuple[str, str], dict[str, Hashable]] = field(default_factory=lambda: defaultdict(dict))
    _alike: dict[Form, set[str]] = field(default_factory=lambda: defaultdict(set))
    _telling: set[Form] = field(default_factory=set)

    def learn(self, key: str, shown: Hashable) -> None:
        """Note what the page with this key showed."""
        for name, value, rest, form in _parts(key):
            values = self._shown[rest, name]
            values[value] = shown
            if len(set(values.values())) > 1:
                self._telling.add(form)
            elif len(values) >= ENOUGH_VALUES:
                self._alike[form].add(rest)

    def parameter(self, key: str) -> str:
        """The parameter by which alone an address differs from one that was read, and which changes nothing; or ""."""
        if not self._alike:
            return ""
        for name, value, rest, form in _parts(key):
            read = self._shown.get((rest, name), {})
            if read and value not in read and form not in self._telling and len(self._alike[form]) >= ENOUGH_PAGES:
                return name
        return ""


def _parts(key: str) -> list[tuple[str, str, str, Form]]:
    """Of each parameter: name, value, the key without it, and its form. A number of a page always tells."""
    path, _, query = key.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    folder, _, last = path.rpartition("/")
    kind = re.sub(r"\d+", "N", folder) + "/*" + PurePosixPath(last).suffix
    found = []
    for place, (name, value) in enumerate(pairs):
        others = pairs[:place] + pairs[place + 1 :]
        if not counts_pages(name):
            form = kind, frozenset(other for other, _ in others), name
            found.append((name, value, f"{path}?{urlencode(others)}", form))
    return found
