"""Numbers of legal documents: `15/2024/QĐ-UBND` in any spelling is one term."""

from __future__ import annotations

import re

from vietnamese.syllables import fold, nfc

_NUMBER = re.compile(
    r"(?<![\w/])(\d{1,5})\s*/\s*(?:((?:19|20)\d{2})\s*/\s*)?([^\W\d_]{1,6}(?:\s*[-–]\s*[^\W\d_]{1,8}){0,4})(?![^\W_])"
)
"""Number, year (laws before 1999 and dispatches have none), kind and issuer (Nghị định 30/2020/NĐ-CP, Phụ lục III)."""

_YEARED = re.compile(r"(?<![\w/])(\d{1,5})\s*/\s*((?:19|20)\d{2})\s*/\s*([^\W_]{1,8}(?:\s*[-–]\s*[^\W_]{1,8}){0,4})")
_SPACED = re.compile(
    r"(?<![\w/])(\d{1,5})[\s-]+((?:19|20)\d{2})[\s-]+((?:qđ|qd|nđ|nd|tt|nq|ct|kh)[\s-]+[^\W\d_]{2,8})(?![^\W_])", re.I
)


_DASHED = re.compile(r"(?<![\w/-])(\d{1,5})-((?:19|20)\d{2})-([^\W\d_]{2,6}(?:-[^\W\d_]{2,8}){0,3})(?![^\W_])")
_SHORT = re.compile(
    r"(?<![\w/-])(?:số\s*:?\s*|so\s*:?\s*)?(\d{1,5})\s*(?:/|-|\s+năm\s+|\s+nam\s+|\s)\s*((?:19|20)\d{2})(?![\w/])", re.I
)
"""Number and year without signs: `15/2024`, `số 15 năm 2024`, `quyết định 15 2024`."""


def document_numbers(text: str) -> list[str]:
    """Every document number in a text as one folded term each, in order, without repeats: `15-2024-qd-ubnd`."""
    composed = nfc(text)
    rules = (_YEARED, _NUMBER, _SPACED, _DASHED)
    found = [(match.start(), _term(match)) for rule in rules for match in rule.finditer(composed)]
    return list(dict.fromkeys(term for _, term in sorted(found)))


def short_numbers(text: str) -> list[str]:
    """Numbers that are given by number and year alone, as `15-2024`; what a citizen remembers of 15/2024/QĐ-UBND."""
    found = [f"{int(number)}-{year}" for number, year in _SHORT.findall(nfc(text))]
    return list(dict.fromkeys(found))


def without_signs(term: str) -> str:
    """The number and year of a term of `document_numbers`, "" when it has no year."""
    number, _, rest = term.partition("-")
    year = rest.partition("-")[0]
    return f"{number}-{year}" if len(year) == 4 and year.isdecimal() else ""


def _term(match: re.Match[str]) -> str:
    number, year, signs = match.groups()
    parts = [str(int(number)), *([year] if year else []), *re.findall(r"[^\W_]+", signs.lower())]
    return "-".join([fold(part) for part in parts])
