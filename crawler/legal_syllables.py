"""Which words are spelt as Vietnamese: what tells one reading of old letters from another."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_RHYMES = {
    "a'": " c ch i m n ng nh o p t u y", "ă'": "c k m n ng p t", "â'": "c m n ng p t u y", "e'": " c m n ng o p t",
    "ê'": " ch m n nh p t u", "i'": " a ch m n nh p t u", "o'": " c i m n ng p t", "ô'": " c i m n ng p t",
    "ơ'": " i m n p t", "u'": " a c i m n ng p t", "ư'": " a c i m n ng t u", "y'": " ch n nh t",
    "iê'": "c m n ng p t u", "yê'": "m n ng t u", "uyê'": "n t", "uô'": "c i m n ng t", "ươ'": "c i m n ng p t u",
    "o'a'": " c ch i m n ng nh o p t y", "oă'": "c m n ng t", "o'e'": " m n o t", "oo": "ng", "oo'": "c",
    "uâ'": "n ng t y", "uê'": " ch n nh", "uơ'": " ", "u'y'": " a ch n nh p t u",
}  # fmt: skip
"""Nuclei and what may close them; ' where the tone may stand, in the old style (hòa) or the new (hoà)."""
_ENDED = "|".join(
    f"{nucleus}(?:{'|'.join(endings.split())}){'?' if endings.startswith(' ') else ''}"
    for nucleus, endings in _RHYMES.items()
).replace("'", "'?")
_SYLLABLE = re.compile(rf"(?:ngh?|nh|gh|gi|kh|ph|th|tr|ch|qu|c(?![ieêy])|[bdđghklmnprstvx])?(?:{_ENDED})")
_TONE = re.compile("([\u0300\u0301\u0303\u0309\u0323])([\u0302\u0306\u031b]?)")
_CODE = re.compile("[BCDGHKLMNPQSTVXĐÐ]{2,8}")  # QĐ, NĐ, HĐND: in the numbers of documents
_ADDRESS = re.compile(r"@|\w\.\w")  # of mail, of a site, of a file: words of no language
_WORD = re.compile(r"[^\W\d_]+")
_SUSPECT = re.compile(r"(?<![A-Za-z\u00a1-\u00ff])[A-Za-z]*+[\u00a1-\u00ff][A-Za-z\u00a1-\u00ff]*+")
LONGEST_KEPT = 40  # characters of a word that is kept; longer ones are scripts without a space
MOST_KEPT = 20_000
_SIGNS = "".join(chr(code) for code in range(0xA1, 0x100) if not chr(code).isalpha())


@lru_cache(20_000)
def is_syllable(word: str) -> bool:
    """Whether a word is a Vietnamese syllable, its tone on a letter that may bear it; the Icelandic ð counts as đ."""
    apart = unicodedata.normalize("NFD", word.lower().replace("ð", "đ"))
    tones = _TONE.findall(apart)
    marked = unicodedata.normalize("NFC", _TONE.sub(r"\2'", apart))
    stopped = marked.endswith(("c", "ch", "p", "t")) and (not tones or tones[0][0] not in "\u0301\u0323")
    return len(tones) <= 1 and not stopped and _SYLLABLE.fullmatch(marked) is not None


def readable(text: str) -> tuple[int, int]:
    """How many different words with marks are Vietnamese syllables or codes such as QĐ, and how many such words there are."""
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    return sum(map(_is_right, words)), len(words)


def _is_right(word: str) -> bool:
    return is_syllable(word) or _CODE.fullmatch(word) is not None


def is_vietnamese(text: str) -> bool:
    """Whether seven in ten of the words with marks are right, and half of all: a French text has both kinds of others."""
    right, marked = readable(text)
    prose = " ".join(part for part in text.split() if not _ADDRESS.search(part))
    words = [word for word in _WORD.findall(prose) if not (word.isascii() and word.isupper())]
    return right > 0 and right * 10 >= marked * 7 and sum(map(_is_right, words)) * 2 >= len(words)


def strange(text: str) -> set[str]:
    """Words with Latin-1 signs or letters that are no Vietnamese syllables: foreign names, or an old encoding."""
    found: set[str] = set()
    for part in set(" ".join(marked_lines(text)).split()) - _plain:
        if part.isascii():
            continue
        if words := _strange_in(part):
            found |= words
        elif len(part) <= LONGEST_KEPT:
            _plain.add(part)
    if len(_plain) > MOST_KEPT:
        _plain.clear()
    return found


_plain: set[str] = set()  # what stands between spaces and is known to hold no strange word


@lru_cache(2)  # an answer is asked about its lines more than once
def marked_lines(text: str) -> tuple[str, ...]:
    """The lines that are not ASCII, each once: most of a page's are ASCII or stand in it often."""
    return tuple(line for line in dict.fromkeys(text.splitlines()) if not line.isascii())


def _strange_in(part: str) -> set[str]:
    words = (
        word.strip(_SIGNS) if word.isascii() or word[0] in _SIGNS or word[-1] in _SIGNS else word
        for word in _SUSPECT.findall(part)
    )
    return {word for word in words if len(word) > 1 and not word.isascii() and not is_syllable(word)}
