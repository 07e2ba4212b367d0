"""Where a tone mark stands is spelling, not meaning: `hóa` and `hoá` are one word."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"


@lru_cache(maxsize=65_536)
def tone_last(word: str) -> str:
    """A word with its tone mark behind it: one text for either placement."""
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(letter for letter in letters if letter in _TONES)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES)) + tones
