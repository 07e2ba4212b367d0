"""Dates as Vietnamese pages state them. Nothing is guessed: what is no possible date is no date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
EARLIEST_YEAR = 1945  # the first legal documents of the state
LATEST_YEAR = 2099  # 31/12/9999 stands on real pages and means nothing
EARLIEST_POSTING = 1997  # the country's connection to the internet

_TIME = (
    r"(?<!\d)(?P<h{n}>\d{{1,2}})(?::|h|g|\s?giờ\s?)(?P<mi{n}>\d{{2}})(?:\s?phút|['’′])?(?::(?P<s{n}>\d{{2}}))?(?:\.\d+)?"
    r"(?:\s*(?P<ap{n}>[AaPp]\.?[Mm]\.?|SA|CH))?"
)
_BEFORE, _AFTER = _TIME.format(n="1"), _TIME.format(n="2")
_GAP = r"[\s,|()–-]{0,6}(?:ngày\s*|lúc\s*|hồi\s*)?"
_APART = (
    r"(?:(?<![\d/.-])|(?<=:\d\d-)|(?<=:\d\d\s-)|(?<=[^\W\d]\s-))"  # a dash after a time or a word, none inside a number
)
_DAY_FIRST = _APART + r"(?P<d>\d{1,2})\s?(?P<sep>[/.-])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<y>\d{4})(?![\d/])"
_MONTH_WORDS = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_WORDS = rf"(?<!\d)(?P<wd>\d{{1,2}})\s+tháng\s+(?P<wm>\d{{1,2}}|{'|'.join(reversed(_MONTH_WORDS))})(?:\s*(?:,|năm)\s*|\s+)(?P<wy>\d{{4}})(?!\d)"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_ENGLISH = (  # portals left in their makers' language
    rf"(?<![\w])(?:(?P<em>{_MONTHS})[a-z]*\.?\s+(?P<ed>\d{{1,2}}),?\s+(?P<ey>\d{{4}})"
    rf"|(?P<fd>\d{{1,2}})(?:\s+|-)(?P<fm>{_MONTHS})[a-z]*\.?,?(?:\s+|-)(?P<fy>\d{{4}}))(?!\d)"
)
_ISO = (
    r"(?<!\d)(?P<iy>\d{4})[-/](?P<im>\d{1,2})[-/](?P<id>\d{1,2})(?!\d)"
    r"(?:[T ](?P<ih>\d{2}):(?P<imi>\d{2})(?::(?P<is>\d{2}))?(?:\.\d+)?(?P<iz>Z|[+-]\d{2}:?\d{2})?)?"
)
_STATED = re.compile(
    rf"(?:{_BEFORE}{_GAP}(?:thứ\s+\w+|chủ nhật)?[\s,]{{0,3}})?(?:{_ISO}|(?:{_DAY_FIRST}|{_WORDS}|{_ENGLISH})(?:{_GAP}{_AFTER})?)",
    re.IGNORECASE,
)
_IN_PATH = re.compile(r"/(?P<y>(?:19|20)\d{2})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?=/|$)")
_TODAY = re.compile(r"hôm nay|bây giờ|today|cập nhật đến|bản quyền|copyright|©|®|lượt truy cập|thống kê", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """A date found in a text: `moment` in Vietnam time, whether a time of day was given, and where in the text it stood."""

    moment: datetime
    has_time: bool
    start: int
    end: int


def find_all(text: str) -> list[Stated]:
    """Every possible date in `text`, in order; impossible ones (16/72/2020, 31/12/9999) are passed over."""
    return [stated for match in _STATED.finditer(text) if (stated := _stated(match))]


def find(text: str) -> Stated | None:
    """The first possible date in `text`."""
    return next((stated for match in _STATED.finditer(text) if (stated := _stated(match))), None)


def day_in(text: str) -> date | None:
    """The day of the first possible date in `text`."""
    stated = find(text)
    return stated.moment.date() if stated else None


def posted_in(text: str) -> datetime | None:
    """The first date in `text` that can be a posting date: not before the web, not today's date of a header or a ©."""
    if _TODAY.search(text):
        return None
    stated = find(text)
    return stated.moment if stated and stated.moment.year >= EARLIEST_POSTING else None


def in_path(url: str) -> datetime | None:
    """The date in an address such as `/portal/Pages/2018-8-9/slug.aspx`."""
    match = _IN_PATH.search(url)
    day = _day(match["y"], match["m"], match["d"]) if match else None
    return datetime.combine(day, time(), VIETNAM) if day else None


def _stated(match: re.Match[str]) -> Stated | None:
    parts = match.groupdict()
    if parts["iy"]:
        day = _day(parts["iy"], parts["im"], parts["id"])
        clock = _clock(parts["ih"], parts["imi"], parts["is"], "") or _clock(
            parts["h1"], parts["mi1"], parts["s1"], parts["ap1"]
        )
    else:
        named, said = parts["em"] or parts["fm"], (parts["wm"] or "").lower()
        month = parts["m"] or said
        if named:
            month = str(_MONTHS.split("|").index(named.lower()) + 1)
        elif said in _MONTH_WORDS:
            month = str(_MONTH_WORDS.index(said) + 1)
        year = parts["y"] or parts["wy"] or parts["ey"] or parts["fy"]
        day = _day(year, month, parts["d"] or parts["wd"] or parts["ed"] or parts["fd"])
        clock = _clock(parts["h2"], parts["mi2"], parts["s2"], parts["ap2"]) or _clock(
            parts["h1"], parts["mi1"], parts["s1"], parts["ap1"]
        )
    if day is None:
        return None
    moment = datetime.combine(day, clock or time(), _zone(parts["iz"])).astimezone(VIETNAM)
    return Stated(moment, clock is not None, match.start(), match.end())


def _day(year: str, month: str, day: str) -> date | None:
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _clock(hour: str | None, minute: str | None, second: str | None, half: str | None) -> time | None:
    if not hour or not minute:
        return None
    hours, letter = int(hour), (half or "")[:1].upper()
    if letter in ("P", "C") and hours < 12:
        hours += 12
    elif letter in ("A", "S") and hours == 12:
        hours = 0
    try:
        return time(hours, int(minute), int(second or 0))
    except ValueError:
        return None


def _zone(offset: str | None) -> timezone:
    if not offset:
        return VIETNAM
    if offset in "Zz":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(sign * timedelta(minutes=minutes)) if minutes < 24 * 60 else VIETNAM
