"""Which element holds the text of a page whose markup nobody knows: its paragraphs vote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from lxml.html import HtmlElement

from crawler.cms.repeated import having
from crawler.cms.tree import is_chrome

_VOTERS = ("nav", "footer", "aside", "header", "p", "div", "td", "li", "ul", "section", "span")
_MARKS = frozenset(("b", "i", "em", "strong", "span", "a", "br", "font", "u"))
SHORTEST_PARAGRAPH = 40  # characters


def main_part(root: HtmlElement, comments: Collection[HtmlElement] = ()) -> HtmlElement:
    """The element that holds the text of the page: paragraphs vote for their parents, links vote against, comments not."""
    votes: Counter[HtmlElement] = Counter()
    furniture: dict[HtmlElement, bool] = {}
    for paragraph in having(root, _VOTERS, _is_paragraph):
        if paragraph in comments:
            break
        if (
            _stands_in_furniture(paragraph, root, furniture)
            or next(paragraph.iterancestors("noscript"), None) is not None
        ):
            continue
        place: HtmlElement | None = paragraph if paragraph.tag != "p" else paragraph.getparent()
        weight = float(_own_length(paragraph))
        for _ in range(3):
            if place is None or place.tag in ("body", "html"):
                break
            votes[place] += int(weight)
            weight /= 2
            place = place.getparent()
    return votes.most_common(1)[0][0] if votes else root


def _is_paragraph(element: HtmlElement) -> bool:
    return _own_length(element) >= SHORTEST_PARAGRAPH


def _own_length(element: HtmlElement) -> int:
    """Characters of an element's own text and of what stands between the marks in it."""
    own = len((element.text or "").strip())
    return own + sum(len(child.tail or "") for child in element if child.tag in _MARKS)


def _stands_in_furniture(element: HtmlElement, root: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element is furniture, or its parent is that may vote as it does; `root` itself is none."""
    found = known.get(element)
    if found is None:
        parent = element.getparent() if element is not root else None
        inherited = parent is not None and parent.tag in _VOTERS and _stands_in_furniture(parent, root, known)
        found = known[element] = inherited or (element is not root and is_chrome(element))
    return found
