"""Menus, side bars and footers stand on all pages of a site: what follows from such a part alone is worked out once.

A part is known by a digest of its markup, from the second page on that has it. What is kept of it names its elements by
their place in it, so that it holds for the same part of any page. Only what looks at nothing outside of the part may be
kept: its outcome is then the same as if it were worked out anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from typing import Any, TypeVar

from lxml import etree
from lxml.html import HtmlElement

T = TypeVar("T")
Test = Callable[[HtmlElement], bool]
"""Looks at an element and what is in it, at nothing else."""

TAGS = ("ul", "ol", "nav", "header", "footer", "aside")
SMALLEST = 12  # elements of a part: a menu of four entries; what is smaller is walked as fast as it is looked up
MOST_ELEMENTS = 100_000
"""Elements of all parts that are kept, about 20 MB a process (170 bytes each): 48 sites with frames of 400 have a fifth."""
MOST_SEEN = 20_000  # digests of parts that were seen once

Digest = tuple[bytes, int]


@dataclass(slots=True)
class Part:
    """A part of the page under reading, with what is known of it from other pages."""

    elements: list[HtmlElement]
    facts: dict[Hashable, Any]

    def fact(self, name: Hashable, work: Callable[[], T]) -> T:
        """What `work` makes of the part; done once for all pages that have it."""
        try:
            known: T = self.facts[name]
        except KeyError:
            known = self.facts[name] = work()
        return known


@dataclass(slots=True)
class _Memory:
    """What is known of parts, those used last: at most `MOST_ELEMENTS` in all."""

    seen: OrderedDict[Digest, None] = field(default_factory=OrderedDict)
    facts: OrderedDict[Digest, dict[Hashable, Any]] = field(default_factory=OrderedDict)
    elements: int = 0

    def facts_of(self, part: HtmlElement, size: int) -> dict[Hashable, Any] | None:
        """The facts of a part; None when it is seen for the first time."""
        markup = etree.tostring(part, encoding="utf-8", with_tail=False)
        key = blake2b(markup, digest_size=16).digest(), size
        known = self.facts.get(key)
        if known is not None:
            self.facts.move_to_end(key)
            return known
        if key not in self.seen:
            self.seen[key] = None
            if len(self.seen) > MOST_SEEN:
                self.seen.popitem(last=False)
            return None
        del self.seen[key]
        known = self.facts[key] = {}
        self.elements += size
        while self.elements > MOST_ELEMENTS:
            (_, gone), _ = self.facts.popitem(last=False)
            self.elements -= gone
        return known


_memory = _Memory()
_parts: dict[HtmlElement, Part] = {}  # of the page read last
_inside: set[HtmlElement] = set()  # all elements of these
_tagged: dict[tuple[HtmlElement, tuple[str, ...]], tuple[list[HtmlElement], list[HtmlElement]]] = {}
"""Of the page read last: the elements with some tags under one of it, and those of them that are in no part."""
_told: dict[tuple[tuple[str, ...], Test], tuple[set[HtmlElement], set[HtmlElement]]] = {}  # likewise


def find_parts(root: HtmlElement) -> None:
    """Look for the parts of a page that other pages had: the largest ones, not what is in them."""
    _parts.clear()
    _told.clear()
    _tagged.clear()
    _inside.clear()
    for element in root.iter(*TAGS):
        if element in _inside:
            continue
        elements = list(element.iter())
        if len(elements) >= SMALLEST and (facts := _memory.facts_of(element, len(elements))) is not None:
            _parts[element] = Part(elements, facts)
            _inside.update(elements)


def part_of(element: HtmlElement) -> Part | None:
    """The part that begins with this element."""
    return _parts.get(element)


def parts_under(root: HtmlElement) -> list[Part]:
    """All parts of the page read last, none if `root` is another's."""
    tree = root.getroottree().getroot()
    return [part for element, part in _parts.items() if element.getroottree().getroot() is tree]


def having(root: HtmlElement, tags: tuple[str, ...], test: Test) -> Iterator[HtmlElement]:
    """The elements under `root` (and itself) with one of these tags that pass a test, in document order."""
    passing, failing = _told.get((tags, test)) or _tell(tags, test)
    elements, others = _tagged.get((root, tags)) or _look_up(root, tags)
    if not passing:
        elements = others
    for element in elements:
        if element not in failing and (element in passing or test(element)):
            yield element


def _look_up(root: HtmlElement, tags: tuple[str, ...]) -> tuple[list[HtmlElement], list[HtmlElement]]:
    elements = list(root.iter(*tags))
    found = _tagged[root, tags] = elements, [element for element in elements if element not in _inside]
    return found


def _tell(tags: tuple[str, ...], test: Test) -> tuple[set[HtmlElement], set[HtmlElement]]:
    passing: set[HtmlElement] = set()
    failing: set[HtmlElement] = set()
    for part in _parts.values():
        elements = part.elements
        places = part.fact((tags, test), partial(_places, elements, tags, test))
        passing.update([elements[place] for place in places[0]])
        failing.update([elements[place] for place in places[1]])
    _told[tags, test] = passing, failing
    return passing, failing


def _places(elements: list[HtmlElement], tags: tuple[str, ...], test: Test) -> tuple[list[int], list[int]]:
    found: tuple[list[int], list[int]] = [], []
    for place, element in enumerate(elements):
        if element.tag in tags:
            found[0 if test(element) else 1].append(place)
    return found
