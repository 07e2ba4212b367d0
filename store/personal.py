"""Takes what is personal out of a query: numbers of people and papers, mail, names, addresses.

Too much rather than too little – the log is read for what is missing, not for who asked – but what is asked about stays: codes,
numbers and days of documents, communes, streets and schools.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from core import codes
from core import personal_names as names
from store import name_marks as marks
from store import personal_words as words

LONGEST = 300
"""Characters of a query that are kept."""

_UP = f"[{''.join(c for c in map(chr, range(0x41, 0x1F00)) if c.isupper())}]"
_LOW = f"[{''.join(c for c in map(chr, range(0x61, 0x1F00)) if c.islower())}]"
_M = f"{marks.MARKS}*"
_GAP = r"[ ._-]{1,3}"


def _any(*lists: str) -> str:
    """One of the words, in any letters, whatever marks stand before them."""
    return rf"(?<!\w){_M}(?i:{'|'.join(lists).replace(' ', f' {_M}')})(?!\w)"


def _and_folded(*lists: str) -> str:
    return "|".join(part for text in lists for part in (text, marks.without_marks(text)))


_W = rf"{_M}[^\W\d_][^\W_]*"  # digits: VNI keys
_CAP = rf"{_M}{_UP}[^\W_]*"
_GO_ON = rf"(?!{_any(_and_folded(names.AFTER_A_NAME, names.VERBS))})"
_GIVEN = rf"(?:{_M}{marks.GIVEN}{_W})"
_PART = rf"(?:{_M}[{marks.VAN_THI}{marks.MIDDLE}{marks.GIVEN}]{_W})"
_BARE_PART = rf"(?:{_M}[{marks.VAN_THI}{marks.MIDDLE}{marks.GIVEN}{marks.BARE_GIVEN}]{_W})"
_MORE = rf"(?:{_GAP}(?:{_GIVEN}|{_GO_ON}{_W}))"
_CAPS = rf"(?:{_GAP}{_GO_ON}{_CAP})"
_SURNAME = rf"[{marks.SURE}{marks.SURNAME}{marks.PLAIN}]{_W}"
_WORDLIKE = rf"[{marks.WORD_TOO}{marks.BARE}]{_W}"
_VAN_THI = rf"(?:{_M}{marks.VAN_THI}{_W})"
_NO_NAMES = rf"(?!{_any(_and_folded(names.NO_NAMES), words.NO_NAMES)})"
_MIDDLE = rf"(?:{_M}[{marks.VAN_THI}{marks.MIDDLE}]{_W})"


# --- signs: what is told by its digits and signs alone

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DATE = rf"{_DAY} ?[/.-] ?{_MONTH} ?[/.-] ?(?:19|20)\d\d(?!\d)|{_DAY}/{_MONTH}/[3-9]\d(?![\d/])"
_BORN = (
    rf"\b((?:sinh|ns)(?: (?:ngày|ngay|nhật|nhat|vào|vao)){{0,2}} ?:? ?)(?:{_DAY}[/., -]{{1,3}}{_MONTH}[/., -]{{1,3}}\d{{2,4}}(?!\d)|\d{{8}}(?!\d)"
    rf"|{_DAY} (?:tháng|thang) {_MONTH},? (?:năm|nam) \d{{2,4}}(?!\d))"
    rf"|\b(sinh (?:ngày|ngay) ){_DAY} (?:tháng|thang) {_MONTH}(?!\d)"
)
_LEGAL_DAY = re.compile(
    r"(?:trước|sau|từ|đến|tới|vào|thời điểm|khởi nghĩa|truoc|tu|den|toi|khoi nghia)(?: ngày| ngay)? (?:\d\d? ?- ?)?$"
    r"|(?:nghị định|nghị quyết|quyết định|thông tư|luật|công văn|chỉ thị|nghi dinh|nghi quyet|quyet dinh|thong tu|luat|\d/[\w/-]+).{0,40}(?:ngày|ngay) $",
    re.I,
)  # fmt: skip

_SEP = r"(?: ?[._/*|~·•-] ?| )?"
_SUM = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})? ?(?:đồng|đ|dong|vnđ|vnd|usd|triệu|tỷ|m2|ha|kg|tấn)(?!\w)|[1-9]\d{0,2}(?:[.,]\d{3})*[.,]000(?![.,]?\d)"
_KEPT = rf"{codes.NATIONAL.pattern}(?![ .-]?\d{{2}})|(?<![\d.,])(?:{_SUM}|(?:\d\d?/)?\d\d?/(?:19|20)\d\d(?!\d)|(?:19|20)\d\d(?:[ /-]{{1,3}}(?:19|20)\d\d)+(?!\d)|1[89]00(?:[ .-]?\d){{4,6}}(?!\d))"
_PHONE = rf"(?<![\d.])(?:(?:\+? ?84|0)(?:(?:{_SEP}|,)\d){{9,10}}|\(0\d{{2,3}}\)(?:{_SEP}\d){{6,8}})(?!\d)"
_PAPER = rf"(?<![\d.])\d(?:{_SEP}\d){{8,15}}(?!\d)"
_LABELLED = (
    r"\b((?:cmnd|cmtnd|cmt|cccd|bhxh|bhyt|stk|chứng minh(?: nhân dân| thư)?|căn cước(?: công dân)?|hộ chiếu|ho chieu|passport|tài khoản|tai khoan)"
    r"(?: (?:của tôi|là|la|số|so)| ?:){0,3} ?)(?:[A-Z]{1,2} ?)?\d(?:[ .-]?\d){5,14}(?!\w)"
)
_PLATE = (
    r"(?<![\w-])[1-9]\d ?[-.]? ?[A-Z]{1,2}\d? ?[-.]? ?(?:\d{3}[. ]?\d{2}|\d{5})(?![\w-])"
    r"|(?<![\w-])[1-9]\d-?(?!TT|ND|NĐ|QD|QĐ|CT|NQ|KH|CV|HD|BC|TB|CP|QH)[A-Z]{1,2}\d?[- .](?!(?:19|20)\d\d(?!\d))\d{4}(?![\w-])"
)

_ADDRESSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<![\w.+-])[\w.+-]+(?:@| ?[\[(]at[\])] ?)[\w-]+(?: ?\. ?(?:com|vn|net|org|gov|edu)\b|\.[\w-]+)+", re.I), "[thư]"),
    (re.compile(r"https?://\S+|www\.\S+|(?:facebook|fb|zalo|m)\.(?:com|me)/\S+", re.I), "[địa chỉ mạng]"),
)  # fmt: skip
"""What is replaced first."""

_DIGIT = re.compile(r"\d")
_NUMBERED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[HG]\d{2}(?:\.\d{1,3})*[-.]\d{6}-\d{4,6}\b", re.I), "[hồ sơ]"),
    (re.compile(_BORN, re.I), r"\1\2[ngày]"),
)  # fmt: skip

_DATES = re.compile(rf"(?<![\d/])(?=\d)(?!30[/.-]0?4[/.-]1975)(?:{_DATE})")
_NUMBERS = re.compile(rf"(?=[\d+(])(?:(?P<kept>{_KEPT})|(?P<phone>{_PHONE})|{_PAPER})", re.I)
_LETTERED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(_LABELLED, re.I), r"\1[số giấy tờ]"),
    (re.compile(r"(?<!\w)[A-Z][ -]?\d{7,8}(?!\w)", re.I), "[hộ chiếu]"),
    (re.compile(_PLATE, re.I), "[biển số]"),
)

# --- homes

_HOUSE = r"\d{1,4}(?i:[a-z]?(?:[/-]\d{1,4}[a-z]?){0,4})(?![\w/])"
_STREET = rf"(?:{_GO_ON}{_CAP}(?: {_GO_ON}{_CAP}){{1,3}}|{_NO_NAMES}[{marks.SURE}{marks.SURNAME}{marks.PLAIN}{marks.WORD_TOO}]{_W} {_GO_ON}{_W}(?: {_GO_ON}{_W})?)"
_ROAD = rf"{_any(words.STREET)} (?:{_STREET}|{_GO_ON}{_W}(?: {_GO_ON}{_W})?)"
_ON = rf"(?:,? (?:{_any(words.LANE, 'tổ', 'to')} \d[\w/]*|{_ROAD}|{_STREET})){{0,4}}"
_COMMUNE = rf",? {_any(words.COMMUNE)}"
_SMALL_VILLAGE = rf"(?!{_any(_and_folded(words.NO_VILLAGE))}){_GO_ON}{_W}"
_VILLAGE_CAPS = rf"{_CAP}(?: {_GO_ON}{_CAP}){{0,3}}"
_SAID = _any(_and_folded(words.NO_VILLAGE), words.NO_HAMLET)

_NUMBERED_HOMES: tuple[str, ...] = (
    rf"(?:{_any('số nhà', 'so nha', 'nhà số', 'nha so', 'căn hộ(?: số)?')} {_HOUSE}|{_any('sn')} ?(?!(?:19|20)\d\d(?!\d)){_HOUSE}|(?<!\w)(?i:sn){_HOUSE}"
    rf"|{_any('số', 'so')} {_HOUSE}(?=,? {_any(words.LANE, words.STREET, 'tổ')})|{_any(words.LANE)} \d[\w/]*){_ON}",
    rf"(?<![\w/.-])\d{{1,3}}(?i:[a-z]?)(?:[/-]\d{{1,3}}){{0,3}} (?:{_STREET}(?={_COMMUNE})|{_any(words.STREET)} {_STREET}|{_NO_NAMES}{_SURNAME} {_GO_ON}{_W}(?: {_W})?(?= ?(?:,|$)))",
    rf"(?<!\w)(?i:(?:{words.VILLAGE}) (?:số )?\d{{1,3}}[a-z]?)(?!\w)",
    rf"(?<!(?i:quân) )(?<!(?i:quan) ){_any(words.QUARTER)} (?:số )?\d{{1,2}}(?= ?(?:,|$)|{_COMMUNE}| {_any(words.VILLAGE)})",
)  # fmt: skip
_NAMED_HOMES: tuple[str, ...] = (
    rf"(?<!nông )(?<!nong )(?<!\w){_M}(?:{words.VILLAGE}|{words.HAMLET}|TDP) (?!{_any(words.NO_HAMLET)}){_VILLAGE_CAPS}",
    rf"(?<!(?i:nông) )(?<!(?i:nong) ){_any(words.VILLAGE)} (?!{_SAID}){_VILLAGE_CAPS}",
    rf"^{_M}(?i:{words.HAMLET}) (?!{_SAID}){_VILLAGE_CAPS}(?= ?(?:[,.;]|$)| {_M}{_LOW})",
    rf"(?<!nông )(?<!nong ){_any(words.VILLAGE)} {_SMALL_VILLAGE}(?: {_SMALL_VILLAGE})?",
    rf"{_any('bản', 'ban')} {_any(words.UPLAND)}(?: {_SMALL_VILLAGE})?",
)  # fmt: skip

# --- names

_LABEL = rf"(?:{_any('họ(?: và)? tên', 'tên')}(?: (?:của )?{_any(words.SELF)})?(?: {_any('là')}|(?= ?:))|{_any('ho(?: va)? ten', 'ten')}(?: (?:cua )?{_any(words.SELF)})?(?: {_any('la')}|(?= ?:)))"
# What follows is looked for first: that fails sooner than forty words for oneself.
_SELF_SAYS = rf"(?<!\w)(?=(?:\S{{1,20}} ){{1,3}}{_M}(?i:tên|ten|là|la) ){_any(words.SELF)}"
_NO_NAME = rf"(?!{_any(words.NO_NAME)})"
_SOMEBODY = rf"(?:{_SURNAME}{_MORE}{{1,4}}|{_WORDLIKE}{_GAP}{_VAN_THI}{_MORE}{{1,3}}|(?={_M}{_UP}){_WORDLIKE}{_GAP}{_MIDDLE}{_CAPS}{{1,3}})"
_NAME_ENDS = rf"(?= ?(?:[,.;:?!()/-]|$)| (?!{_GO_ON}))"
_SPEAKER = rf"(?!{_any(words.NO_SPEAKER)}){_CAP}{_CAPS}{{0,4}}{_NAME_ENDS}"
_NO_MIDDLE = rf"(?!{_any(words.NO_MIDDLE)})"

_NAMES: tuple[str, ...] = (
    rf"({_LABEL}[ :]{{1,3}}){_NO_NAME}{_W}{_MORE}{{0,4}}",
    rf"((?:{_any('họ tên', 'họ và tên')}) ){_SOMEBODY}",
    rf"({_M}(?i:họ|họ và) {_M}tên ){_CAP}{_CAPS}{{1,4}}",
    rf"({_SELF_SAYS} {_any('tên', 'ten')} )(?!{_any('là', 'la')}){_NO_NAME}{_W}{_MORE}{{0,4}}",
    rf"({_SELF_SAYS} {_any('là', 'la')} ){_NO_NAMES}{_SOMEBODY}",
    rf"({_SELF_SAYS} {_M}là ){_SPEAKER}",
)  # fmt: skip
_ANY_NAME: tuple[str, ...] = (
    rf"(?=[{marks.SURE}{marks.SURNAME}{marks.PLAIN}])(){_NO_NAMES}{_SURNAME}{_GAP}{_MIDDLE}{_GAP}{_W}(?:{_MORE}(?!\w))?",
    rf"(?=[{marks.WORD_TOO}{marks.BARE}])(){_NO_NAMES}(?:{marks.WORD_TOO}{_W}{_GAP}{_NO_MIDDLE}{_VAN_THI}{_GAP}{_W}|{marks.BARE}{_W}{_GAP}{_NO_MIDDLE}{_VAN_THI}{_GAP}{_BARE_PART})(?:{_MORE}(?!\w))?",
    rf"()(?=[{marks.SURE}{marks.SURNAME}]){_NO_NAMES}{_SURNAME}(?:{_GAP}{_PART}){{0,2}}{_GAP}{_GIVEN}(?!\w)",
    rf"()(?={marks.PLAIN}){_NO_NAMES}(?!{_any(words.NO_PLAIN)}){_SURNAME}(?:{_GAP}{_BARE_PART}){{1,2}}{_GAP}{_BARE_PART}(?!\w)",
    rf"()(?={marks.BARE}){_NO_NAMES}{_any(words.SURE_ENOUGH)}{_GAP}(?!{_any('thanh|thu|trung')}){_NO_MIDDLE}{_MIDDLE}(?:{_GAP}{_BARE_PART})?{_GAP}{_BARE_PART}(?!\w)",
    rf"()(?={marks.WORD_TOO}){_NO_NAMES}{_WORDLIKE}{_GAP}{_NO_MIDDLE}{_MIDDLE}(?:{_GAP}{_PART})?{_GAP}{_GIVEN}(?!\w)",
    rf"(){marks.SURE}{_W}{_GAP}{_GO_ON}{_W}{_MORE}?",
    rf"()(?<!\w){_M}(?i:sùng|giàng|thào|vàng|mùa|lâu|hơ|sung|giang|thao) {_M}(?i:a) {_W}",
)
_IN_CAPITALS: tuple[str, ...] = (
    rf"(?=[{marks.SURE}{marks.SURNAME}{marks.PLAIN}]{_M}{_UP})(){_NO_NAMES}{_SURNAME}{_CAPS}{{1,4}}",
    rf"(?=[{marks.WORD_TOO}{marks.BARE}]{_M}{_UP})(){_NO_NAMES}{_WORDLIKE}{_GAP}(?={_M}{_UP}){_MIDDLE}{_CAPS}{{1,3}}",
    rf"(?<!\w)({_M}(?:{words.PERSON}) )(?!{_any(words.NO_PERSON)}){_CAP}{_CAPS}{{1,4}}",
)
"""Not where every word has a capital, which tells nothing there."""

_NAMED_HOME_RULES = tuple(re.compile(rule) for rule in _NAMED_HOMES)
_HOME_RULES = (*(re.compile(rule) for rule in _NUMBERED_HOMES), *_NAMED_HOME_RULES)
_NAME_RULES = tuple(re.compile(rule) for rule in _NAMES)
_ANY_NAME_RULES = tuple(re.compile(rule) for rule in _ANY_NAME)
_CAPITAL_RULES = tuple(re.compile(rule) for rule in _IN_CAPITALS)
_TOLD = re.compile(r"(?<!\w)(?i:tên|ten|là|la)(?!\w)")
_AHEAD = re.compile(rf"(?<!\w)(?i:{words.AHEAD_OF_NO_NAME})\.? $")
_PLACEHOLDER = re.compile(r"\[(?:thư|địa chỉ mạng|hồ sơ|ngày|điện thoại|số giấy tờ|hộ chiếu|biển số|địa chỉ|tên)\]")
_NO_NUMBERS = ("[tên]", "[địa chỉ]", "[thư]", "[địa chỉ mạng]")
_LEFT_OUT = frozenset({"Cf", "Co", "Cn", "Me", "Mn"})


def plainly(text: str) -> str:
    """The text composed, in ordinary digits, signs and single spaces, nothing invisible in it, and no longer than is kept."""
    composed = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    signs = (_plain_sign(c) for c in composed)
    plain = " ".join("".join(signs).split())
    if len(plain) <= LONGEST:
        return plain
    # What is cut through could no longer be told: half a number is still somebody's.
    return re.sub(r"[\d ._/,+()-]*$", "", plain[:LONGEST].rpartition(" ")[0] or plain[:LONGEST])


def _plain_sign(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isprintable() or letter.isspace() else ""
    kind = unicodedata.category(letter)
    if kind == "Pd" or letter in "−⁃":
        return "-"
    if kind == "Nd":
        return str(unicodedata.digit(letter))
    return "" if kind in _LEFT_OUT else letter


def without_personal(text: str) -> str:
    """The text as `plainly` writes it, with everything personal replaced."""
    text = plainly(text)
    has_digits = _DIGIT.search(text) is not None  # most queries have none, and a third of the rules need one
    for pattern, word in _ADDRESSES:
        text = pattern.sub(word, text)
    if has_digits:
        text = _without_numbers(text)
    text = marks.marked(text)
    for rule in _HOME_RULES if has_digits else _NAMED_HOME_RULES:
        text = rule.sub("[địa chỉ]", text)
    return marks.unmarked(_without_names(text))


def _without_numbers(text: str) -> str:
    for pattern, word in _NUMBERED:
        text = pattern.sub(word, text)
    text = _DATES.sub(_day, text)
    text = _NUMBERS.sub(_number, text)
    for pattern, word in _LETTERED:
        text = pattern.sub(word, text)
    return text


def replaced(text: str) -> Counter[str]:
    """How often which kind of thing was taken out of a text; numbers are one kind, they look alike without their signs."""
    return Counter(word if word in _NO_NUMBERS else "[số]" for word in _PLACEHOLDER.findall(text))


def _day(match: re.Match[str]) -> str:
    ahead = match.string[max(0, match.start() - 80) : match.start()]
    return match[0] if _LEGAL_DAY.search(ahead) else "[ngày]"


def _number(match: re.Match[str]) -> str:
    return match["kept"] or ("[điện thoại]" if match["phone"] else "[số giấy tờ]")


def _without_names(text: str) -> str:
    if _TOLD.search(text):
        for rule in _NAME_RULES:
            text = rule.sub(r"\1[tên]", text)
    rules = _ANY_NAME_RULES if _in_capitals(text) else (*_ANY_NAME_RULES, *_CAPITAL_RULES)
    for rule in rules:
        text = rule.sub(_name, text)
    return text


def _name(match: re.Match[str]) -> str:
    ahead = marks.unmarked(match.string[max(0, match.start() - 40) : match.start()])
    return match[0] if _AHEAD.search(ahead) else f"{match[1]}[tên]"


def _in_capitals(text: str) -> bool:
    beginnings = re.findall(r"(?<!\w)[^\W\d_]", text)
    return len(beginnings) >= 4 and sum(map(str.isupper, beginnings)) > 0.85 * len(beginnings)
