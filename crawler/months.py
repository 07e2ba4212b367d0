"""Lists shown month by month (`?nam=2024&thang=5`): the only way to older documents on some sites. Pure text, no request."""

from __future__ import annotations

import re

from core.model import Reading

DOCUMENTS = "legal_docs"  # the section whose list may show no row before a month is chosen

_MONTH = re.compile(
    r"([?&](nam|year|thang|month)=)(?:(?<=[mr]=)(?:19[4-9]\d|20\d\d)|(?<=[gh]=)(?:0?\d|1[0-2]))(?=&|$)", re.I
)
"""Of a year since 1940, or of a month; other numbers are counted up by a program, without end."""
_PAIRS = ({"nam", "thang"}, {"year", "month"})
_FINER = re.compile(r"[?&](?:day|ngay|date|week|tuan)=", re.I)
_AGENDA = re.compile(r"/(?:calendar|lich(?:-cong-tac|-lam-viec)?|events?)(?:[/.?]|$)", re.I)


def list_of(url: str) -> str:
    """The list of which an address shows one month, with N for year and month; "" for others, and for a calendar."""
    names = [name.lower() for _, name in _MONTH.findall(url)]
    if len(names) != 2 or set(names) not in _PAIRS or _FINER.search(url) or _AGENDA.search(url):
        return ""
    return _MONTH.sub(r"\1N", url)


def without_month(url: str) -> str:
    """The address of such a list without the month: what else may be wrong with it."""
    return _MONTH.sub(lambda match: match[1][0], url)


def leads_to_months(url: str, reading: Reading, section: str) -> bool:
    """Whether a page shows rows, so that months of it do too; one that is to show documents may ask for a month first."""
    if reading.page_kind == "list":
        return bool(reading.items)
    return reading.page_kind == "other" and section == DOCUMENTS and not list_of(url)
