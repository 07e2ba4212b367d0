"""Addresses that lead nowhere or on for ever: calendars, numbers of pages, languages, views for a printer. Pure text, no request."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

MAX_LENGTH = 1_000  # characters; the deepest address of the real language trap has 1,900
MAX_DEPTH = 15  # path segments
MAX_PARAMETERS = 20  # Liferay's own lists carry 13
MAX_PAGE = 500
ROWS = 20  # of a page of a list: `start=` counts rows, not pages

PAGE_PARAMETER = (
    r"(?:page|trang|p|pg|cur|_\w+_cur|start|pageindex|page_?(?:no|num|number)|paged|current_?page|trang_?so)"
)
"""The parameters that count the pages of a list."""

_PAGE_PARAMETER = re.compile(rf"^{PAGE_PARAMETER}$", re.I)
_POST = re.compile(r"/(?:index\.php)?\?(?:post_type=[\w-]+&)?p=\d+$")
_CALENDAR_KEYS = re.compile(
    r"^(?:month|thang|calmonth|year|nam|caldate|day|ngay|date|week|tuan|_\w+_(?:day|month|year))$", re.I
)
_CALENDAR_KEY = re.compile(r"^calendar(?:date|period)$", re.I)  # of SharePoint: one is enough
_CALENDAR_PATH = re.compile(
    r"/(?:calendar|lich(?:-cong-tac|-lam-viec)?|events?)/(?:.*/)?"
    r"(?:\d{4}(?:[-/]\d{1,2}){1,2}|tuan-\d{1,2}(?:-nam-\d{4})?)(?:/|\.\w+)?$",
    re.I,
)
_LANGUAGE_TAIL = re.compile(r"(?:\.html?|/-/[^/]+(?:/[^/]+)?)/(?:en|vi)(?:/(?:en|vi))*/?$", re.I)
_LANGUAGE_RUN = re.compile(r"/(?:en|vi)/(?:en|vi)(?:/|$)", re.I)
_PRINTABLE = re.compile(
    r"(?:^|[/_-])(?:print|savefile|sendmail)(?:[/._-]|$)|vbpq-print-|-banin-"
    r"|/(?:in-?bai(?:-?viet)?|ban-?in|print(?:view|preview|page|news|article|detail)|amp)(?:/|\.\w+)?$"
    r"|/in(?:tin(?:tuc)?|noidung|vanban)\.(?:aspx|php)$|/(?:in-?bai|ban-?in)/|/in/\d+/?$|/_layouts/(?:\d+/)?mobile/",
    re.I,
)
_PRINT_KEYS = re.compile(r"^(?:print|in|inbai(?:viet)?|isprint|printable|tmpl|p_p_state)$", re.I)
_PRINT_VALUES = {"1", "true", "print", "component", "pop_up", "exclusive"}
_PRINT_VIEW = re.compile(
    r"^(?:(?:view|mode|format|output|layout|act)=print(?:able|view)?|op=(?:print|savefile|sendmail)(?:/.*)?)$", re.I
)


def trap(url: str, max_page: int = MAX_PAGE, *, in_list: bool = False) -> str:
    """Why a canonical address must not be followed, or "": language, calendar, repeated_segments, page_cap, printable, long.

    `in_list`: it is linked from a list, where `?p=` is a page of that.
    """
    parts = urlsplit(url)
    path, pairs = parts.path, parse_qsl(parts.query, keep_blank_values=True)
    segments = [segment for segment in path.split("/") if segment]
    if len(url) > MAX_LENGTH or len(segments) > MAX_DEPTH or len(pairs) > MAX_PARAMETERS:
        return "long"
    if _LANGUAGE_RUN.search(path) or _LANGUAGE_TAIL.search(path):
        return "language"
    if _repeats(segments):
        return "repeated_segments"
    dated = sum(2 if _CALENDAR_KEY.match(key) else bool(_CALENDAR_KEYS.match(key)) for key, _ in pairs)
    if dated >= 2 or _CALENDAR_PATH.search(path):
        return "calendar"
    if (in_list or not may_be_post(url)) and any(_is_past(max_page, key, value) for key, value in pairs):
        return "page_cap"
    if _PRINTABLE.search(path) or any(
        (_PRINT_KEYS.match(key) and value.lower() in _PRINT_VALUES) or _PRINT_VIEW.match(f"{key}={value}")
        for key, value in pairs
    ):
        return "printable"
    return ""


def may_be_post(url: str) -> bool:
    """Whether an address may name one article, as WordPress's `?p=12345` does, as well as a page of a list."""
    return _POST.search(url) is not None


def counts_pages(name: str) -> bool:
    """Whether a parameter of this name is a page's number or a day, month or year."""
    return bool(_PAGE_PARAMETER.match(name) or _CALENDAR_KEYS.match(name) or _CALENDAR_KEY.match(name))


def _is_past(max_page: int, key: str, value: str) -> bool:
    if not _PAGE_PARAMETER.match(key) or not value.isdecimal():
        return False
    return int(value) > (max_page * ROWS if key.lower() == "start" else max_page)


def _repeats(segments: list[str]) -> bool:
    if any(count >= 3 for count in Counter(segments).values()):
        return True
    pairs = Counter(pairwise(segments))
    return any(count >= 2 for count in pairs.values())
