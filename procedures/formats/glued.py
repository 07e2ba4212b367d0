"""Tables whose cells were glued into one text, taken apart again by what can stand at the end of a cell."""

from __future__ import annotations

import re

from core.model import Channel, ChannelKind, Duration, DurationUnit, Fee, LegalBasis, Paper, PaperCase, Result
from procedures.formats.line import NOTHING, one_line, text
from procedures.money import FREE, fee, speaks_of_money
from procedures.times import duration, in_words

_CHANNEL_HEAD = re.compile(r"^\s*Hình thức nộp\s*Thời gian\s*Phí, lệ phí\s*Mô tả\s*")
_ROW = re.compile(r"(Trực tiếp|Trực tuyến|Dịch vụ bưu chính)(?=\d|[A-ZĐ])")
_CHANNEL: dict[str, ChannelKind] = {
    "Trực tiếp": "truc_tiep",
    "Trực tuyến": "truc_tuyen",
    "Dịch vụ bưu chính": "buu_chinh",
}
_UNITS: dict[str, DurationUnit] = {
    "Ngày làm việc": "ngay_lam_viec",
    "Ngày": "ngay",
    "Giờ": "gio",
    "Tuần": "tuan",
    "Tháng": "thang",
    "Năm": "nam",
}
_TIME = re.compile(r"(\d+(?:[.,]\d+)?) (Ngày làm việc|Ngày|Giờ|Tuần|Tháng|Năm)")
_PRICE = re.compile(r"(\d[\d,.]*) (Việt Nam Đồng|VNĐ|VND|USD)")
_FEE_BEGINS = re.compile(rf"{FREE}|{NOTHING}|\d[\d,.]* (?:Việt Nam Đồng|VNĐ|VND|USD)")


def channels(cell: str) -> tuple[Channel, ...]:
    """The table of ways of filing: way, time, fee, description, glued row after row."""
    parts = _ROW.split(_CHANNEL_HEAD.sub("", cell))
    found: dict[ChannelKind, list[tuple[Duration, str]]] = {}
    for label, row in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(_CHANNEL[label], []).append(_channel_row(row))
    built = []
    for kind, rows in found.items():
        durations = dict.fromkeys(item for item, _ in rows if item.text or item.fees)
        notes = dict.fromkeys(note for _, note in rows if note)
        built.append(Channel(kind, tuple(durations), "\n".join(notes)))
    return tuple(built)


def _channel_row(row: str) -> tuple[Duration, str]:
    timed = _TIME.match(row)
    if timed:
        fees, note = _fees(row[timed.end() :])
        return duration(float(timed[1].replace(",", ".")), _UNITS[timed[2]], fees), note
    if row.startswith(NOTHING):
        fees, note = _fees(row[len(NOTHING) :])
        return Duration("", fees=fees), note
    begins = _FEE_BEGINS.search(row)
    if begins is None:
        return Duration(""), text(row)
    words, rest = row[: begins.start()], row[begins.start() :]
    # A bare number before the fee is a time without its unit; glued to a price nobody can tell the two apart.
    bare = re.match(r"\d*", row)
    unknown_price = bool(bare and bare[0]) and _PRICE.match(row) is not None
    fees, note = _fees(rest, trust_price=not unknown_price)
    if not words or re.fullmatch(r"[\d.,]+", words):
        return Duration("", fees=fees), note
    return in_words(words.strip(), fees), note


def _fees(rest: str, *, trust_price: bool = True) -> tuple[tuple[Fee, ...], str]:
    """The fees at the start of `rest`, and what follows them: the description of the way."""
    if rest.startswith(NOTHING):
        return (), text(rest[len(NOTHING) :])
    if rest.startswith(FREE):
        words, note = _bracketed(rest[len(FREE) :])
        if not words or not speaks_of_money(words):
            return (Fee(FREE, 0),), text(f"{words}\n{note}" if words else note)
        one = fee(0, words)
        return (one,) if one else (), text(note)
    price = _PRICE.match(rest)
    if price is None:
        return (), text(rest)
    words, note = _bracketed(rest[price.end() :])
    amount = int(re.sub(r"\D", "", price[1])) if trust_price else None
    one = fee(amount, words, "USD" if price[2] == "USD" else "đồng")
    return (one,) if one else (), text(note)


def _bracketed(rest: str) -> tuple[str, str]:
    """The words in the bracket that opens `rest` and what follows it; a bracket that never closes ends the text."""
    if not rest.startswith("("):
        return "", rest
    depth = 0
    for position, letter in enumerate(rest):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return rest[1:position].strip(), rest[position + 1 :]
    return rest[1:].strip(), ""


_PAPER_HEAD = re.compile(r"Tên giấy tờ\s*Mẫu đơn, tờ khai\s*Số lượng")
_COUNTS = re.compile(r"(?<=[^\s\d(])([1-9]0|\d)\s?bản chính(?:,\s?(\d{1,2}) bản sao)?(?![\s;,.)])")
_COUNTS_END = re.compile(r"(?<=\S)(\d)\s?bản chính(?:,\s?(\d{1,2}) bản sao)?\s*$")
_FORM_END = re.compile(r"\.(?:docx?|pdf|xlsx?|rar|zip|rtf|odt|jpe?g|png)$", re.IGNORECASE)
_FORM_BEGINS = re.compile(
    r"(?<=[^\s(\"“/_.-])(?=(?:Mẫu|Mau|MẪU|MAU|Biểu|Bieu|BIỂU|Phụ lục|Phu luc|PHỤ LỤC|PHU LUC|PL|Tờ khai|To khai|Đơn|Don|BM|TP|TK)\s?[\w.\-_ ])"
)
_CAMEL = re.compile(r"(?<=[a-zà-ỹđ;:.)\d”\"])(?=[A-ZĐ][\w])")


