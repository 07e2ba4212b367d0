"""Title, summary, body and posting date of a page of text, by selectors where the family has them, else by its shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

from lxml.html import HtmlElement

from crawler import dates
from crawler.cms.above import summary_above, title_blocks
from crawler.cms.blocks import is_side
from crawler.cms.selectors import first, select
from crawler.cms.tree import Line, clean, is_chrome, lines, own_lines, text_of
from crawler.cms.vocabulary import is_label, key_of
from vietnamese.syllables import fold_text

_SITE_PART = re.compile(r"\s+[-|–»:]\s+")
_META_DATES = (
    "meta[property='article:published_time']", "meta[itemprop=datePublished]", "time[itemprop=datePublished]",
    "[itemprop=datePublished]", "meta[name='pubdate']",
)  # fmt: skip
_POSTED = re.compile(r"đăng|ngày|cập nhật|thứ|chủ nhật|\d{1,2}:\d{2}", re.I)
_SITE_WORDS = re.compile(r"^(?:cổng|trang thông tin|website|tttđt|ubnd|ủy ban|sở|huyện|thị xã|thành phố)\b", re.I)
_NO_CONTENT = {
    "tham do y kien",
    "dang nhap",
    "trang thai",
    "so do cong",
    "so do trang",
    "tim kiem",
    "dang ky",
    "ket qua tim kiem",
}
_BANNER = re.compile(
    r"(?:^|[\s_-])(?:banner|logos?|masthead|site-?(?:title|name)|ten-(?:co-quan|don-vi)|portal-name)(?=$|[\s_\-A-Z])",
    re.I,
)
_WHEN_WORDS = re.compile(
    r"ngày|đăng(?: (?:tải|tin|bài))?|cập nhật|thứ \w+|chủ nhật|lúc|gmt|[ap]m|xuất bản|lượt (?:xem|đọc|truy cập)|lần cuối",
    re.I,
)
_PARTS = re.compile(r"\s*[|•·]\s*|\s+[-–]\s+")  # of a line beside the title: author, day, number of readers
_OTHER_DATE = re.compile(r"ban hành|hiệu lực|ngày ký|ngày (?:hỏi|gửi|trả lời|sinh|họp)|hạn (?:nộp|cuối)", re.I)
_GENERIC = re.compile(
    r"^(?:noi dung |thong tin |xem )?chi tiet(?: (?:thu tuc(?: hanh chinh)?|van ban|tin(?: tuc)?|bai viet|thong bao|noi dung|cau hoi))?$"
)
_PART_NUMBER = re.compile(r"^(?:đề mục|chương|phần|mục|phụ lục|chủ đề)\s+[\dIVX.]+$", re.I)
_RIGHT = re.compile(r"text-align:\s*right|(?:^|\s)(?:right|text-right|author|tac-?gia)(?:\s|$)", re.I)
LONGEST_SIGNATURE = 60  # characters: a name with its office
NAMED = "h1, h2, h3, h4"
"""Headings looked through for one that <title> or og:title repeats."""
NEAR = 6  # lines before and after the title in which a posting date may stand
LONGEST_DATE_LINE = 160


@lru_cache(2)  # as the parsed pages
def page_title(root: HtmlElement) -> str:
    """The <title>, as the page has it."""
    found = first(root, "head title, title")
    return clean(found.text_content()) if found is not None else ""


def heading(root: HtmlElement, main: HtmlElement, css: str = "") -> tuple[str, HtmlElement | None, str]:
    """The page's own heading, its element and where it was found; <title> without the site's name as the last resort.

    What the page calls itself in <title> or og:title is believed before the first h1, which on many sites is the banner's.
    """
    named = _own_names(root)
    site = site_name(root)
    banner = fold_text(site) if site != page_title(root) else ""
    own = [(one, place) for place in (main, root) for one in css.split(", ") if one]
    for where, place in (
        *own, (NAMED, main), ("h1", main), ("h1", root), ("h2, h3.title, .title", main),
    ):  # fmt: skip
        for element in select(place, where):
            text = _without_number(element)
            if len(text) < 4 or any(is_chrome(up) for up in (element, *element.iterancestors())):
                continue
            if (where, place) not in own and (_is_banner(element) or is_side(text) or fold_text(text) == banner):
                continue
            if _GENERIC.match(fold_text(text)):
                continue
            if where == NAMED and fold_text(text) not in named:
                continue
            return text, element, where
    social = first(root, "meta[property='og:title']")
    text = clean(social.get("content") or "") if social is not None else ""
    if text and text != page_title(root):
        return text, None, "og:title"
    named_after = short_title(root)
    says_nothing = not named_after or _GENERIC.match(fold_text(named_after)) or _SITE_WORDS.match(named_after)
    if says_nothing:
        for where, places in (("first heading", select(main, "h2, h3, h4")), ("block of a title", title_blocks(main))):
            for element in places:
                if not _is_no_title(element):
                    return _without_number(element), element, where
    return named_after, None, "title"


def _is_no_title(element: HtmlElement) -> bool:
    text = text_of(element)
    furniture = any(is_chrome(up) for up in (element, *element.iterancestors()))
    return len(text) < 4 or furniture or is_side(text) or is_label(key_of(text)) or _is_banner(element)


def _without_number(element: HtmlElement) -> str:
    """A heading's text; "Chương I" or "Đề mục 23.5" on a line of its own is the number of what follows."""
    parts = [line.text for line in lines(element)]
    if len(parts) == 2 and _PART_NUMBER.match(parts[0]):
        return parts[1]
    return " ".join(parts)


