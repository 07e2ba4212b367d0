"""Elements by CSS. Most selectors ask for a class, id or property that a page does not have: these are not run at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

import cssselect
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash
from lxml import etree
from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

from crawler.cms.repeated import parts_under

T = TypeVar("T")

_NAMING = ("class", "id", "itemprop", "property")
OPENING = ("aria-controls", "data-bs-target", "data-target")
"""Attributes that name what a click opens, as `href="#…"` does."""
_LOOKED_UP = frozenset((*_NAMING, *OPENING, "style", "href"))


def select(root: HtmlElement, css: str) -> list[HtmlElement]:
    """Elements under `root` (and itself) by CSS, in document order; nothing for an empty selector."""
    if not css:
        return []
    if css.isalpha():
        return list(root.iter(css))
    page = _index(root.getroottree().getroot())
    likely = [one for one in _alternatives(css) if all(name in page.written for name in one.names)]
    if not all(one.simple for one in likely):
        return _found(root, " | ".join(one.path for one in likely))
    found = [element for one in likely if one.simple for element in page.fitting(root, one.simple)]
    return found if len(likely) < 2 else page.in_order(found)


def first(root: HtmlElement, css: str) -> HtmlElement | None:
    """The element under `root` for the first of the selectors in `css` that finds one."""
    if not css:
        return None
    if css.isalpha():
        return next(root.iter(css), None)
    page = _index(root.getroottree().getroot())
    for one in _alternatives(css):
        if all(name in page.written for name in one.names):
            found = page.fitting(root, one.simple) if one.simple else _found(root, one.path)
            if found:
                return found[0]
    return None


def opened_in(root: HtmlElement) -> set[str]:
    """The ids on the page on which `root` stands that a link or a toggle of it names."""
    return _index(root.getroottree().getroot()).opened


def opening(root: HtmlElement, ids: Collection[str]) -> list[HtmlElement]:
    """The links and toggles on the page on which `root` stands that name one of these ids, in document order."""
    return _index(root.getroottree().getroot()).opening(ids)


def having_attribute(root: HtmlElement, *attributes: str) -> list[tuple[HtmlElement, str]]:
    """The elements of the page on which `root` stands that have one of these attributes, with its value, in document
    order.

    Of the attributes that are looked up only (`OPENING`, "style"), of `href` those that lead to a place of the page.
    """
    return _index(root.getroottree().getroot()).having(attributes)


def _found(root: HtmlElement, path: str) -> list[HtmlElement]:
    found = _compiled(path)(root)
    return [element for element in found if isinstance(element, HtmlElement)] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True)
class _Simple:
    """A selector of elements by tag, classes, id, what class or id holds, whole attributes, and what they stand in."""

    tag: str = ""
    classes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    holding: tuple[tuple[str, str], ...] = ()  # attribute, text
    equal: tuple[tuple[str, str], ...] = ()  # attribute, value
    under: _Simple | None = None
    is_child: bool = False  # directly under it

    def fits(self, element: HtmlElement, root: HtmlElement) -> bool:
        """Whether an element under `root` is meant."""
        if self.tag and element.tag != self.tag:
            return False
        tokens = _tokens(element.get("class") or "") if self.classes else ()
        return (
            all(name in tokens for name in self.classes)
            and all(element.get("id") == name for name in self.ids)
            and all(text in (element.get(attribute) or "") for attribute, text in self.holding)
            and all(element.get(attribute) == value for attribute, value in self.equal)
            and (self.under is None or self._is_placed(self.under, element, root))
        )

    def _is_placed(self, under: _Simple, element: HtmlElement, root: HtmlElement) -> bool:
        place = element
        while place is not root:
            place = place.getparent()
            if under.fits(place, root):
                return True
            if self.is_child:
                return False
        return False


@dataclass(frozen=True, slots=True)
class _Alternative:
    """One alternative of a selector: as XPath, the names it cannot do without, and what needs no XPath."""

    path: str
    names: tuple[str, ...]
    simple: _Simple | None


class _Names(Generic[T]):
    """Elements by attribute, by each class, by the whole class attribute, and by id: themselves, or their places in a
    repeated part."""

    def __init__(self, elements: Iterable[tuple[T, HtmlElement]]) -> None:
        self.having: dict[str, list[tuple[T, str]]] = {name: [] for name in _LOOKED_UP}
        for what, element in elements:
            for name, value in element.items():
                if name in _LOOKED_UP and (name != "href" or value.startswith("#")):
                    self.having[name].append((what, value))
        self.classes: dict[str, list[T]] = {}
        self.attributes: dict[str, list[T]] = {}
        self.ids: dict[str, list[T]] = {}
        for what, names in self.having["class"]:
            self.attributes.setdefault(names, []).append(what)
            for name in _tokens(names):
                self.classes.setdefault(name, []).append(what)
        for what, own in self.having["id"]:
            self.ids.setdefault(own, []).append(what)
        self.targets = {value.lstrip("#") for name in (*OPENING, "href") for _, value in self.having[name]}
        properties = (value for name in ("itemprop", "property") for _, value in self.having[name])
        self.written = "\n".join((*self.attributes, *self.ids, *properties))


class _Index:
    """The elements of a page by class and id: a look-up takes a hundredth of an XPath over the page."""

    def __init__(self, root: HtmlElement) -> None:
        """Look every element up once."""
        self._root = root
        parts = parts_under(root)
        inside = set[HtmlElement]().union(*(part.elements for part in parts))
        self._own = _Names((element, element) for element in root.iter() if element not in inside)
        self._parts = [
            (part.elements, part.fact(_Names, partial(_Names[int], enumerate(part.elements)))) for part in parts
        ]
        self._order: dict[HtmlElement, int] = {}
        self.written = "\n".join((self._own.written, *(names.written for _, names in self._parts)))

    def having(self, attributes: Iterable[str]) -> list[tuple[HtmlElement, str]]:
        """The elements with attributes that are looked up, with their values, in document order."""
        found = list(self._having(attributes))
        return sorted(found, key=lambda one: self._place(one[0])) if len(found) > 1 else found

    def opening(self, ids: Collection[str]) -> list[HtmlElement]:
        """The elements that open one of these ids, in document order."""
        found = self._having((*OPENING, "href"))
        return self.in_order([element for element, value in found if value.lstrip("#") in ids])

    def _having(self, attributes: Iterable[str]) -> Iterator[tuple[HtmlElement, str]]:
        for name in attributes:
            yield from self._own.having[name]
            for elements, names in self._parts:
                yield from ((elements[place], value) for place, value in names.having[name])

    @property
    def opened(self) -> set[str]:
        """The ids that are there and named by an attribute that opens what it names."""
        every = [self._own, *(names for _, names in self._parts)]
        targets = set[str]().union(*(names.targets for names in every))
        return set[str]().union(*(targets.intersection(names.ids) for names in every))

    def fitting(self, root: HtmlElement, simple: _Simple) -> list[HtmlElement]:
        """The elements under `root` (and itself) that a selector means, in document order."""
        if simple.tag and not (simple.classes or simple.ids or simple.holding):
            return [element for element in root.iter(simple.tag) if simple.fits(element, root)]
        found = self._likely(simple)
        if root is not self._root:
            found = [element for element in found if element is root or root in element.iterancestors()]
        found = [element for element in found if simple.fits(element, root)]
        return self.in_order(found) if len(found) > 1 and (simple.holding or self._parts) else found

    def _likely(self, simple: _Simple) -> list[HtmlElement]:
        found = _likely(self._own, simple)
        for elements, names in self._parts:
            found = found + [elements[place] for place in _likely(names, simple)]
        return found

    def in_order(self, found: list[HtmlElement]) -> list[HtmlElement]:
        """Elements in document order, each once."""
        return sorted(set(found), key=self._place) if len(found) > 1 else found

    def _place(self, element: HtmlElement) -> int:
        if not self._order:
            self._order = {element: place for place, element in enumerate(self._root.iter())}
        return self._order[element]


def _likely(names: _Names[T], simple: _Simple) -> list[T]:
    if simple.classes:
        return names.classes.get(simple.classes[0], [])
    if simple.ids:
        return names.ids.get(simple.ids[0], [])
    if not simple.holding:
        attribute, text = next(one for one in simple.equal if one[0] in _NAMING)
        return [what for what, value in names.having[attribute] if value == text]
    attribute, text = simple.holding[0]
    named = names.attributes if attribute == "class" else names.ids
    return [what for value in named if text in value for what in named[value]]


_index = lru_cache(2)(_Index)  # as the parsed pages


@lru_cache(20_000)  # the names of a site stand on all of its pages
def _tokens(names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in re.split(r"[ \t\r\n]+", names) if name))


@lru_cache(512)
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path)


@lru_cache(512)
def _alternatives(css: str) -> tuple[_Alternative, ...]:
    translator = HTMLTranslator()
    return tuple(
        _Alternative(
            translator.selector_to_xpath(one),
            tuple(_names(one.parsed_tree)),
            None if one.pseudo_element else _simple(one.parsed_tree),
        )
        for one in cssselect.parse(css)
    )


def _simple(tree: Any) -> _Simple | None:
    """A selector that names elements by tag, class, id and attribute, in others of that kind; None for any other."""
    if isinstance(tree, CombinedSelector):
        outer, inner = _simple(tree.selector), _simple(tree.subselector)
        if outer is None or inner is None or tree.combinator not in (" ", ">"):
            return None
        return replace(inner, under=outer, is_child=tree.combinator == ">")
    classes: list[str] = []
    ids: list[str] = []
    holding: list[tuple[str, str]] = []
    equal: list[tuple[str, str]] = []
    while not isinstance(tree, Element):
        if isinstance(tree, Class):
            classes.append(tree.class_name)
        elif isinstance(tree, Hash):
            ids.append(tree.id)
        elif isinstance(tree, Attrib) and tree.value and tree.value.value and not (tree.flag or tree.namespace):
            value = str(tree.value.value)
            if tree.operator == "=":
                equal.append((tree.attrib.lower(), value))
            elif tree.operator == "*=" and tree.attrib in ("class", "id"):
                holding.append((tree.attrib, value))
            else:
                return None
        else:
            return None
        tree = tree.selector
    simple = _Simple((tree.element or "").lower(), tuple(classes), tuple(ids), tuple(holding), tuple(equal))
    # What only an attribute tells that is not looked up is found by XPath as fast.
    can_be_found = simple.tag or classes or ids or holding or any(name in _NAMING for name, _ in equal)
    return simple if can_be_found and not tree.namespace else None


def _names(tree: Any) -> Iterator[str]:
    """Names that must be written on the page; what stands in `:not()`, `:is()` or `:has()` need not."""
    if isinstance(tree, Class):
        yield tree.class_name
    elif isinstance(tree, Hash):
        yield tree.id
    elif isinstance(tree, Attrib) and tree.attrib in _NAMING and tree.value and tree.operator != "!=" and not tree.flag:
        yield str(tree.value.value)
    if isinstance(tree, CombinedSelector):
        yield from _names(tree.subselector)
    if (within := getattr(tree, "selector", None)) is not None:
        yield from _names(within)
