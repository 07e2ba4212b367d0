"""Procedure codes: national, old (Đề án 30), and how they are written on pages."""

from __future__ import annotations

import re

NATIONAL = re.compile(r"(?<![\d.,/])([1-6])[.,\s]\s?(\d{6})((?:[.,]\d{3}[.,]\d{2}[.,]\d{2}(?:[.,]?[Hh]\d{2})?)?)(?!\d)")
"""`1.001193`, `1,001193`, `1 001193`, with or without a suffix such as `.000.00.00.H56` (DOMAIN §1.4)."""

_KEY = re.compile(r"[1-6]\.\d{6}")

OLD = re.compile(r"(?<![\w-])([TB]-[A-Z]{2,4}-\d{4,7}-TT)(?![\w-])")
"""Codes of the Đề án 30 data base, as on pages before about 2019: `T-THA-123456-TT`."""

_SUFFIX = r"(?:\s*[.,-]\s*\d{3}\s*[.,-]\s*\d{2}\s*[.,-]\s*\d{2}(?:\s*[.,-]?\s*h\d{2})?)?(?![\d/])"
_ASKED = re.compile(rf"(?<![\d.,/-])([1-6])(?:\s*[.,_-]\s*|\s)(\d{{6}}){_SUFFIX}", re.I)
_BARE = re.compile(rf"(?<![\d.,/-])([1-6])(\d{{6}}){_SUFFIX}", re.I)
_CALLED = re.compile(
    r"(?:(?:\bm[ãa](?:\s+s[ốo])?|\bth[ủu]\s+t[ụu]c(?:\s+h[àa]nh\s+ch[íi]nh)?|\btthc)\s*:?\s*){1,3}$", re.I
)
_LISTED = re.compile(r"(?<=\d{6})[,;/-](?=[1-6][.,]\d{6}(?!\d))")
"""Between two codes: `1.000894,1.001193`."""

_WIDE = {0xFF10 + n: str(n) for n in range(10)}
_WIDE |= {0xFF0E: ".", 0xFF0C: ",", 0xFF0D: "-", 0x2013: "-", 0x3000: " ", 0xFF1A: ":"}

INTERNAL_DIGITS = ("5", "6")
"""First digits of procedures between agencies; citizens cannot file them (all 111 seen have officials as audience)."""


def normalise(text: str) -> str | None:
    """The national code in `text` as `1.001193`, or None. The suffix of the agency is dropped."""
    found = NATIONAL.search(text)
    return f"{found[1]}.{found[2]}" if found else None


def find_all(text: str) -> list[str]:
    """Every national code in `text`, in order, without repeats."""
    return list(dict.fromkeys(f"{digit}.{number}" for digit, number, _ in NATIONAL.findall(text)))


def in_question(text: str) -> tuple[list[tuple[str, str]], str]:
    """Codes in what a person typed (NFC), as typed and in normal form, and the text without them and “mã số” before them.

    More is a code here than on a page: `1-001193`, `1 . 001193`, `1_001193`, digits of full width; and `1001193` where nothing
    else was typed or “mã”, “thủ tục” stands before it (seven digits may be anything).
    """
    plain = _LISTED.sub(" ", text.translate(_WIDE))
    bare = list(_BARE.finditer(plain))
    alone = not any(map(str.isalnum, _BARE.sub("", plain)))
    found = [
        (_CALLED.search(plain[: match.start()]), match)
        for match in sorted((*_ASKED.finditer(plain), *bare), key=re.Match.start)
    ]
    kept = [(said, m) for said, m in found if m not in bare or said or alone]
    rest, end = "", 0
    for said, match in kept:
        rest, end = f"{rest}{text[end : said.start() if said else match.start()]} ", match.end()
    return [(text[slice(*m.span())], f"{m[1]}.{m[2]}") for _, m in kept], rest + text[end:]


def find_old(text: str) -> str | None:
    """The Đề án 30 code in `text`, verbatim, or None. A new code is never derived from it."""
    found = OLD.search(text)
    return found[1] if found else None


def is_national(key: str) -> bool:
    """Whether a key is a national code in its normal form."""
    return _KEY.fullmatch(key) is not None


def is_internal(code: str) -> bool:
    """Whether the code is of a procedure between agencies, which citizens' search leaves out."""
    return code.startswith(INTERNAL_DIGITS)
