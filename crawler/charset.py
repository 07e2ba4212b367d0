"""Bytes to composed Unicode: what the server declares, what the bytes are, and old Vietnamese encodings in between."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from crawler.legal_syllables import is_vietnamese, marked_lines, readable
from crawler.old_fonts import REAL_LETTERS, TAG, best, ranked, repaired

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_IN_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_HEAD = 4096  # bytes in which the HTML standard looks for a declaration (it says 1024; real heads are longer)

_MOJIBAKE = re.compile("(?<=á)[º»]|(?<=Ä)[‘\u0091]|(?<=Æ)[°¡]|(?<=Ã)[\u0080-\u00bf]")
_MOJIBAKE_BYTES = re.compile(rb"\xc3(?:\xa1\xc2[\xba\xbb]|\x84(?:\xe2\x80\x98|\xc2\x91)|\x86\xc2[\xb0\xa1]|\x83\xc2)")
"""The same in UTF-8: looked for first, a hundred times as fast as in text."""
_LINE_END = re.compile(r"(\n)")
_ENOUGH = 2  # letters of mojibake, and of UTF-8 among bytes that are none, that may stand by chance

# UTF-8 read with `surrogateescape`: a byte that is none stands as U+DC80 to U+DCFF.
_RAW = re.compile("[\udc80-\udcff]+")
_RAW_RUN = re.compile("[\x00-\x09\x0b-;=?-\x7f\udc80-\udcff]+")  # ends at a tag, a line and a letter that is UTF-8
_IN_A_WORD = re.compile("(?<=[\u00c0-\u1ef9])[\udc80-\udcff]+|(?<![\udc80-\udcff])[\udc80-\udcff]++(?=[\u00c0-\u1ef9])")
_CUT = re.compile("^\\s*[\udc80-\udcbf]{1,2}|(?:[\udcc3-\udcc6]|\udce1[\udcba\udcbb]?)(?![A-Za-z\udc80-\udcff])")
"""A Vietnamese letter that a program cut in two at a number of bytes: its end before a text, its beginning after a word."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Composed text, the charset the bytes really were in, and notes: wrong_charset, broken_bytes, mojibake, tcvn3,
    vni, windows-1258 (such letters inside text of another charset), nfd."""

    text: str
    charset: str
    notes: tuple[str, ...] = ()


@lru_cache(4)  # the guards and the reader of a page ask one after the other
def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of an HTML answer. Never raises: bytes that fit nothing become U+FFFD and a note."""
    bom = next((name for mark, name in _BOMS if body.startswith(mark)), "")
    declared = _declared(body, content_type)
    notes: list[str] = []
    text, charset = _as_text(body, bom, notes)
    if declared and _family(declared) != _family(charset) and not body.isascii():
        notes.insert(0, "wrong_charset")
    text = _repair(text, body if charset == "utf-8" else text.encode("utf-8", "replace"), notes)
    if "windows-1258" in notes:
        notes.insert(0, "wrong_charset")  # of a part
    if not unicodedata.is_normalized("NFC", "\n".join(marked_lines(text))):
        notes.append("nfd")
        text = unicodedata.normalize("NFC", text)
    text = text.removeprefix("\ufeff")
    if b"\x00" in body:
        text = text.replace("\x00", "")
    return Decoded(text, charset, tuple(dict.fromkeys(notes)))


def mended(text: str) -> tuple[str, tuple[str, ...]]:
    """Text that a file's own reader decoded, line by line out of old fonts, composed; with the notes of `Decoded`."""
    notes: list[str] = []
    text = unicodedata.normalize("NFC", _repair(text, text.encode("utf-8", "replace"), notes, _LINE_END))
    return text, tuple(dict.fromkeys(notes))


def _declared(body: bytes, content_type: str) -> str:
    header = _IN_HEADER.search(content_type)
    meta = _IN_META.search(body[:_HEAD])
    name = header[1] if header else meta[1].decode("ascii", "replace") if meta else ""
    return name.lower()


