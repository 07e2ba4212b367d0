"""Bytes to composed Unicode: what the server declares, what the bytes are, and old Vietnamese encodings in between."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_IN_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_HEAD = 4096  # bytes in which the HTML standard looks for a declaration (it says 1024; real heads are longer)

# TCVN 5712:1993 VN3 ("ABC" fonts), read as Latin-1: the bytes on the left stand for the letters on the right.
_TCVN3_BYTES = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = str.maketrans(_TCVN3_BYTES, _TCVN3_LETTERS)

# VNI-Windows: a letter, then a sign that carries the mark.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "Ô": "Ơ", "Ö": "Ư", "Ñ": "Đ"}
_VNI_PAIR = re.compile(r"([aeouyôöAEOUYÔÖ])([ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË])|([ôöñæóòîÔÖÑ])")
_REAL_LETTERS = re.compile("[\u1ea0-\u1ef9ăđơưĂĐƠƯ]")
_MOJIBAKE = re.compile("(?<=á)[º»]|(?<=Ä)[‘\u0091]|(?<=Æ)[°¡]|(?<=Ã)[\u0080-\u00bf]")
_MOJIBAKE_BYTES = re.compile(rb"\xc3(?:\xa1\xc2[\xba\xbb]|\x84(?:\xe2\x80\x98|\xc2\x91)|\x86\xc2[\xb0\xa1]|\x83\xc2)")
"""The same in UTF-8: looked for first, a hundred times as fast as in text."""
_TAG = re.compile(r"(<[^>]*>)")
_LINE_END = re.compile(r"(\n)")
_OLD_FONT = re.compile(r"[\"':\s](\.Vn\w+|VNI-[\w-]+)", re.I)
_VN_FONT_BYTES = re.compile(rb"\.vn[\w\x80-\xff]")
_VNI_FONT_BYTES = tuple(f"vn{letter}-".encode() for letter in "iıİ")
"""What either name of a font holds, in UTF-8 and small letters (a Turkish i counts as i): a twentieth of the pattern's time."""
_CAPITAL_FONT = re.compile(r"[\"':\s]\.Vn\w*H\b")  # capitals are the same letters in a font of their own: .VnTimeH
_ENOUGH = 2  # words that an old encoding must make readable before it is believed; on a page known to hold it, one
_SUSPECT = re.compile(r"(?<![A-Za-z\u00a1-\u00ff])[A-Za-z]*+[\u00a1-\u00ff][A-Za-z\u00a1-\u00ff]*+")
_SIGNS = "".join(chr(code) for code in range(0xA1, 0x100) if not chr(code).isalpha())
_MARKED = re.compile(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?"
    r"(?:uyê|uyu|uya|yêu|iêu|oai|oay|oeo|oao|uôi|uây|ươi|ươu|[iy]ê|uô|ươ|uâ|uê|uơ|uy|oa|oă|oe|oo|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|ưa|ưi|ưu|[aăâeêioôơuưy])"
    r"(?:ch|nh|ng|[cmnpt])?"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Composed text, the charset the bytes really were in, and notes: wrong_charset, broken_bytes, mojibake, tcvn3, vni, nfd."""

    text: str
    charset: str
    notes: tuple[str, ...] = ()


@lru_cache(4)  # the guards and the reader of a page ask one after the other
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


def mended(text: str) -> tuple[str, tuple[str, ...]]:
    """Text that a file's own reader decoded, line by line out of old fonts, composed; with the notes of `Decoded`."""
    notes: list[str] = []
    text = unicodedata.normalize("NFC", _repair(text, notes, _LINE_END))
    return text, tuple(dict.fromkeys(notes))


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
    latin = body.decode("cp1252", "replace").replace("\ufffd", "")
    code_page = unicodedata.normalize("NFC", body.decode("cp1258", "replace"))
    old = body.decode("latin-1")
    if _readable(_repair(old, []))[0] > _readable(code_page)[0]:
        return old, "windows-1252"  # the letters of an old font; repaired run by run below
    if _readable(code_page)[0] >= _readable(latin)[0]:
        return code_page, "windows-1258"
    return latin, "windows-1252"


def _family(charset: str) -> str:
    aliases = {"utf8": "utf-8", "iso-8859-1": "windows-1252", "latin1": "windows-1252", "ascii": "windows-1252"}
    return aliases.get(charset, charset)


def _repair(text: str, notes: list[str], border: re.Pattern[str] = _TAG) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    if _MOJIBAKE_BYTES.search(raw) and len(_MOJIBAKE.findall(text)) > _ENOUGH:
        text = _unscramble(text, notes)
        raw = text.encode("utf-8", "surrogatepass")
    old_font = _may_name_old_font(raw.lower()) and _OLD_FONT.search(text) is not None
    if len(_strange(text)) < (1 if old_font else _ENOUGH):
        return text
    parts = border.split(text)
    known: list[str] = []
    enough = 1 if old_font else _ENOUGH
    mended = [part if part.startswith("<") else _modern(part, known, enough) for part in parts]
    if known and enough > 1:  # the page holds such text: its short runs count too
        mended = [part if part.startswith("<") else _modern(part, known, 1) for part in mended]
    notes.extend(known)
    return "".join(_in_capitals(mended, parts))


def _may_name_old_font(raw: bytes) -> bool:
    return _VN_FONT_BYTES.search(raw) is not None or any(name in raw for name in _VNI_FONT_BYTES)


def _in_capitals(mended: list[str], parts: list[str]) -> list[str]:
    """What was changed under a font of capitals stands in capitals."""
    found, capitals = [], False
    for new, old in zip(mended, parts, strict=True):
        if old.startswith("<"):
            capitals = bool(_CAPITAL_FONT.search(old)) or (capitals and not old.startswith(("</", "<p", "<td", "<div")))
        found.append(new.upper() if capitals and new != old else new)
    return found


def _modern(run: str, notes: list[str], enough: int) -> str:
    """A run of text out of TCVN3 or VNI, when that makes it Vietnamese and it was not before."""
    if _REAL_LETTERS.search(run) or not _strange(run):
        return run
    best, name, most = run, "", _readable(run)[0]
    for new, label in ((run.translate(_TCVN3), "tcvn3"), (_composed_vni(run), "vni")):
        right, all_words = _readable(new)
        if right >= enough and right > most and right * 10 >= all_words * 7:
            best, name, most = new, label, right
    if name:
        notes.append(name)
    return best


def _strange(text: str) -> list[str]:
    """Words with Latin-1 signs or letters that are no Vietnamese syllables: foreign names, or an old encoding."""
    # Most lines and words of a page are ASCII and stand in it often: the pattern sees only the others, each once.
    text = " ".join(line for line in dict.fromkeys(text.splitlines()) if not line.isascii())
    candidates = " ".join(part for part in dict.fromkeys(text.split()) if not part.isascii())
    words = (
        word.strip(_SIGNS) if word.isascii() or word[0] in _SIGNS or word[-1] in _SIGNS else word
        for word in _SUSPECT.findall(candidates)
    )
    return [word for word in dict.fromkeys(words) if len(word) > 1 and not word.isascii() and not _is_syllable(word)]


def _composed_vni(run: str) -> str:
    """VNI-Windows letters composed."""
    return unicodedata.normalize("NFC", _VNI_PAIR.sub(_vni_letter, run))


def _readable(text: str) -> tuple[int, int]:
    """How many of the words with marks are Vietnamese syllables, and how many such words there are."""
    words = _MARKED.findall(text)
    return sum(_is_syllable(word) for word in words), len(words)


@lru_cache(20_000)
def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word.lower())
    tones = _TONES.findall(apart)
    plain = unicodedata.normalize("NFC", _TONES.sub("", apart))
    stopped = plain.endswith(("c", "ch", "p", "t")) and tones not in (["\u0301"], ["\u0323"])
    return len(tones) <= 1 and not stopped and _SYLLABLE.fullmatch(plain) is not None


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
