"""Bytes to composed Unicode: what the server declares, what the bytes are, and old Vietnamese encodings in between."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_IN_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_HEAD = 4096  # bytes in which the HTML standard looks for a declaration (it says 1024; real heads are longer)

# TCVN 5712:1993 VN3 ("ABC" fonts), read as Latin-1: the bytes on the left stand for the letters on the right.
_TCVN3_BYTES = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = str.maketrans(_TCVN3_BYTES, _TCVN3_LETTERS)
_TCVN3_SIGN = re.compile(r"(?<=[A-Za-z])[©®µ¸¶·¹¨»¾¼½ª«¬×¦]|[©®µ¸¶·¹¨»¾¼½ª«¬×§](?=[a-z])")

# VNI-Windows: a letter, then a sign that carries the mark.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "Ô": "Ơ", "Ö": "Ư", "Ñ": "Đ"}
_VNI_PAIR = re.compile(r"([aeouyôöAEOUYÔÖ])([ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË])|([ôöñæóòîÔÖÑ])")
_VNI_SIGN = re.compile(r"(?<=[aeouyôöAEOUYÔÖ])[øûïåäëüØÛÏÅÄËÜ]|(?<=[aeoAEO])ù|ñ(?=[aeouiöôy])")
_REAL_LETTERS = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
_MOJIBAKE = re.compile("(?<=á)[º»]|(?<=Ä)[‘\u0091]|(?<=Æ)[°¡]|(?<=Ã)[\u0080-\u00bf]")
_TAG = re.compile(r"(<[^>]*>)")
_ENOUGH = 2  # signs in one run of text before it is taken for an old encoding; one may be a © or a quotation


@dataclass(frozen=True, slots=True)
class Decoded:
    """Composed text, the charset the bytes really were in, and notes: wrong_charset, broken_bytes, mojibake, tcvn3, vni, nfd."""

    text: str
    charset: str
    notes: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of an HTML answer. Never raises: bytes that fit nothing become U+FFFD and a note."""
    bom = next((name for mark, name in _BOMS if body.startswith(mark)), "")
    declared = _declared(body, content_type)
    notes: list[str] = []
    text, charset = _as_text(body, bom, declared, notes)
    if declared and _family(declared) != _family(charset) and not body.isascii():
        notes.insert(0, "wrong_charset")
    text = _repair(text, notes)
    if not unicodedata.is_normalized("NFC", text):
        notes.append("nfd")
        text = unicodedata.normalize("NFC", text)
    return Decoded(text.removeprefix("\ufeff").replace("\x00", ""), charset, tuple(dict.fromkeys(notes)))


def _declared(body: bytes, content_type: str) -> str:
    header = _IN_HEADER.search(content_type)
    meta = _IN_META.search(body[:_HEAD])
    name = header[1] if header else meta[1].decode("ascii", "replace") if meta else ""
    return name.lower()


def _as_text(body: bytes, bom: str, declared: str, notes: list[str]) -> tuple[str, str]:
    if bom == "utf-16" or declared.startswith("utf-16"):
        return body.decode("utf-16", "replace"), "utf-16"
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    as_utf8 = body.decode("utf-8", "replace")
    high = sum(byte >= 0x80 for byte in body)
    if as_utf8.count("\ufffd") * 10 < high:
        notes.append("broken_bytes")
        return as_utf8, "utf-8"
    latin = body.decode("latin-1")
    if _looks_old(latin):
        return latin, "windows-1252"  # the letters of an old font; repaired run by run below
    return unicodedata.normalize("NFC", body.decode("cp1258", "replace")), "windows-1258"


def _family(charset: str) -> str:
    aliases = {"utf8": "utf-8", "iso-8859-1": "windows-1252", "latin1": "windows-1252", "ascii": "windows-1252"}
    return aliases.get(charset, charset)


def _looks_old(text: str) -> bool:
    return len(_TCVN3_SIGN.findall(text)) >= _ENOUGH or len(_VNI_SIGN.findall(text)) >= _ENOUGH


def _repair(text: str, notes: list[str]) -> str:
    if len(_MOJIBAKE.findall(text)) > _ENOUGH:
        text = _unscramble(text, notes)
    if not _looks_old(text):
        return text
    return "".join(part if part.startswith("<") else _modern(part, notes) for part in _TAG.split(text))


def _modern(run: str, notes: list[str]) -> str:
    if _REAL_LETTERS.search(run):
        return run
    if len(_TCVN3_SIGN.findall(run)) >= _ENOUGH:
        notes.append("tcvn3")
        return run.translate(_TCVN3)
    if len(_VNI_SIGN.findall(run)) >= _ENOUGH:
        notes.append("vni")
        return unicodedata.normalize("NFC", _VNI_PAIR.sub(_vni_letter, run))
    return run


def _vni_letter(match: re.Match[str]) -> str:
    base, mark, single = match.groups()
    if single:
        return _VNI_LETTERS[single]
    return _VNI_LETTERS.get(base, base) + _VNI_MARKS[mark.lower()]


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

    return "".join(part if part.startswith("<") else mend(part) for part in _TAG.split(text))


def _old_byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
