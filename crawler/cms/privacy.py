"""Takes out of a citizen's question who asked it: names, addresses, telephone and identity numbers, e-mails.

NĐ 13/2023 on personal data: the question is published by the office, its copy here needs only the question. A question and a
title lose too much rather than too little; an answer keeps the names of officials and the offices it sends to.

What is asked about stays. A commune is left out only where it says who asks ("tôi ở xã …", after a name, in a signature), not in
"Thủ tục tách thửa ở xã … thế nào?"; a province, or a city alone, stays; a house, a lane or a village (thôn, tổ dân phố) never does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from core import personal_names as names
from crawler.cms import privacy_words as words
from vietnamese.syllables import LETTERS

LEFT_OUT = "…"

LONGEST_ENTRY = 120
"""Characters of the link or label that are looked up; the entries of menus are shorter."""

_UP = f"[{''.join(letter for letter in LETTERS if letter.isupper())}]"
_GAP = r"[^\S\n]+"
_OPEN = r"[^\S\n]*"


def _one_of(*lists: str) -> str:
    """One of the words, in any letters; a space in them is any gap."""
    return f"(?i:{'|'.join(lists)})(?!\\w)".replace(" ", _GAP)


_OFFICE = _one_of(words.OFFICES)
_SURNAME = _one_of(names.SURNAMES)
_CAPITAL = rf"(?!{_one_of(names.AFTER_A_NAME)}|{_SURNAME}{_GAP}{_one_of('văn|thị')}){_UP}\w*"
_SMALL = rf"(?!{_one_of(names.AFTER_A_NAME, names.VERBS)})\w+"
_CAPITALS = rf"(?!{_OFFICE}){_CAPITAL}(?:{_GAP}{_CAPITAL}){{0,4}}"
_FULL_NAME = (
    rf"(?<!\w)(?!{_one_of(names.NO_NAMES)})(?:(?={_UP})(?:{_SURNAME}(?:{_GAP}{_CAPITAL}){{1,4}}"
    rf"|{_one_of(names.SURNAMES_THAT_ARE_WORDS)}{_GAP}{_one_of(names.MIDDLE_NAMES)}(?:{_GAP}{_CAPITAL}){{1,3}}"
    rf"|{_one_of(names.SURNAMES_WITHOUT_MARKS)}{_GAP}{_one_of(names.MIDDLE_NAMES_WITHOUT_MARKS)}(?:{_GAP}{_CAPITAL}){{1,3}})"
    rf"|{_SURNAME}{_GAP}{_one_of('văn|thị|van|thi')}(?:{_GAP}{_SMALL}){{1,2}})"
)
_PERSON = r"(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Bb]ạn|[Cc]ô|[Cc]hú|[Bb]ác|[Tt]hầy|[Ee]m|[Cc]háu|[Bb]é)(?!\w)"
_SELF = r"(?:[Tt]ôi|[Ee]m|[Cc]háu|[Mm]ình|[Cc]on|[Tt]ui|[Bb]é)(?!\w)"
_NAME_ENDS = rf"(?={_OPEN}(?:[,.;:?!()…/–-]|$|\n|{_one_of(names.AFTER_A_NAME, names.VERBS)}))"
# Where the person comes from, written after the name: in brackets, or as bare names of places.
_WHENCE = rf"(?P<whence>(?:{_OPEN}\([^()\n]{{2,120}}\))?(?:{_OPEN}[,–-]{_OPEN}(?!{_OFFICE}){_CAPITAL}(?:{_GAP}{_CAPITAL}){{1,3}}{_NAME_ENDS})*)"

_VILLAGE = r"(?:(?<!(?i:nông) )(?i:thôn)|(?<!(?i:bán) )buôn|(?i:xóm|ấp|tổ dân phố|khu phố|tiểu khu)|TDP|KP)"
_QUARTER = r"(?:(?<!(?i:thành) )phố|[Tt]ổ|[Kk]hu|[Đđ]ội|[Cc]ụm|bản|làng|đường)"
_LANE = r"(?i:ngõ|ngách|hẻm|kiệt|căn hộ)"
_COMMUNE = r"(?:(?i:xã|phường|thị trấn|huyện|thị xã|quận)(?!\w)|(?:TT|TX|[PQHX])(?=[. ]))\.?"
_PROVINCE = r"(?:(?i:thành phố|tỉnh)(?!\w)|(?:TP|T)(?=[. ]))\.?"
_HOUSE_NUMBER = r"\d{1,4}[A-Za-z]?(?:/\d{1,3}[A-Za-z]?)*(?![\w/])"  # not "Luật Nhà ở số 27/2023/QH15"
_HOUSE = rf"(?:(?i:số nhà|SN){_OPEN}{_HOUSE_NUMBER}|(?i:số){_GAP}{_HOUSE_NUMBER}(?=,?{_GAP}(?:{_LANE}|đường|phố|đại lộ)(?!\w)))"
_NUMBERED = rf"(?:{_HOUSE}|{_LANE}{_GAP}\d[\w/]*)"
_PLACE = rf"(?:\d[\w/]*|{_CAPITAL}(?:{_GAP}{_CAPITAL}){{0,3}})"
_SMALL_PLACE = rf"(?!{_one_of(words.SAID_OF_PLACES)}){_SMALL}"
_SAID_PLACE = rf"(?!{_one_of(words.SAID_OF_PLACES)})(?:{_PLACE}|{_SMALL_PLACE}(?:{_GAP}{_SMALL_PLACE})?)"  # "ở xã hà lâm": only where somebody lives
_UNIT = rf"(?<!\w)(?:{_NUMBERED}|(?:{_VILLAGE}|{_QUARTER}){_GAP}{_PLACE}|(?:{_COMMUNE}|{_PROVINCE}){_OPEN}{_PLACE})"
_SAID_UNIT = rf"(?<!\w)(?:{_NUMBERED}|(?:{_VILLAGE}|{_QUARTER}){_GAP}{_SAID_PLACE}|{_COMMUNE}{_OPEN}{_SAID_PLACE})"
_REST = rf"(?:{_OPEN}[,–-]?{_OPEN}(?:{_UNIT}|(?<!\w)(?!{_OFFICE}){_CAPITAL}(?:{_GAP}{_CAPITAL}){{1,2}}))*"
_DWELLS = rf"(?:{_one_of(words.DWELLS)}(?:{_GAP}{_one_of('ở|tại|là')}|{_OPEN}:){{0,3}}|(?:{_SELF}|{_one_of(words.HOUSEHOLDS)})(?:{_GAP}{_one_of('hiện|nay|đang|đều|tôi|em|mình')}){{0,4}}{_GAP}{_one_of('ở|tại')})"

_PLACE_AHEAD = re.compile(
    rf"(?<!\w)(?:(?:{words.NAMED_AFTER})[^\S\n]+|(?:{words.NAMED_AFTER_SHORT})\.?[^\S\n]*)$", re.I
)
_NAME_AHEAD = re.compile(rf"(?<!\w){_one_of(names.SURNAMES, names.SURNAMES_THAT_ARE_WORDS, names.MIDDLE_NAMES)}{_GAP}$")
_POST = re.compile(rf"{_OPEN}[,(–-]{_OPEN}{_one_of(words.POSTS)}")
_ADDRESS = r"(?:[Đđ]ịa chỉ(?: (?:liên hệ|thường trú|nhà|của tôi|(?:của )?người (?:gửi|hỏi)))?|Đ/[cC]|ĐC|HKTT|[Hh]ộ khẩu(?: thường trú)?)"
_OF_AN_OFFICE = r"(?!\s*(?:tại\s+)?(?i:ủy ban|uỷ ban|ubnd|sở|bộ phận|trung tâm (?:phục|hành)|phòng|văn phòng|công an|cục|chi cục|tòa|kho bạc)\b)"

_LABELLED = re.compile(
    rf"^\W*(?:[Hh]ọ(?:(?: và|,)? |,)[Tt]ên(?: (?:công dân|tổ chức|(?:của )?người \w+))?|(?:[Tt]ên )?[Nn]gười (?:hỏi|gửi|viết|đặt)(?: (?:câu hỏi|đơn))?"
    rf"|[Cc]ông dân|[Bb]ạn đọc|[Đđ]ộc giả|(?:[Đđ]ược )?[Gg]ửi bởi|[Đđ]ịa chỉ (?:thư điện tử|email)|[Ee]-?mail|[Tt]hư điện tử|(?:[Ss]ố )?[Đđ]iện thoại"
    rf"|(?:[Ss]ố )?ĐT|[Đđ]T|SĐT|[Nn]ăm sinh|[Nn]gày sinh|[Nn]ghề nghiệp|(?:[Ss]ố )?(?:CMND|CMT|CCCD)|{_ADDRESS}(?=\s*:{_OF_AN_OFFICE}))\s*:"
    rf"|^\W*[Tt]ên\s*:\s*(?:{_FULL_NAME}.*)?$|^\W*(?:[Nn]gười (?:hỏi|gửi)|[Gg]ửi bởi)\W+{_FULL_NAME}"
)

_URL = r"https?://\S+|www\.\S+"
_SUM = (
    rf"\d{{1,3}}(?:[.,]\d{{3}})+(?:[.,]\d{{1,2}})?(?={_OPEN}(?:(?:-|–|đến|tới|và|hoặc){_OPEN}\d[\d.,]*{_OPEN})?(?:{words.UNITS})(?!\w))"
    r"|[1-9]\d{0,2}(?:\.\d{3})*\.000(?![.,]?\d)"
)
_YEARS = r"(?:19|20)\d\d(?:[ .-](?:19|20)\d\d)+(?!\d)|\d\d?[.-]\d\d?[.-](?:19|20)\d\d(?!\d)"
_HOTLINE = r"1[89]00[ .-]?\d{4}(?!\d)|1[89]00(?:[ .-]?\d){6}(?!\d)"
_NO_DOCUMENT = r"(?!/(?:\d{4}(?!\d)|[A-ZĐ]))"
_PHONE = rf"(?<!\d)(?<!\d[.,-])(?:(?:\(?\+?84\)?|0)(?:[ .,-]?\d){{8,10}}|\(0\d{{1,3}}\)(?:[ .,-]?\d){{6,8}})(?!\d){_NO_DOCUMENT}"
_LONG = rf"(?<![\w/])(?<!\d[.,-])(?=(?:\d[ .,-]?){{9}})\d{{3,}}(?:[ .,-]?\d+)*(?!\d){_NO_DOCUMENT}"  # CMND, CCCD, BHXH, accounts
_NUMBERS = re.compile(rf"(?P<kept>{_URL}|(?<!\d)(?<!\d[.,-])(?:{_SUM}|{_YEARS}|{_HOTLINE}))|{_PHONE}|{_LONG}", re.I)

_NAMES_WITHOUT_MARKS = (
    rf"(?:{names.SURNAMES}|{names.SURNAMES_WITHOUT_MARKS})-(?:{names.MIDDLE_NAMES}|{names.MIDDLE_NAMES_WITHOUT_MARKS})"
)
_CODES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"()(?<![\w.+-])[\w.+-]+[^\S\n]?(?:@|[\[(][^\S\n]?(?:at|a|a còng)[^\S\n]?[\])])[^\S\n]?[\w-]+(?:\.[\w-]+)*",
        rf"()(?<![^\W_])(?<!thi-)(?!do-thi)(?:{_NAMES_WITHOUT_MARKS})(?:-[a-z]+){{1,2}}",  # /hoi-dap/nguyen-thi-mai-hoi-ve-so-do
        r"()(?:https?://)?(?:www\.)?(?:(?:facebook|fb)\.com|zalo\.me|m\.me)/[\w.?=&/-]+",
        r"()(?<!\w)(?:\d{3}\.\d\d\.\d\d\.)?[HG]\d\d(?:\.\d{1,3})*[-.]\d{6}-\d{4,6}(?!\d)",  # a dossier: tra cứu tells whose
        rf"(\b(?:{words.NUMBERED})(?:{_OPEN}(?:của tôi|là|số|:)){{0,3}}{_OPEN})(?<!\w)[A-Z]{{0,2}}\d(?:[ .,-]?\d){{6,14}}(?!\d)",
        r"(\b(?:s?đt|điện thoại|di động|zalo|tel)(?:[^\S\n]*(?:của tôi|là|số|:)){0,3}[^\S\n]*)(?!1[89]00)\d(?:[ .,-]?\d){6,11}(?!\d)",
        r"(\b(?:sinh ngày|ngày sinh)[^\S\n]*:?[^\S\n]*)\d{1,2}[/.-]\d{1,2}[/.-]\d{4}",
    )
)
"""What goes wherever it stands; the first group stays."""

_CALLED = re.compile(
    rf"(?<!\w)((?:{_PERSON}{_GAP})?(?!{_one_of(words.NO_PERSONS)}){_PERSON}{_GAP})"
    rf"(?:(?=\w\w){_CAPITALS}|{_one_of(words.SURNAMES_IN_SMALL)}(?:{_GAP}(?:văn|thị))?(?:{_GAP}{_SMALL}){{1,2}}){_WHENCE}"
)
_GREETED = re.compile(rf"(?<!\w)({_one_of(words.BEFORE_A_NAME)}{_OPEN}:?{_OPEN}){_FULL_NAME}{_WHENCE}")
_NAMES: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"(?<!\w)((?:{_SELF}(?:{_GAP}họ{_GAP}\w+)?{_GAP}tên|[Tt]ên{_GAP}(?:của{_GAP})?{_SELF}|[Hh]ọ (?:và )?tên)(?:{_GAP}là)?{_OPEN}:?{_OPEN})(?<!\w){_CAPITALS}{_WHENCE}"
    ),
    re.compile(rf"(?<!\w)({_SELF}{_GAP}là(?:{_GAP}|{_OPEN}:{_OPEN}))(?!{_PERSON}){_CAPITALS}{_NAME_ENDS}{_WHENCE}"),
    _GREETED,
    _CALLED,
)
_ASKING = re.compile(
    rf"()(?<!\d )(?<!\d, ){_FULL_NAME}(?={_OPEN}[,;(–-]?{_OPEN}(?:{_one_of('ở|tại|trú')}{_OPEN})*{_UNIT}|{_GAP}hỏi(?!\w))"
)
_ANY_NAME = re.compile(rf"(){_FULL_NAME}{_WHENCE}")
_NAME_IN_CAPITALS = re.compile(
    rf"()(?<!\w)(?!{_one_of(names.NO_NAMES)}){_SURNAME}(?:{_GAP}{_one_of(names.MIDDLE_NAMES)}(?:{_GAP}{_CAPITAL}){{1,2}}"
    rf"|(?:{_GAP}{_CAPITAL}){{1,3}}(?={_OPEN}(?:\(|{_one_of('hỏi')}))){_WHENCE}"
)
_HOMES: tuple[re.Pattern[str], ...] = (
    re.compile(
        rf"(?<!\w)({_DWELLS}{_OPEN})(?<!\w)(?:(?i:số){_GAP}{_HOUSE_NUMBER}(?:{_GAP}{_CAPITAL}){{0,4}}|{_SAID_UNIT})(?:{_OPEN},?{_OPEN}{_SAID_UNIT})*{_REST}"
    ),
    re.compile(
        rf"({LEFT_OUT}{_OPEN}[,;:(–-]?{_OPEN}(?:{_one_of('hiện|nay|đang|ở|tại|trú|sống|quê')}{_OPEN})*){_UNIT}{_REST}"
    ),
)
_BARE_HOME = re.compile(
    rf"(?<!\w)({_DWELLS}{_OPEN})(?<!\w)(?!{_OFFICE}){_PLACE}(?=,{_OPEN}(?:{_UNIT}|{_CAPITAL}{_GAP}{_CAPITAL})){_REST}"
)
_HOME = re.compile(
    rf"()(?<!\w)(?:{_NUMBERED}|{_VILLAGE}{_GAP}{_PLACE}|{_QUARTER}{_GAP}{_PLACE}(?=,?{_GAP}(?i:xã|phường|thị trấn){_GAP}{_UP})){_REST}"
)
_NUMBERED_HOME = re.compile(rf"()(?<!\w)(?:{_NUMBERED}|{_VILLAGE}{_GAP}\d[\w/]*){_REST}")
_QUESTION = (*_NAMES, _ANY_NAME, *_HOMES, _BARE_HOME, _HOME)
_ANSWER = (_GREETED, _CALLED, _ASKING, *_HOMES)
_CAPITALS_ONLY = (_NAME_IN_CAPITALS, *_HOMES, _NUMBERED_HOME)
"""For a line where every word has a capital, which tells nothing there: PHẠM VI BẢO VỆ, Người Quản Lý Công Ty."""

_ADDRESSED = re.compile(
    rf"(?:(?<=^)|(?<=[\n.;,(–-]))\s*{_ADDRESS}\s*:{_OF_AN_OFFICE}(?:(?:TP|TX|TT|[PQHXT])\.|[^.;)\n]){{3,120}}?(?=[.;)\n]|,\s*(?:tôi|nay|xin|muốn|hỏi)\b|$)"
)
_SIGNED = re.compile(
    rf"\n\s{{0,9}}(?:(?:Trân trọng|Xin (?:chân thành )?cảm ơn|Người (?:gửi|hỏi|viết))[^\n]{{0,40}}\n\s{{0,9}})?(?!{_OFFICE}){_CAPITAL}(?:{_GAP}{_CAPITAL}){{1,5}}\Z"
    rf"|(?<=(?i:cảm ơn)[.!,])\s{{1,9}}{_CAPITALS}\Z|(?<=(?i:trân trọng)[.!,])\s{{1,9}}{_CAPITALS}\Z"
)
_TWICE = re.compile(rf"{LEFT_OUT}(?:[^\S\n]*[,;–-]?[^\S\n]*{LEFT_OUT})+")
_NOTHING_LEFT = re.compile(rf"[\s().,;:–-]*{LEFT_OUT}[\s().,;:{LEFT_OUT}–-]*")


def names_the_asker(line: str) -> bool:
    """Whether a line is a field about the asker ("Người gửi: …", "Địa chỉ: …"); the address of an office is none."""
    return _is_field_of_entry(line) if len(line) <= LONGEST_ENTRY else _is_field(line)


def without_asker(text: str) -> str:
    """The text of a question, a title or a page that mixes both sides, with what tells who asked replaced by "…"."""
    return _entry_unasked(text) if len(text) <= LONGEST_ENTRY else _text_unasked(text)


@lru_cache(16)  # of one page: what is tried first is put together later
def without_addressee(text: str) -> str:
    """The text of an answer without the person it speaks to; officials who sign or are named with their post stay."""
    return _without(_ANSWER, text, lambda match: _stays(match) or _holds_a_post(match))


def _is_field(line: str) -> bool:
    return _LABELLED.match(line) is not None


def _unasked(text: str) -> str:
    return _without(_QUESTION, text, _stays)


_is_field_of_entry = lru_cache(10_000)(_is_field)  # the menus of a site stand on all of its pages
_entry_unasked = lru_cache(10_000)(_unasked)
_text_unasked = lru_cache(16)(_unasked)


def _without(patterns: tuple[re.Pattern[str], ...], text: str, stays: Callable[[re.Match[str]], bool]) -> str:
    def left_out(match: re.Match[str]) -> str:
        if not stays(match):
            return match[1] + LEFT_OUT
        tail = match.groupdict().get("whence") or ""  # behind a street's name may stand a person's
        return match[0].removesuffix(tail) + match.re.sub(left_out, tail)

    lines = []
    for line in _signed_off(_without_fields(text).strip()).split("\n"):
        for pattern in _CAPITALS_ONLY if _all_in_capitals(line) else patterns:
            line = pattern.sub(left_out, line)
        lines.append(line)
    return _tidy("\n".join(lines))


def _stays(match: re.Match[str]) -> bool:
    """Whether a street, a school or a company bears the name; "Anh" of "Nguyễn Thị Anh Thư" calls nobody."""
    ahead = match.string[max(0, match.start() - 30) : match.start()]
    return bool(_PLACE_AHEAD.search(ahead)) or (match[1][:1].isupper() and bool(_NAME_AHEAD.search(ahead)))


def _holds_a_post(match: re.Match[str]) -> bool:
    return _POST.match(match.string, match.end()) is not None


def _all_in_capitals(line: str) -> bool:
    beginnings = re.findall(r"(?<!\w)[^\W\d_]", line)
    return len(beginnings) >= 6 and sum(map(str.isupper, beginnings)) > 0.85 * len(beginnings)


def _without_fields(text: str) -> str:
    text = "\n".join(line for line in text.split("\n") if not names_the_asker(line))
    for pattern in _CODES:
        text = pattern.sub(rf"\1{LEFT_OUT}", text)
    return _NUMBERS.sub(lambda match: match["kept"] or LEFT_OUT, text)


def _signed_off(text: str) -> str:
    return _SIGNED.sub("", _ADDRESSED.sub("", text))


def _tidy(text: str) -> str:
    lines = _TWICE.sub(LEFT_OUT, text).split("\n")
    return "\n".join(line for line in lines if not _NOTHING_LEFT.fullmatch(line)).strip()
