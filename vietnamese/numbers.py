"""Numbers of legal documents: `15/2024/QĐ-UBND` in any spelling is one term."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vietnamese.syllables import fold, fold_text, nfc

_NUMBER = re.compile(
    r"(?<![\w/])(\d{1,5})\s*/\s*(?:((?:19|20)\d{2})\s*/\s*)?([^\W\d_]{1,6}(?:\s*-\s*[^\W\d_]{1,8}){0,4}(?:(?<=QH)\d\d)?)(?![^\W_])",
    re.I,
)
"""Number, year (laws before 1999 and dispatches have none), kind and issuer (Nghị định 30/2020/NĐ-CP, Phụ lục III)."""

_YEARED = re.compile(r"(?<![\w/])(\d{1,5})\s*/\s*((?:19|20)\d{2})\s*/\s*([^\W_]{1,8}(?:\s*-\s*[^\W_]{1,8}){0,4})")
_LOOSE = re.compile(
    r"(?<![\w/])(\d{1,5})\s*/\s*(?:((?:19|20)\d{2})\s*/\s*)?((?:qđ|qd|nđ|nd|nq|ct|kh|tb|cv)[\s/]+(?:ubnd|hđnd|hdnd|cp|ttg))\b",
    re.I,
)
"""With a space or a slash in place of the last hyphen: `15/2024/QĐ UBND`."""

_SPACED = re.compile(
    r"(?<![\w/])(\d{1,5})[\s-]+((?:19|20)\d{2})[\s-]+((?:qđ|qd|nđ|nd|tt|nq|ct|kh)[\s-]+[^\W\d_]{2,8})(?![^\W_])", re.I
)


_DASHED = re.compile(r"(?<![\w/-])(\d{1,5})-((?:19|20)\d{2})-([^\W\d_]{2,6}(?:-[^\W\d_]{2,8}){0,3})(?![^\W_])")
_SHORT = re.compile(
    r"(?<![\w/-])(?:số\s*:?\s*|so\s*:?\s*)?(\d{1,5})\s*(?:/|-|\s+năm\s+|\s+nam\s+|\s)\s*((?:19|20)\d{2})(?![\w/])", re.I
)
"""Number and year without signs: `15/2024`, `số 15 năm 2024`, `quyết định 15 2024`."""


_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
"""Word writes U+2011 where a number must not break."""

_KINDS = {
    fold_text(name): sign
    for name, sign in (
        ("quyết định", "qd"), ("nghị định", "nd"), ("nghị quyết", "nq"), ("công văn", "cv"), ("kế hoạch", "kh"),
        ("thông báo", "tb"), ("chỉ thị", "ct"), ("thông tư", "tt"),
    )
}  # fmt: skip
_SIGNS = "|".join(_KINDS.values())
_SIGNED = re.compile(rf"(?<!\d )\b(\d{{1,5}}) ?({_SIGNS}) ([a-z]{{2,14}})\b")
_YEAR = r"(?:19|20)\d\d\b"
_KIND_ALONE = re.compile(rf"\b({'|'.join(_KINDS)}|{_SIGNS}) (?:so (\d{{1,5}})\b(?! {_YEAR})|(?!{_YEAR})(\d{{1,5}})$)")
_ISSUERS = {
    "qd": ("ubnd", "ttg"), "nd": ("cp",), "nq": ("hdnd", "cp"), "cv": ("ubnd",), "kh": ("ubnd",), "tb": ("ubnd",),
    "ct": ("ubnd", "ttg"), "tt": (),
}  # fmt: skip
"""Who issues what a person names by kind and number alone; ministries' circulars are told apart by nothing less than their year."""

_YEARS = range(1997, 2041)
"""Years in the numbers of decisions, resolutions and decrees: since the law of 1996 on legal documents."""


def plain_number(number: str) -> str:
    """A document number without spaces, in capitals, Đ as D: `61/2018/ND-CP`."""
    return re.sub(r"\s+", "", number).upper().replace("Đ", "D")


def document_numbers(text: str) -> list[str]:
    """Every document number in a text as one folded term each, in order, without repeats: `15-2024-qd-ubnd`."""
    composed = _plain(text)
    rules = (_LOOSE, _YEARED, _NUMBER, _SPACED, _DASHED)
    found = [(match.start(), _term(match)) for rule in rules for match in rule.finditer(composed)]
    return list(dict.fromkeys(term for _, term in sorted(found)))


def _plain(text: str) -> str:
    return nfc(text).translate(_DASHES)


def short_numbers(text: str) -> list[str]:
    """Numbers that are given by number and year alone, as `15-2024`; what a citizen remembers of 15/2024/QĐ-UBND."""
    found = [f"{int(number)}-{year}" for number, year in _SHORT.findall(_plain(text))]
    return list(dict.fromkeys(found))


def numbers_asked(text: str) -> tuple[str, ...]:
    """The terms a question may mean: as `document_numbers` reads it or by number and year; also without a slash
    (`2571CV-UBND`); and where only kind and number are named (`Quyết định số 993`) those of the usual issuers, of any year."""
    plain = fold_text(text)
    signed = (f"{int(number)}-{sign}-{issuer}" for number, sign, issuer in _SIGNED.findall(plain))
    found = dict.fromkeys((*(document_numbers(text) or short_numbers(text)), *signed))
    return tuple(found or dict.fromkeys(_of_usual_issuers(plain)))


def _of_usual_issuers(plain: str) -> Iterator[str]:
    for kind, called, last in _KIND_ALONE.findall(plain):
        number, sign = int(called or last), _KINDS.get(kind, kind)
        for issuer in _ISSUERS[sign]:
            yield f"{number}-{sign}-{issuer}"
            if sign in ("qd", "nd", "nq"):
                yield from (f"{number}-{year}-{sign}-{issuer}" for year in _YEARS)


def without_signs(term: str) -> str:
    """The number and year of a term of `document_numbers`, "" when it has no year."""
    number, _, rest = term.partition("-")
    year = rest.partition("-")[0]
    return f"{number}-{year}" if len(year) == 4 and year.isdecimal() else ""


def _term(match: re.Match[str]) -> str:
    number, year, signs = match.groups()
    parts = [str(int(number)), *([year] if year else []), *re.findall(r"[^\W_]+", signs.lower())]
    return "-".join([fold(part) for part in parts])
