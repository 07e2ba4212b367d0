"""Letters of the time before Unicode, seen as Latin-1: TCVN3 (ABC fonts), VNI-Windows and windows-1258, run by run."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html.entities import codepoint2name

from crawler.legal_syllables import is_vietnamese, readable, strange

# TCVN 5712:1993 VN3 ("ABC" fonts), read as Latin-1: the bytes on the left stand for the letters on the right.
_TCVN3_BYTES = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = str.maketrans(_TCVN3_BYTES, _TCVN3_LETTERS)
_OLD_WORD = re.compile("[A-Za-z\u00a1-\u00ff]+")
_LAST_SIGNS = "®©"  # đ begins a syllable and â is followed by a letter: after a word they are the signs themselves

# VNI-Windows: a letter, then a sign that carries the mark.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {
    "ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ",
    "Ô": "Ơ", "Ö": "Ư", "Ñ": "Đ", "Æ": "Ỉ", "Ó": "Ĩ", "Ò": "Ị", "Î": "Ỵ",
}  # fmt: skip
_VNI_PAIR = re.compile(r"([aeouyôöAEOUYÔÖ])([ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË])|([ôöñæóòîÔÖÑÆÓÒÎ])")

_VNI_ALONE = re.compile("[\u00c0-\u00ff](?<![íìÍÌ])")  # í and ì are the only ones that stand as they are

_CODE_PAGE = str.maketrans("ÌÒÞìòÐðÕõÝýÃã", "\u0300\u0309\u0303\u0301\u0323ĐđƠơƯưĂă")
"""Where windows-1258 differs from 1252 in letters (unicode.org, VENDORS/MICSFT/WINDOWS/CP1258.TXT)."""

TAG = re.compile(r"(<[^<>]*>)")  # linear also where nothing closes
REAL_LETTERS = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
_OLD_FONT = re.compile(r"[\"':;,\s](\.Vn\w+|VNI-[\w-]+)", re.I)
_ANY_FONT = re.compile(r"font-family|\bface\s*=", re.I)
_OLD_FONT_BYTES = re.compile(rb"vn(?:(?<=\.vn)[\w\x80-\xff]|(?:i|\xc4[\xb0\xb1])-)")
"""What either name of a font holds, in UTF-8 and small letters (a Turkish i counts as i): a twentieth of the pattern's time."""
_CAPITAL_SIGN = re.compile("(?<=[A-Z])[\u00a1-\u00a7]|[\u00a1-\u00a7](?=[A-Z])")  # § in Q§-UBND
_MIXED_WORD = re.compile("(?:[^\\W\\d_]|[\u00a1-\u00ff])+")
_TAG_NAME = re.compile(r"<(/?)(\w+)")
_NEVER_CLOSED = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
_OPEN = 64  # tags that may stand open between a font and its end

# Editors write Vietnamese letters as entities too: only letters that Vietnamese lacks say that more is wrong.
_FOREIGN_ENTITY = re.compile(
    rb"&(?:#(?:19[6-9]|20[36-9]|21[469]|22[02389]|23[01589]|24[0168]|25[1245]|[xX](?:[cCeE][4-7bBeEfF]|[dDfF][0168bBcCeEfF]))"
    rb"|[AEIOUaeiouy]uml|[Aa]ring|AElig|aelig|[Cc]cedil|[IUiu]circ|[Nn]tilde|[Oo]slash|ETH|eth|THORN|thorn|szlig);"
)
_ENTITY = re.compile(r"&(?:#(\d{3})|#[xX]([\dA-Fa-f]{2})|([A-Za-z]{2,6}[1-4]{0,2}));")
_CODES = {codepoint2name[code]: code for code in range(0xA1, 0x100)}

_ENOUGH = 2  # words that an old encoding must make readable before it is believed; where it is known or named, one
_WHOLE = 5  # readable words after which text without one letter of Unicode's is in the old encoding throughout


@dataclass(frozen=True, slots=True)
class Reading:
    """A run of text as an encoding makes it: "" is the text as it stood, none made it better Vietnamese."""

    text: str
    encoding: str = ""
    right: int = 0


@dataclass(frozen=True, slots=True)
class _Font:
    encoding: str = ""
    capitals: bool = False  # the same letters in a font of their own: .VnTimeH


