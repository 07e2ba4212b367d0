"""Which section the addresses belong to that a reading leads to."""

from __future__ import annotations

import re

from core.model import Reading
from crawler.traps import PAGE_PARAMETER
from crawler.urls import canonical, key_of
from store.pages import Page

PAGE_NUMBER = re.compile(rf"(?P<key>[?&]{PAGE_PARAMETER}=|/(?:page|trang)[-/=]?)(?P<number>\d+)", re.I)
"""The number of a page of a list, in its address."""


def link_sections(reading: Reading, url: str, section: str = "") -> dict[str, str]:
    """Address → section, for the links of a reading that name one. `section` is what is known of the page from elsewhere.

    A menu's links belong to their own words' section, a list's entries and further pages to the list's. What else is
    linked – side bars, related items, running text under a heading – says nothing of its section: many a page would be
    put where it does not belong.
    """
    in_text = {link.url for link in reading.content_links}
    found = {link.url: link.section for link in reading.links if link.section and link.url not in in_text}
    own = reading.section or section
    if reading.page_kind == "list" and own:
        entries = [item.url for item in reading.items if item.url]
        pages = [link.url for link in reading.links if PAGE_NUMBER.search(link.url) and _same_list(link.url, url)]
        for address in (*entries, *pages):
            found.setdefault(address, own)
    return found


def sections_of_keys(page: Page, reading: Reading) -> dict[str, str]:
    """Key → section of what a list or home page shows under a section."""
    if reading.page_kind not in ("list", "home"):
        return {}
    named = link_sections(reading, page.url, page.section)
    return {key_of(address): section for url, section in named.items() if (address := canonical(url, page.url))}


def _same_list(url: str, other: str) -> bool:
    """Whether two addresses are pages of one list: equal but for the page number."""
    return _first_page(url) == _first_page(other)


def _first_page(url: str) -> str:
    return re.sub(r"\?&?$", "", PAGE_NUMBER.sub(lambda m: "?" if m["key"].startswith("?") else "", url)).rstrip("/")
