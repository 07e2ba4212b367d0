"""Markup that closes nothing puts each row into the one before: levelled, so that no walk of the tree goes too deep."""

from __future__ import annotations

from typing import cast

from lxml import etree
from lxml.html import HtmlElement

MOST_DEEP = 150
"""Elements in one another; a walk takes up to four calls for each, of the 1,000 that Python allows. The deepest saved page has 19."""

_AT_THE_BOTTOM = etree.XPath("/*" * MOST_DEEP)  # a step finds nothing where a page ends: 0.1 ms for 2,000 elements


def level(root: HtmlElement) -> None:
    """Put what is deeper than `MOST_DEEP` beside what it is in, in the order of the text.

    From the last element to the first, so that each is moved alone: lxml walks all that is in what it moves. Texts are taken
    off before and put back: several behind one element (a tag that closes nothing parts them) would change places.
    libxml2 itself reads no more where 2,048 elements stand in one another.
    """
    for top in cast("list[HtmlElement]", _AT_THE_BOTTOM(root)):
        ends: dict[HtmlElement | None, HtmlElement] = {}  # element → the last one in it, which gets its tail
        for element in (*reversed(list(top.iterdescendants())), top):
            tail, element.tail = element.tail or "", None
            end = ends.get(element, element)
            if element is not top:
                ends.setdefault(element.getparent(), end)
                top.addnext(element)
            if tail:
                end.tail = f"{end.tail or ''}{tail}"
