"""Where an article ends and its readers' comments begin: they are no part of its text, and they name who wrote them."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.cms.tree import Line
from vietnamese.syllables import fold_text

LONGEST_HEADING = 45  # characters
SHORTEST_BEFORE = (
    40  # characters of a line of the article: what has none before it is a button or the name of a section
)

_MAYBE = re.compile(r"lu[ậâa]n|ki[ếêe]n|ph[ảa]n", re.I)
_HEADING = re.compile(
    r"(?:\d+ )?(?:y kien(?: phan hoi)? (?:(?:cua )?(?:ban doc|doc gia)|cua ban)|phan hoi (?:cua|tu) (?:ban doc|doc gia)"
    r"|(?P<short>(?:cac |gui |viet |y kien )?binh luan)(?: (?:cua (?:ban doc|doc gia|ban)|bai viet|moi nhat|facebook))?)(?: \d+)?"
)
_TITLES = ("h1", "h2", "h3", "h4", "h5", "h6", "legend")


def first_of_comments(stream: list[Line]) -> int | None:
    """The place of the heading of readers' comments among the lines of a page; None without one."""
    written = False
    for place, line in enumerate(stream):
        if written and len(line.text) <= LONGEST_HEADING and _MAYBE.search(line.text) and _is_heading(line):
            return place
        written = written or len(line.text) >= SHORTEST_BEFORE
    return None


def comments_of(main: HtmlElement, stream: list[Line]) -> frozenset[HtmlElement]:
    """The elements of `main` from the heading of its comments on; none without one."""
    place = first_of_comments(stream)
    if place is None:
        return frozenset()
    elements = list(main.iter())
    return frozenset(elements[elements.index(stream[place].element) :])


def _is_heading(line: Line) -> bool:
    found = _HEADING.fullmatch(folded := fold_text(line.text))
    if found is None:
        return False
    says_little = found["short"] == folded  # as the button beside the date does
    return not says_little or line.bold == line.text or line.element.tag in _TITLES