def _own_names(root: HtmlElement) -> set[str]:
    """What the page calls itself: og:title, and <title> whole and from its first or last part."""
    title = page_title(root)
    social = first(root, "meta[property='og:title']")
    names = {title, clean(social.get("content") or "") if social is not None else ""}
    borders = list(_SITE_PART.finditer(title))
    names |= {title[: border.start()] for border in borders} | {title[border.end() :] for border in borders}
    return {fold_text(name) for name in names if len(name) >= 4}


def _is_banner(element: HtmlElement) -> bool:
    """Whether a heading is the site's name: it stands in the banner, or in a header that holds no text of the page."""
    for up in (element, *list(element.iterancestors())[:4]):
        if _BANNER.search(f"{up.get('id') or ''} {up.get('class') or ''}"):
            return True
    return False


def short_title(root: HtmlElement) -> str:
    """The <title> without the site's name."""
    title = page_title(root)
    parts = _SITE_PART.split(title)
    if len(parts) > 2 and _SITE_WORDS.match(parts[-1]):
        return title[: list(_SITE_PART.finditer(title))[-1].start()]
    return parts[-1] if fold_text(parts[0]) == "trang chu" else parts[0]


def site_name(root: HtmlElement) -> str:
    """The name the page gives its site: og:site_name, else what follows or precedes " - " in <title>."""
    social = first(root, "meta[property='og:site_name']")
    if social is not None and social.get("content"):
        return clean(social.get("content") or "")
    title = page_title(root)
    parts = _SITE_PART.split(title, maxsplit=1)
    return parts[1] if len(parts) == 2 and not _SITE_WORDS.match(title) else title


def posted(
    root: HtmlElement, main: HtmlElement, title: HtmlElement | None, css: str = ""
) -> tuple[datetime | None, str]:
    """The posting date and where it stands: the family's place, microdata, then the lines around the title."""
    for element in select(main, css) + select(root, css):
        if moment := dates.posted_in(text_of(element)):
            return moment, css
    for css_meta in _META_DATES:
        for element in select(root, css_meta):
            stated = element.get("content") or element.get("datetime") or text_of(element)
            if moment := dates.posted_in(stated):
                return moment, css_meta
    if title is not None:
        return _around(title, main)
    return None, ""


def posted_visibly(main: HtmlElement, title: HtmlElement | None, css: str = "") -> tuple[datetime | None, str]:
    """The posting date a visitor sees; metadata of the frame is not the date of a procedure or a legal document."""
    for element in select(main, css):
        if moment := dates.posted_in(text_of(element)):
            return moment, css
    return _around(title, main) if title is not None else (None, "")


