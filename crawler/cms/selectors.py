"""Elements by CSS. Most selectors ask for a class, id or property that a page does not have: these are not run at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import cssselect
from cssselect.parser import Attrib, Class, CombinedSelector, Hash
from lxml import etree
from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

_NAMING = ("class", "id", "itemprop", "property")


def select(root: HtmlElement, css: str) -> list[HtmlElement]:
    """Elements under `root` (and itself) by CSS, in document order; nothing for an empty selector."""
    if not css:
        return []
    if css.isalpha():
        return list(root.iter(css))
    written = _written(root.getroottree().getroot())
    paths = [path for path, names in _alternatives(css) if all(name in written for name in names)]
    return _found(root, " | ".join(paths)) if paths else []


def first(root: HtmlElement, css: str) -> HtmlElement | None:
    """The element under `root` for the first of the selectors in `css` that finds one."""
    if not css:
        return None
    written = _written(root.getroottree().getroot())
    for path, names in _alternatives(css):
        if all(name in written for name in names) and (found := _found(root, path)):
            return found[0]
    return None


def _found(root: HtmlElement, path: str) -> list[HtmlElement]:
    found = _compiled(path)(root)
    return [element for element in found if isinstance(element, HtmlElement)] if isinstance(found, list) else []


@lru_cache(512)
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path)


def texts_of(path: str) -> Callable[[HtmlElement], list[str]]:
    """What finds the attributes or texts of an XPath."""
    compiled = etree.XPath(path, smart_strings=False)

    def texts(root: HtmlElement) -> list[str]:
        found = compiled(root)
        return [str(text) for text in found] if isinstance(found, list) else []

    return texts


_names_of = texts_of(" | ".join(f"//@{name}" for name in _NAMING))


@lru_cache(2)  # as the parsed pages
def _written(root: HtmlElement) -> str:
    """Every class, id and property of a page."""
    return "\n".join(_names_of(root))


@lru_cache(512)
def _alternatives(css: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each alternative of a selector as XPath, with the names it cannot do without."""
    translator = HTMLTranslator()
    return tuple((translator.selector_to_xpath(one), tuple(_names(one.parsed_tree))) for one in cssselect.parse(css))


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