def _as_text(body: bytes, bom: str, notes: list[str]) -> tuple[str, str]:
    if wide := "utf-16" if bom == "utf-16" else _utf_16(body):
        return body.decode(wide, "replace"), "utf-16"
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    mixed = body.decode("utf-8", "surrogateescape")
    high = sum(byte >= 0x80 for byte in body)
    if len(REAL_LETTERS.findall(mixed)) >= _ENOUGH or len(_RAW.findall(mixed)) * 10 < high:
        return _of_raw_bytes(mixed, notes), "utf-8"
    latin = body.decode("cp1252", "replace").replace("\ufffd", "")
    code_page = unicodedata.normalize("NFC", body.decode("cp1258", "replace"))
    old = body.decode("latin-1")
    if readable(_repair(old, old.encode(), []))[0] > readable(code_page)[0]:
        return old, "windows-1252"  # the letters of an old font; repaired run by run below
    if readable(code_page)[0] >= readable(latin)[0]:
        return code_page, "windows-1258"
    return latin, "windows-1252"


def _utf_16(body: bytes) -> str:
    """Which UTF-16 the NULs of markup show; a declaration says nothing (HTML standard, "prescan a byte stream": a meta
    that says UTF-16 is read as UTF-8)."""
    head = body[:_HEAD]
    first, second = head[::2].count(0), head[1::2].count(0)
    if max(first, second) * 4 < len(head):
        return ""
    return "utf-16-le" if second > first * 4 else "utf-16-be" if first > second * 4 else ""


def _of_raw_bytes(text: str, notes: list[str]) -> str:
    """Text in UTF-8 with its runs of other bytes in the encoding that makes each Vietnamese; what none does is U+FFFD."""
    text = _IN_A_WORD.sub("\ufffd", text)
    raw = {run: _latin(run) for run in _RAW_RUN.findall(text) if not _CUT.sub("", run).isascii()}
    known = ranked(raw.values())
    parts = {run: _of_raw_run(letters, known, notes) for run, letters in raw.items()}
    text = _RAW.sub("\ufffd", _RAW_RUN.sub(lambda match: parts.get(match[0], match[0]), text))
    if "\ufffd" in text:
        notes.append("broken_bytes")
    return text


def _of_raw_run(letters: str, known: tuple[str, ...], notes: list[str]) -> str:
    new = best(letters, known)
    if new.encoding:
        notes.append(new.encoding)
        return new.text
    if not is_vietnamese(letters):
        return "".join(letter if letter.isascii() else "\ufffd" for letter in letters)
    notes.append("wrong_charset")
    return letters


def _latin(run: str) -> str:
    """The letters that raw bytes are in windows-1252."""
    return run.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _family(charset: str) -> str:
    aliases = {
        "utf8": "utf-8",
        "utf-16le": "utf-16",
        "utf-16be": "utf-16",
        "iso-8859-1": "windows-1252",
        "latin1": "windows-1252",
        "ascii": "windows-1252",
    }
    return aliases.get(charset, charset)


def _repair(text: str, raw: bytes, notes: list[str], border: re.Pattern[str] = TAG) -> str:
    if _MOJIBAKE_BYTES.search(raw) and len(_MOJIBAKE.findall(text)) > _ENOUGH:
        text = _unscramble(text, notes)
        raw = text.encode("utf-8", "replace")
    text, found = repaired(text, raw, border)
    notes.extend(found)
    return text


def _unscramble(text: str, notes: list[str]) -> str:
    """UTF-8 that was once read as windows-1252 and written out again, run by run."""

    def mend(run: str) -> str:
        if not _MOJIBAKE.search(run):
            return run
        try:
            mended = b"".join(_old_byte(letter) for letter in run).decode("utf-8")
        except (UnicodeError, ValueError):
            return run
        notes.append("mojibake")
        return mended

    return "".join(part if part.startswith("<") else mend(part) for part in TAG.split(text))


def _old_byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
