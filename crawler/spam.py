"""Gambling on a page: links and hidden text that were put into it, and pages that are nothing but an offer to gamble.

Vietnamese sites under gov.vn are a common target (injected links, "Japanese keyword hack", cloned game portals). News of
arrests, warnings and the procedures for lawful casinos use the same words: a line with words of the law offers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from lxml.html import HtmlElement

from crawler.cms.repeated import having
from crawler.cms.selectors import first, having_attribute
from crawler.cms.tree import clean, lines, text_of
from vietnamese.syllables import nfc

ENOUGH = 3  # different gambling terms in links or hidden text
ENOUGH_IN_HEADLINE = 2  # a headline of a procedure or of news mostly has one ("kinh doanh casino")
PROSE = 60  # characters: entries of menus ("Phòng, chống tham nhũng") are shorter and say nothing about the page
LAW_WEIGHT = 2  # a report of a crime has a word of the law for every second term at least

_KNOWN = (
    r"nhà cái|cá cược|cá độ|lô đề|đánh bài (?:đổi thưởng|online)|(?:cổng )?game bài|(?:bài|game) đổi thưởng|cổng game|nổ hũ|"
    r"tài xỉu|xóc đĩa|soi kèo|kèo nhà cái|soi cầu|xổ số online|casino|baccarat|slot online|slot gacor|judi online|togel|"
    r"(?:go|hi|fun|jun|new|five|bong|sun|sky|win|vin|lucky|loc|zo|fb|bk|vn|sv|db|w|m)88|ae888|(?:w|f|b|m|k)?88(?:vin|bet|club)|"
    r"bet(?:88|365|way)|\d{1,3}x?(?:bet|win|club)|[a-z]\d{1,2}bet|(?:ku|sh|mi|fa|sbo)bet|(?:sun|i|v)win|(?:hit|iwin|man|b52|rik)club|"
    r"(?:rik|ok|man)vip"
)
_BRAND_LIKE = (
    r"(?:(?=[a-z]*[aeiouy])(?=[a-z]*[g-z])[a-z]{2,9}88|"
    r"(?!alphabet|tibet|quebet|elisabet)[a-z0-9]{2,9}bet|[a-z]*\d[a-z0-9]*club)(?!@|\.(?:pdf|docx?|xlsx?|rar|zip|jpe?g|png))"
)
"""As new brands are named; TT88, lô B88, hùng88@ and hexadecimal numbers are not. Never enough without a known term."""
_FOREIGN = r"カジノ|パチンコ|スロット|バカラ|ブックメーカー|博彩|百家乐|老虎机|คาสิโน|บาคาร่า|สล็อต|카지노|바카라"
_TERM = re.compile(rf"(?<!\w)(?:{_KNOWN}|{_BRAND_LIKE})(?!\w)|{_FOREIGN}")
"""For text in small letters: with `re.I` on the text as it is, it takes 2.5 times as long."""
_IS_KNOWN = re.compile(rf"{_KNOWN}|{_FOREIGN}")
_LAW = re.compile(
    r"phòng,? (?:và )?chống|xử lý(?! (?:nạp|rút|giao dịch|nhanh))|xử phạt|xét xử|triệt (?:phá|xóa|xoá)|bóc gỡ|xóa sổ|tội phạm|phạm tội|"
    r"về tội|công an|cảnh sát|nghiêm cấm|điều tra|khởi tố|truy tố|phạt tù|tệ nạn|vi phạm|đối tượng|bị c[áa][on]|chuyên án|sa lưới|"
    r"hầu t[òo][àa]|cảnh (?:báo|giác)|tác hại|hệ l[ụu][ỵy]|hậu quả|nói không|tránh xa|tuyên truyền|pháp luật|nghị định|thông tư|"
    r"giấy chứng nhận|(?:truy|vây) bắt|(?<!không )bị bắt|vụ (?:bắt|án|đánh bạc)|"
    r"bắt (?:giữ|quả tang|tạm giam|khẩn cấp|nóng|gọn|nhóm|ổ|trùm|bị can|con bạc|thêm \d|(?:\d+|hai|ba|bốn|năm|nhiều|hàng chục) "
    r"(?:người|kẻ|con bạc|thanh niên|nam|nữ))"
)
"""What reports of crimes, warnings and rules say. "Bắt" alone is no such word: "bắt đầu", "bắt cầu" stand in offers."""
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|font-size:[01](?:px|pt|em|%)?(?![\d.])|opacity:0(?:\.0\d*)?(?![\d.])|scale\(0\)|clip:rect|"
    r"(?:left|right|top|bottom|text-indent|margin):-\d{3,}|(?:height|width):[01](?:px)?(?![\d.%a-z])"
)


def offer(root: HtmlElement, title: str, own: Sequence[str]) -> str:
    """The headline of a page that itself offers gambling, with the terms; "" for any other.

    `own` are the page's lines without furniture; they are looked at only where the headline has a term.
    """
    headlines = {place: terms for place in _headlines(root, title) if (terms := _offered(place))}
    named = frozenset[str]().union(*headlines.values())
    if not named:
        return ""
    said = [found for line in own if (found := _found(line))]
    terms = named.union(*said)
    if not (_suffice(named, ENOUGH_IN_HEADLINE) or _suffice(terms, ENOUGH)):
        return ""
    law = sum(len(_LAW.findall(_small(line))) for line in own if len(line) >= PROSE)
    if LAW_WEIGHT * law >= sum(map(len, said)) + sum(map(len, headlines.values())):
        return ""
    return f"“{next(iter(headlines))[:80]}” ({_listed(terms)})"


def injected(root: HtmlElement, title: str) -> tuple[str, ...]:
    """The note `spam: …` of a page with gambling terms in link texts, hidden blocks or its headline."""
    headline = frozenset[str]().union(*map(_offered, _headlines(root, title)))
    places = {text_of(anchor) for anchor in having(root, ("a",), _offers)} | set(_hidden_lines(root))
    terms = headline.union(*map(_offered, places))
    if not (_suffice(terms, ENOUGH) or _suffice(headline, ENOUGH_IN_HEADLINE)):
        return ()
    return (f"spam: {_listed(terms)}",)


def _headlines(root: HtmlElement, title: str) -> Iterator[str]:
    yield title
    social = first(root, "meta[property='og:title']")
    if social is not None:
        yield clean(social.get("content") or "")
    yield from (text_of(heading) for heading in having(root, ("h1",), _offers))


def _hidden_lines(root: HtmlElement) -> Iterator[str]:
    """Lines of blocks that their own style hides; each is judged alone, so that one on the law excuses no other."""
    seen: set[HtmlElement] = set()
    for element, style in having_attribute(root, "style"):
        if element in seen or not _hides(style):
            continue
        seen.update(element.iter())
        if _TERM.search(_small("".join(element.itertext()))):
            yield from (line.text for line in lines(element))


@lru_cache(5_000)  # a page has few styles, each many times
def _hides(style: str) -> bool:
    return _HIDDEN.search(re.sub(r"\s+|margin-(?=left|top)", "", style.lower())) is not None


def _offers(element: HtmlElement) -> bool:
    return bool(_offered(text_of(element)))


@lru_cache(20_000)  # the menus of a site stand on all of its pages
def _offered(text: str) -> frozenset[str]:
    found = frozenset(_found(text))
    return found if found and not _LAW.search(_small(text)) else frozenset()


def _found(text: str) -> list[str]:
    return _TERM.findall(_small(text))


def _small(text: str) -> str:
    return nfc(text).lower()


def _suffice(terms: frozenset[str], enough: int) -> bool:
    """Whether so many different terms are there, one of them known; in a foreign script one is no accident."""
    known = [term for term in terms if _IS_KNOWN.fullmatch(term)]
    return bool(known) and (len(terms) >= enough or (enough == ENOUGH_IN_HEADLINE and max(known) > "\u0e00"))


def _listed(terms: Iterable[str]) -> str:
    return ", ".join(sorted(terms)[:8])
