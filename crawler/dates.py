"""Dates as Vietnamese pages state them. Nothing is guessed: what is no possible date is no date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from core.clock import VIETNAM

EARLIEST_YEAR = 1945  # the first legal documents of the state
LATEST_YEAR = 2099  # 31/12/9999 stands on real pages and means nothing
EARLIEST_POSTING = 1997  # the country's connection to the internet
EARLIEST_SHORT, LATEST_SHORT = 1990, 2039  # what two digits may mean; a reader has no clock that would say "until now"

_TIME = (
    r"(?<!\d)(?P<h{n}>\d{{1,2}})(?::|h|g|\s?giờ\s?)(?P<mi{n}>\d{{2}})(?:\s?phút|['’′])?(?::(?P<s{n}>\d{{2}}))?(?:\.\d+)?"
    r"(?:\s*(?P<ap{n}>[AaPp]\.?[Mm]\.?|SA|CH))?"
)
_BEFORE, _AFTER = _TIME.format(n="1"), _TIME.format(n="2")
_GAP = r"[\s,|()–-]{0,6}(?:ngày\s*|lúc\s*|hồi\s*)?"
_APART = (  # a dash stands before a date after a word, a time or a numbered weekday, none inside a number or a file's name
    r"(?:(?<![\d/.-])|(?<=[^\d/.\s-]\s-)|(?<=[^\d/.\s-]-)(?=\d\d?/)"
    r"|(?<=[:hg]\d\d-)|(?<=[:hg]\d\d\s-)|(?<=thứ\s[2-7]-)|(?<=thứ\s[2-7]\s-))"
)
_DAY_FIRST = _APART + r"(?P<d>\d{1,2})\s?(?P<sep>[/.-])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<y>\d{4})(?![\d/])"
_DONE = "đăng|cập nhật|tạo|gửi|hỏi|trả lời|ký|ban hành|xuất bản|hiệu lực"
_SHORT = (  # two digits are a year only where a label says that this is a date
    rf"\b(?:ngày\s(?:{_DONE})(?:\s(?:tin|bài|tải))?|(?:{_DONE})(?=\s?:|\s(?:lúc|ngày)))\s?:?\s?(?:ngày\s?:?\s?|lúc\s?:?\s?)?"
    r"(?P<sd>\d{1,2})(?P<ssep>[/-])(?P<sm>\d{1,2})(?P=ssep)(?P<sy>\d{2})(?!\d|[/.-]\d)"
)
_MONTH_WORDS = (  # no "giêng" and "chạp": they are months of the lunar calendar
    {"một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
    | {"mười": 10, "mười một": 11, "mười hai": 12}
)
_SAID = "|".join(sorted(_MONTH_WORDS, reverse=True)).replace(" ", r"\s+")
_WORDS = (  # "6 tháng năm 2018" are the months of a report: the fifth month is "tháng năm năm 2018" or "tháng năm, 2018"
    rf"(?<!\d)(?P<wd>\d{{1,2}})\s+tháng\s+(?P<wm>\d{{1,2}}|{_SAID})"
    r"(?:\s*(?:,|năm)\s*|(?<!\snăm)\s+)(?P<wy>\d{4})(?!\d)"
)
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
    rf"(?:{_BEFORE}{_GAP}(?:thứ\s+\w+|chủ nhật)?[\s,]{{0,3}})?(?:{_ISO}|(?:{_DAY_FIRST}|{_WORDS}|{_ENGLISH}|{_SHORT})(?:{_GAP}{_AFTER})?)",
    re.IGNORECASE,
)
_IN_PATH = re.compile(r"/(?P<y>(?:19|20)\d{2})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})(?=/|$)")
_TODAY = re.compile(r"hôm nay|bây giờ|today|cập nhật đến|bản quyền|copyright|©|®|lượt truy cập|thống kê", re.IGNORECASE)
_POSTED = re.compile(
    r"\W*(?:(?:tin|bài)\s)?(?:ngày\s)?(?:đăng|cập nhật|xuất bản)(?:\s(?:tải|tin|bài|lần cuối))?\s*"
    r"(?::|(?:ngày|lúc|bởi|thứ|chủ nhật)\b|\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A date found in a text: `moment` in Vietnam time, and where in the text it stood."""

    moment: datetime
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
    stated = find(text)
    if stated is None or stated.moment.year < EARLIEST_POSTING:
        return None
    return stated.moment if is_labelled(text) or not _TODAY.search(text, 0, stated.start) else None


def is_labelled(text: str) -> bool:
    """Whether `text` begins with a label of a posting date: "Đăng ngày", "Cập nhật lúc:"; not "Đăng ký trước ngày"."""
    return _POSTED.match(text) is not None


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
        year = parts["y"] or parts["wy"] or parts["ey"] or parts["fy"] or _whole_year(parts["sy"])
        day = _day(year, _month(parts), parts["d"] or parts["wd"] or parts["ed"] or parts["fd"] or parts["sd"])
        clock = _clock(parts["h2"], parts["mi2"], parts["s2"], parts["ap2"]) or _clock(
            parts["h1"], parts["mi1"], parts["s1"], parts["ap1"]
        )
    if day is None:
        return None
    moment = datetime.combine(day, clock or time(), _zone(parts["iz"])).astimezone(VIETNAM)
    labelled = parts["sd"] and not parts["h1"]  # the label itself is no part of what is stated
    return Stated(moment, match.start("sd") if labelled else match.start(), match.end())


def _month(parts: dict[str, str | None]) -> str:
    if named := parts["em"] or parts["fm"]:
        return str(_MONTHS.split("|").index(named.casefold()) + 1)
    said = parts["m"] or parts["sm"] or parts["wm"] or ""
    return str(_MONTH_WORDS.get(" ".join(said.casefold().split()), said))


def _whole_year(two: str) -> str:
    """The year two digits stand for, "0" for none."""
    return next((str(year) for year in range(EARLIEST_SHORT, LATEST_SHORT + 1) if year % 100 == int(two)), "0")


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


def _zone(offset: str | None) -> tzinfo:
    if not offset:
        return VIETNAM
    if offset in "Zz":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    minutes = int(offset[1:3]) * 60 + int(offset[-2:])
    return timezone(sign * timedelta(minutes=minutes)) if minutes < 24 * 60 else VIETNAM