def _around(title: HtmlElement, main: HtmlElement) -> tuple[datetime | None, str]:
    stream = own_lines(main)
    own = set(title.iter())
    places = [place for place, line in enumerate(stream) if line.element in own]
    if not places:
        return None, ""
    after = stream[places[-1] + 1 : places[-1] + 1 + NEAR]
    near = _shared_with(title)  # what stands above it elsewhere is a header: today's date, a side bar's
    before = [line for line in stream[max(0, places[0] - 3) : places[0]][::-1] if line.element in near]
    labelled = {
        id(line.element) for above, line in pairwise(stream) if _OTHER_DATE.search(above.text) and len(above.text) < 40
    }
    for line in [*after, *before]:
        if (
            id(line.element) not in labelled
            and len(line.text) <= LONGEST_DATE_LINE
            and _is_dateline(line.text)
            and (moment := dates.posted_in(line.text))
        ):
            return moment, "line beside the title"
    return None, ""


def _shared_with(title: HtmlElement) -> set[HtmlElement]:
    ups = [up for up in list(title.iterancestors())[:2] if up.tag not in ("body", "html", "main", "form")]
    return set(ups[-1].iter()) if ups else set()


def _is_dateline(text: str) -> bool:
    """Whether a line tells when the page was posted: by its label, or as it or a part of it says nothing else.

    A sentence names the day of a meeting, a decision or a deadline.
    """
    stated = dates.find_all(text)
    if not stated or _OTHER_DATE.search(text):
        return False
    if dates.is_labelled(text) or only_says_when_posted(text):
        return True
    parts = _PARTS.split(text)
    return len(stated) == 1 and any(_POSTED.search(part) and only_says_when_posted(part) for part in parts)


def body_text(element: HtmlElement) -> str:
    """The text of a body, one paragraph a line, without furniture."""
    return "\n".join(line.text for line in own_lines(element))


def has_no_content(title: str) -> bool:
    """Whether a title names a tool of the site (poll, log-in, search), which is no article."""
    return fold_text(title) in _NO_CONTENT


def is_placeholder(text: str) -> bool:
    """Whether a body only says that there will be one."""
    return len(text) < 60 and fold_text(text).startswith(("noi dung dang", "dang cap nhat"))


def after_title(holder: HtmlElement, title: HtmlElement | None, leave_out: Sequence[HtmlElement]) -> list[Line]:
    """The lines of a body: those after the title where it stands in the same box, without furniture and what is named."""
    own = set(title.iter()) if title is not None else set()
    stream = own_lines(holder, leave_out)
    last = max((n for n, line in enumerate(stream) if line.element in own), default=None)
    return stream if last is None else stream[last + 1 :]


def without_dateline(stream: list[Line]) -> list[Line]:
    """The lines of a body after its posting date, where that stands first in it."""
    start = next((n for n, line in enumerate(stream[:2]) if only_says_when_posted(line.text)), None)
    return stream if start is None else stream[:start] + stream[start + 1 :]


def only_says_when_posted(text: str) -> bool:
    """Whether a text holds a date and words that stand with one, nothing else."""
    stated = dates.find(text) if len(text) <= 60 else None
    if stated is None:
        return False
    rest = _WHEN_WORDS.sub(" ", text[: stated.start] + " " + text[stated.end :])
    return not any(map(str.isalpha, rest))


def signature(stream: list[Line]) -> str:
    """The author's name where a body ends with it: a short last line set to the right."""
    if len(stream) < 2 or len(stream[-1].text) > LONGEST_SIGNATURE or stream[-1].text.endswith((".", ":")):
        return ""
    last = stream[-1].element
    look = f"{last.get('style') or ''} {last.get('align') or ''} {last.get('class') or ''}"
    return stream[-1].text if _RIGHT.search(look) else ""


def summary_of(stream: list[Line]) -> str:
    """A summary that no selector names: set in bold as the first paragraph, else alone between heading and body."""
    for line in stream[:3]:
        if len(line.text) >= 60:
            if len(line.bold) >= len(line.text) * 0.9:
                return line.text
            break
    return summary_above(stream[0].element) if stream else ""
