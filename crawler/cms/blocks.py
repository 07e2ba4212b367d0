"""Which heading a link stands under: blocks of a front page, side bars, menus; a heading holds until the next in its box."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.cms.repeated import Test, having
from crawler.cms.tree import BLOCKS, SILENT, text_of
from crawler.sections import SectionTable
from vietnamese.syllables import fold_text

LONGEST_HEADING = 60  # characters
LONGEST_TEXT = 200  # characters with the spaces of the source
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"])
_BLOCKS = BLOCKS - {"br", "hr", "body", "form", "table", "tbody", "tr"} | {"span"}
_TAGS = tuple(sorted(_HEADINGS | _BLOCKS))
_SIDE = re.compile(
    r"^(?:cac )?(?:(?:tin|bai(?: viet)?|thong tin|van ban|thu tuc|muc|noi dung)(?: tuc)? "
    r"(?:moi(?: nhat| dang| hon| hon nua| cap nhat| ban hanh)?|khac|lien quan|cu hon|cung (?:chuyen muc|loai|linh vuc)|da dua|doc nhieu|xem nhieu|noi bat|da dang)"
    r"|(?:doc|xem) nhieu(?: nhat)?|lien ket(?: website| web| trang| khac)?|co the ban quan tam|lien quan)$"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its words and the section they name, if one."""

    text: str
    section: str
    element: HtmlElement

    @property
    def is_side(self) -> bool:
        """Whether what stands under it belongs to other pages: newest, most read, related items."""
        return is_side(self.text)


@lru_cache(20_000)  # the menus of a site stand on all of its pages
def is_side(text: str) -> bool:
    """Whether a heading announces items of other pages ("Tin mới nhất", "Xem nhiều", "Các tin khác")."""
    return len(text) <= LONGEST_HEADING and _SIDE.match(fold_text(text)) is not None


class Blocks:
    """The headings of a page and the links each governs."""

    def __init__(self, root: HtmlElement, sections: SectionTable) -> None:
        """Look the page through once."""
        self._over: dict[HtmlElement, Heading] = {}
        self._links: dict[HtmlElement, int] = {}
        for element in having(root, _TAGS, _is_heading_of(sections)):
            text = _words(element)
            self._govern(Heading(text, sections.exactly(text), element), root)

    def over(self, element: HtmlElement) -> Heading | None:
        """The heading a link stands under."""
        return self._over.get(element)

    def _govern(self, heading: Heading, root: HtmlElement) -> None:
        own = self._links_in(heading.element)
        scope = next((up for up in _above(heading.element, root) if self._links_in(up) > own), None)
        if scope is None:
            return
        inside = set(heading.element.iter("a"))
        reached = False
        for element in scope.iter("a", heading.element.tag):
            if element is heading.element:
                reached = True
            elif reached and element.tag == "a" and element not in inside:
                self._over[element] = heading

    def _links_in(self, element: HtmlElement) -> int:
        count = self._links.get(element)
        if count is None:
            count = self._links[element] = _links_in(element)
        return count


def _above(element: HtmlElement, root: HtmlElement) -> Iterator[HtmlElement]:
    """What a heading may govern: what is around it, as far as the body."""
    if element is not root:
        for up in element.iterancestors():
            yield up
            if up is root:
                return


@lru_cache(16)
def _is_heading_of(sections: SectionTable) -> Test:
    """Tells the headings: by their tag, or by words that name a section or announce items of other pages."""

    def is_heading(element: HtmlElement) -> bool:
        tag = element.tag
        if tag not in _HEADINGS and (len(element) > 2 or len(element.text or "") > LONGEST_TEXT):
            return False  # most elements of a page: out before anything is put together
        if not _is_short(element):
            return False
        linked = _links_in(element)
        if linked > 1 or (linked and tag == "li"):
            return False
        text = _words(element)
        if not 2 < len(text) <= LONGEST_HEADING:
            return False
        return bool(sections.exactly(text)) or is_side(text) or (tag in _HEADINGS and not linked)

    return is_heading


def _words(element: HtmlElement) -> str:
    return text_of(element).strip(" :›»|")


def _links_in(element: HtmlElement) -> int:
    return sum(1 for anchor in element.iter("a") if anchor is not element)


def _is_short(element: HtmlElement) -> bool:
    """A cheap look before the text is put together: few descendants, none of them a list or a table."""
    if not len(element):
        return element.tag not in SILENT
    for number, inner in enumerate(element.iter()):
        if number > 8 or inner.tag in SILENT or (inner.tag in ("ul", "ol", "img", "p") and inner is not element):
            return False
    return True
