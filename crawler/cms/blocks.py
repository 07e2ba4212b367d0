"""Which heading a link stands under: blocks of a front page, side bars, menus; a heading holds until the next in its box."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.cms.tree import BLOCKS, SILENT, text_of
from crawler.sections import SectionTable
from vietnamese.syllables import fold_text

LONGEST_HEADING = 60  # characters
LONGEST_TEXT = 200  # characters with the spaces of the source
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"])
_BLOCKS = BLOCKS - {"br", "hr", "body", "form", "table", "tbody", "tr"} | {"span"}
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
        """Walk the page once."""
        self._sections = sections
        self._over: dict[HtmlElement, Heading] = {}
        links = _links_inside(root)
        for element in root.iter(*_HEADINGS, *_BLOCKS):
            if heading := self._heading(element, links):
                self._govern(heading, links)

    def over(self, element: HtmlElement) -> Heading | None:
        """The heading a link stands under."""
        return self._over.get(element)

    def _heading(self, element: HtmlElement, links: dict[HtmlElement, int]) -> Heading | None:
        tag = element.tag
        linked = links.get(element, 0)
        if linked > 1 or (linked and tag == "li"):
            return None
        if tag not in _HEADINGS and (len(element) > 2 or len(element.text or "") > LONGEST_TEXT):
            return None  # most elements of a page: out before anything is put together
        if not _is_short(element):
            return None
        text = text_of(element).strip(" :›»|")
        if not 2 < len(text) <= LONGEST_HEADING:
            return None
        section = self._sections.exactly(text)
        if section or is_side(text):
            return Heading(text, section, element)
        return Heading(text, "", element) if tag in _HEADINGS and not linked else None

    def _govern(self, heading: Heading, links: dict[HtmlElement, int]) -> None:
        own = links.get(heading.element, 0)
        scope = next((up for up in heading.element.iterancestors() if links.get(up, 0) > own), None)
        if scope is None:
            return
        inside = set(heading.element.iter("a"))
        reached = False
        for element in scope.iter():
            if element is heading.element:
                reached = True
            elif reached and element.tag == "a" and element not in inside:
                self._over[element] = heading


def _links_inside(root: HtmlElement) -> dict[HtmlElement, int]:
    counts: dict[HtmlElement, int] = {}
    for anchor in root.iter("a"):
        place: HtmlElement | None = anchor.getparent()
        while place is not None:
            counts[place] = counts.get(place, 0) + 1
            place = place.getparent()
    return counts


def _is_short(element: HtmlElement) -> bool:
    """A cheap look before the text is put together: few descendants, none of them a list or a table."""
    if not len(element):
        return element.tag not in SILENT
    for number, inner in enumerate(element.iter()):
        if number > 8 or inner.tag in SILENT or (inner.tag in ("ul", "ol", "img", "p") and inner is not element):
            return False
    return True
