"""Where an article ends and its readers' comments begin: they are no part of its text, and they name who wrote them."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.cms.tree import Line
from vietnamese.syllables import fold_text

LONGEST_HEADING = 45
SHORTEST_BEFORE = 40
"""Characters of a heading at most; of a line of the article at least: what has none before it is a button or a section's name."""

BEFORE_A_COUNT = 2
"""Such lines before “8 bình luận” in plain letters, which also stands between summary and text."""

_MAYBE = re.compile(r"lu[ậâa]n|ki[ếêe]n|ph[ảa]n", re.I)
_HEADING = re.compile(
    r"(?:\d+ )?(?:y kien(?: phan hoi)? (?:(?:cua )?(?:ban doc|doc gia)|cua ban)|phan hoi (?:cua|tu) (?:ban doc|doc gia)"
    r"|(?P<short>(?:cac |gui |viet |y kien )?binh luan)(?: (?:cua (?:ban doc|doc gia|ban)|bai viet|moi nhat|facebook))?)(?: \d+)?"
)
_COUNT = re.compile(r"(?:\d+ )?binh luan(?: \d+)?")
_TITLES = ("h1", "h2", "h3", "h4", "h5", "h6", "legend")
_SENTENCE_ENDS = re.compile(r"[.?!…:;,][\"”’»)]*$")


def first_of_comments(stream: list[Line]) -> int | None:
    """The place of the heading of readers' comments among the lines of a page; None without one."""
    written = 0
    for place, line in enumerate(stream):
        if written and len(line.text) <= LONGEST_HEADING and _MAYBE.search(line.text):
            is_followed = any(map(_is_written, stream[place + 1 : place + 2]))
            if _is_heading(line, written, is_followed=is_followed):
                return place
        written += _is_written(line)
    return None


def comments_of(main: HtmlElement, stream: list[Line]) -> frozenset[HtmlElement]:
    """The elements of `main` from the heading of its comments on; none without one, or where the article is in them too."""
    place = first_of_comments(stream)
    if place is None:
        return frozenset()
    begin, before = stream[place].element, stream[place - 1].element
    if begin is before or begin in before.iterancestors():
        return frozenset()
    elements = list(main.iter())
    return frozenset(elements[elements.index(begin) :])


def _is_written(line: Line) -> bool:
    """Whether a line is running text: no headline, no name of a site or office."""
    is_long = len(line.text) >= SHORTEST_BEFORE and line.element.tag not in _TITLES
    return is_long and _SENTENCE_ENDS.search(line.text) is not None


def _is_heading(line: Line, written: int, *, is_followed: bool) -> bool:
    """`is_followed`: by running text. Comments begin with a name or a form, a lawyer's “Bình luận” on a case with its text."""
    found = _HEADING.fullmatch(folded := fold_text(line.text))
    if found is None:
        return False
    stands_out = line.bold == line.text or line.element.tag in _TITLES
    if found["short"] == folded and not stands_out:  # says as little as the button beside the date does
        return False
    if not _COUNT.fullmatch(folded) or (stands_out and folded != "binh luan"):
        return True
    return not is_followed and (stands_out or written >= BEFORE_A_COUNT)
