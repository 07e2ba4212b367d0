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


def document_numbers(text: str) -> list[str]:
    """Every document number in a text as one folded term each, in order, without repeats: `15-2024-qd-ubnd`."""
    composed = nfc(text)
    found = [(match.start(), _term(match)) for rule in (_YEARED, _NUMBER, _SPACED) for match in rule.finditer(composed)]
    return list(dict.fromkeys(term for _, term in sorted(found)))


def _term(match: re.Match[str]) -> str:
    number, year, signs = match.groups()
    parts = [str(int(number)), *([year] if year else []), *re.findall(r"[^\W_]+", signs.lower())]
    return "-".join([fold(part) for part in parts])