def repaired(text: str, raw: bytes, border: re.Pattern[str] = TAG) -> tuple[str, tuple[str, ...]]:
    """Text out of old encodings, and which ones; `raw` is the text in UTF-8, `border` parts it into runs.

    A run is read by the font that it stands in, then by what most of the text is in, then by the reading with most
    Vietnamese syllables. A run that no reading makes Vietnamese is left alone.
    """
    named = _OLD_FONT_BYTES.search(raw.lower()) is not None and _OLD_FONT.search(text) is not None
    seen = _unescaped(text) if _FOREIGN_ENTITY.search(raw) or (named and b"&" in raw) else text
    if len(strange(seen)) < (1 if named else _ENOUGH) and not (named and _CAPITAL_SIGN.search(seen)):
        return text, ()
    parts = border.split(text)
    runs = [_unescaped(run) for run in parts[::2]]
    fonts = _fonts(parts[1::2]) if named else [_Font()] * len(runs)
    page = {_encoding(name) for name in _OLD_FONT.findall(text)} if named else set()
    votes = _votes(zip(runs, fonts, strict=True), 1 if named else _ENOUGH)
    known = tuple(name for name, _ in votes.most_common())
    pure = {font.encoding for font in fonts} - {
        font.encoding for run, font in zip(runs, fonts, strict=True) if REAL_LETTERS.search(run)
    }
    found = []
    for i, (run, font) in enumerate(zip(runs, fonts, strict=True)):
        whole = font.encoding or (known[0] if known and not named else "")
        sure = whole if font.encoding in pure and votes[whole] >= _WHOLE and _may_be(run, whole, font) else ""
        new = _read(run, font, (*filter(None, [font.encoding]), *known, *sorted(page)), sure)
        if new.encoding:
            parts[2 * i] = new.text.upper() if font.capitals else new.text
            found.append(new.encoding)
    return "".join(parts), tuple(dict.fromkeys(found))


def shown_in(font: str, run: str) -> Reading:
    """A run of text as a font of this name shows it: its letters are in the font's encoding, and .VnTimeH has capitals only."""
    match = _OLD_FONT.match(f" {font}")
    if match is None:
        return Reading(run)
    encoding = _encoding(match[1])
    new = Reading(run) if REAL_LETTERS.search(run) else best(run, (encoding,), sure=encoding)
    return replace(new, text=new.text.upper()) if _has_capitals(match[1]) else new


def ranked(runs: Iterable[str]) -> tuple[str, ...]:
    """The encodings that make runs of text Vietnamese, the one of most words first."""
    return tuple(name for name, _ in _votes(((run, _Font()) for run in runs), _ENOUGH).most_common())


def best(run: str, preferred: Sequence[str] = (), *, sure: str = "") -> Reading:
    """The reading of a run in the first preferred encoding that makes it Vietnamese, else in the one of most syllables.

    A preferred encoding must mend one word, others two. The one that is `sure` may also leave as many as there were.
    """
    before = readable(run)[0]
    found = []
    for name, read in _READINGS.items():
        new = read(run)
        if new == run:
            continue
        right, words = readable(new)
        mends = right - before >= (1 if name in preferred else _ENOUGH)
        if (mends or (name == sure and right == words and right >= before)) and is_vietnamese(new):
            found.append((right, right - words, Reading(new, name, right)))
    for name in preferred:
        for *_, reading in found:
            if reading.encoding == name:
                return reading
    return max(found, key=lambda one: one[:2])[2] if found else Reading(run)


def _votes(runs: Iterable[tuple[str, _Font]], enough: int) -> Counter[str]:
    votes: Counter[str] = Counter()
    for run, font in dict.fromkeys(runs):
        if run.isascii() or REAL_LETTERS.search(run) or not _suspicious(run):
            continue
        new = best(run, (font.encoding,) if enough > 1 or font.encoding else tuple(_READINGS))
        if new.encoding:
            votes[new.encoding] += new.right
    return votes


def _read(run: str, font: _Font, preferred: Sequence[str], sure: str) -> Reading:
    if run.isascii():
        return Reading(run)
    if REAL_LETTERS.search(run):
        return _word_by_word(run, font.encoding) if font.encoding else Reading(run)
    return best(run, preferred, sure=sure) if sure or _suspicious(run) else Reading(run)


