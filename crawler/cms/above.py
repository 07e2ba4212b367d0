"""What stands above a text and is marked by no heading: a title whose block says so, and the paragraph that sums up."""

from __future__ import annotations

import re
from collections import Counter

from lxml.html import HtmlElement

from crawler import dates
from crawler.cms.tree import BLOCKS, is_chrome, text_of

_SAYS_TITLE = re.compile(r"(?:^|[\s_-])(?:title|tieu-?de)(?=$|[\s_-])", re.I)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4"])
LONGEST_TITLE = 250  # characters; the longest title of a procedure seen has 220
SUMMARY = range(40, 601)  # characters; shorter ones are bylines, longer ones the text itself
MOST_BETWEEN = 3  # blocks between a title and its summary: date, byline, tools


def title_blocks(main: HtmlElement) -> list[HtmlElement]:
    """Blocks whose class or id says that they are a title, and that no other block shares: titles of entries come in numbers."""
    found = [
        element
        for element in main.iter("div", "p", "td", "span")
        if _SAYS_TITLE.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ]
    shared = Counter(element.get("class") for element in found)
    return [element for element in found if shared[element.get("class")] == 1 and _is_title(element)]


def _is_title(element: HtmlElement) -> bool:
    text = text_of(element)
    linked = next(element.iter("a"), None) is not None or next(element.iterancestors("a"), None) is not None
    return 4 <= len(text) <= LONGEST_TITLE and not linked and dates.day_in(text) is None


def summary_above(start: HtmlElement) -> str:
    """The one paragraph between a page's heading and its body, which begins with `start`; "" when nothing else is there."""
    above = next((up for up in (start, *start.iterancestors()) if up.getprevious() is not None), None)
    block = above.getprevious() if above is not None else None
    if block is None or not _sums_up(block):
        return ""
    for _, before in zip(range(MOST_BETWEEN), block.itersiblings(preceding=True), strict=False):
        if before.tag in _HEADINGS or next(before.iter(*_HEADINGS), None) is not None:
            return text_of(block)
        if len(text_of(before)) >= SUMMARY.start:
            return ""
    return ""


def _sums_up(block: HtmlElement) -> bool:
    if (
        block.tag not in BLOCKS
        or block.tag in _HEADINGS
        or is_chrome(block)
        or next(block.iter("a", "table", "li"), None) is not None
    ):
        return False
    text = text_of(block)
    return len(text) in SUMMARY and text.endswith((".", "!", "?", "…")) and not dates.find(text[:30])