def papers(cell: str) -> tuple[PaperCase, ...]:
    """The tables of papers: a case's name, the header, then name, form and count of every paper."""
    if not cell:
        return ()
    parts = _PAPER_HEAD.split(cell)
    name, cases = parts[0], []
    for number, table in enumerate(parts[1:], 1):
        rows, rest = _paper_rows(table, last=number == len(parts) - 1)
        if rows:
            cases.append(PaperCase(tuple(rows), _case_name(name)))
        name = rest
    return tuple(cases)


def _case_name(raw: str) -> str:
    name = one_line(raw)
    return "" if set(name) <= {"-"} else name


def _paper_rows(table: str, *, last: bool) -> tuple[list[Paper], str]:
    rows, begin = [], 0
    for counts in _COUNTS.finditer(table):
        rows.append(_paper(table[begin : counts.start()], counts))
        begin = counts.end()
    rest = table[begin:]
    end = _COUNTS_END.search(rest)
    if end is not None:
        rows.append(_paper(rest[: end.start()], end))
        rest = ""
    elif last and rest.strip():
        rows.append(Paper(one_line(rest)))
    return [row for row in rows if row.name], rest


def _paper(cell: str, counts: re.Match[str]) -> Paper:
    name, form = _form(one_line(cell))
    return Paper(name, int(counts[1]), int(counts[2]) if counts[2] else None, form)


def _form(cell: str) -> tuple[str, str]:
    """The name of a paper and the file name glued to its end."""
    if not _FORM_END.search(cell):
        return cell, ""
    begins = [found.start() for found in _FORM_BEGINS.finditer(cell) if found.start() > 0]
    begins = begins or [found.start() for found in _CAMEL.finditer(cell) if found.start() > 0]
    if not begins:
        return cell, ""
    return cell[: begins[-1]].strip(), cell[begins[-1] :].strip()


_LEGAL_HEAD = re.compile(r"^\s*Tên văn bản pháp lý\s*Mã văn bản\s*")
_ISSUERS = (
    "TTLT(?:-[A-ZĐ]+)*?|CP|TTg|UBTVQH\\d\\d|HĐND|UBND|BNNPTNT|BNNMT|BVHTTDL|BLĐTBXH|BTNMT|BTTTT|BGDĐT|BGTVT|BKHCN|BKHĐT"
    "|BDTTG|VPCP|NHNN|BCA|BCT|BNG|BNV|BQP|BTC|BTP|BXD|BYT|TTCP|UBDT|TANDTC|VKSNDTC"
)
_NUMBER = re.compile(
    r"(?<=\S)((?:(?:Nghị định|Thông tư|Quyết định|Nghị quyết|Luật)(?: số)? )?"
    r"\d[\d.]*/(?:\d{4}/)?(?:(?:UBTV)?QH\d\d|(?:[A-ZĐa-z]{1,5}-)(?:"
    + _ISSUERS
    + r"|[A-ZĐ]+(?![a-zà-ỹ]))(?:-[A-ZĐ]+(?![a-zà-ỹ]))*))"
    r"(?=[^\s,;.)]|$|\s[A-ZĐ])"
)
_YEAR_GLUED = re.compile(r"^(?:19|20)\d\d(?=\d{1,4}(?:\.\d+)?/)")


def legal_bases(cell: str) -> tuple[LegalBasis, ...]:
    """The table of legal texts: name and number, glued row after row."""
    if not cell:
        return ()
    rest, found, begin = _LEGAL_HEAD.sub("", cell), [], 0
    for number in _NUMBER.finditer(rest):
        name, symbol = rest[begin : number.start()], number[1]
        year = _YEAR_GLUED.match(symbol)
        if year:
            name, symbol = name + year[0], symbol[year.end() :]
        if not name.strip():
            continue  # the row's name is itself a number: the same number follows, glued
        found.append(LegalBasis(re.sub(r"^\D+(?=\d)", "", symbol), one_line(name)))
        begin = number.end()
    left = one_line(rest[begin:])
    if left:
        found.append(LegalBasis("", left))
    return tuple(dict.fromkeys(found))


_LEAK = re.compile(r"Từ khóa|Chọn cơ quan thực hiện")
_RESULT_CODE = re.compile(
    r"Mã:\s*(KQ[.\-][A-Z]\d{2}[.\-]\d{4,8}|[\d.]+[A-Z]\d+-KQ\d{4,6}|\d+(?=\D|$)|\S*?(?=[A-ZĐ][a-zà-ỹ]|$))"
)


def results(cell: str) -> tuple[Result, ...]:
    """Names and codes of the results; what follows them leaked in from the page below."""
    rest = _LEAK.split(cell)[0]
    found, begin = [], 0
    for code in _RESULT_CODE.finditer(rest):
        name = text(rest[begin : code.start()]).strip(" \n")
        if name:
            found.append(Result(one_line(name), code[1]))
        begin = code.end()
    left = one_line(rest[begin:])
    return (*found, *([Result(left)] if left else []))


def leaked(cell: str, label: str, until: str) -> str:
    """What stands between two labels that leaked into a cell, "" when it says nothing."""
    if label not in cell:
        return ""
    return text(cell.split(label, 1)[1].split(until, 1)[0])


def related(cell: str) -> tuple[str, ...]:
    """Names of related procedures: “#Tên thủ tục1…2…”."""
    if not cell.startswith("#Tên thủ tục"):
        return ()
    names = re.split(r"(?<!\d)\d{1,2}(?=[A-ZĐ])", cell.removeprefix("#Tên thủ tục"))
    return tuple(one_line(name) for name in names if name.strip())