def _may_be(run: str, encoding: str, font: _Font) -> bool:
    """Whether all letters of a run are in an encoding: the à of a Unicode line such as "Ngày 12 tháng 3" is in neither.

    "Thông tin" could be TCVN3 to the letter: only a font that is named says so.
    """
    if encoding == "vni":
        return _VNI_ALONE.search(_VNI_PAIR.sub("", run)) is None
    return font.encoding == "tcvn3" and all(sign in _TCVN3_BYTES for sign in run if "\u00c0" <= sign <= "\u00ff")


def _suspicious(run: str) -> bool:
    return bool(strange(run)) or _CAPITAL_SIGN.search(run) is not None


def _word_by_word(run: str, encoding: str) -> Reading:
    """Unicode with some words left in the font that it stands in: those that are no syllables and become one."""

    def mend(match: re.Match[str]) -> str:
        word = match[0]
        if not (_CAPITAL_SIGN.search(word) or (strange(word) and readable(word) != (1, 1))):
            return word
        new = _READINGS[encoding](word)
        return new if readable(new) == (1, 1) else word

    new = _MIXED_WORD.sub(mend, run)
    return Reading(new, encoding if new != run else "")


def _of_tcvn3(run: str) -> str:
    return _OLD_WORD.sub(_tcvn3_word, run)


def _tcvn3_word(match: re.Match[str]) -> str:
    word = match[0]
    if len(word) == 1 and not (word.isalpha() and word >= "À"):
        return word  # © and ½ alone are signs
    inner = word.rstrip(_LAST_SIGNS)
    new = inner.translate(_TCVN3) + word[len(inner) :]
    letters = [letter for letter in word if letter.isascii()]
    return new.upper() if len(letters) > 1 and "".join(letters).isupper() else new


def _of_vni(run: str) -> str:
    return unicodedata.normalize("NFC", _VNI_PAIR.sub(_vni_letter, run))


def _vni_letter(match: re.Match[str]) -> str:
    base, mark, single = match.groups()
    if single:
        return _VNI_LETTERS[single]
    return _VNI_LETTERS.get(base, base) + _VNI_MARKS[mark.lower()]


def _of_code_page(run: str) -> str:
    return unicodedata.normalize("NFC", run.translate(_CODE_PAGE))


_READINGS: dict[str, Callable[[str], str]] = {"tcvn3": _of_tcvn3, "vni": _of_vni, "windows-1258": _of_code_page}


def _unescaped(text: str) -> str:
    """Entities of Latin-1 as the letters they are; no sign of the markup is among them."""
    return _ENTITY.sub(_letter, text) if "&" in text else text


def _letter(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16) if hexadecimal else _CODES.get(name, 0)
    return chr(code) if 0xA1 <= code <= 0xFF else match[0]


def _encoding(font: str) -> str:
    return "vni" if font.lower().startswith("vni") else "tcvn3"


def _has_capitals(font: str) -> bool:
    return _encoding(font) == "tcvn3" and font.endswith("H")


def _fonts(tags: Sequence[str]) -> list[_Font]:
    """The font that each run stands in: before the first tag, then after every one."""
    opened: list[tuple[str, _Font]] = []
    found = [_Font()]
    for tag in tags:
        match = _TAG_NAME.match(tag)
        name = match[2].lower() if match else ""
        if match and (match[1] or name == "p"):  # a paragraph ends the one before
            _close(opened, name)
        if match and not match[1] and name not in _NEVER_CLOSED:
            opened.append((name, _font_of(tag, opened[-1][1] if opened else _Font())))
        found.append(opened[-1][1] if opened else _Font())
    return found


def _close(opened: list[tuple[str, _Font]], name: str) -> None:
    for back in range(1, min(len(opened), _OPEN) + 1):
        if opened[-back][0] == name:
            del opened[-back:]
            return


def _font_of(tag: str, outer: _Font) -> _Font:
    if match := _OLD_FONT.search(tag):
        return _Font(_encoding(match[1]), _has_capitals(match[1]))
    return _Font() if _ANY_FONT.search(tag) else outer
