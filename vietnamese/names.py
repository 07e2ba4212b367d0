"""Names and texts of procedures reduced to what counts, so that spelling alone tells no two apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from core.tones import tone_last

_LIST_NUMBER = re.compile(r"^\W*(?:\d{1,3}[.)])+\s*(?=[^\W\d_])")


@lru_cache(maxsize=8_192)  # the same papers, steps and fees stand on every site: half of the time of unification
def plain(text: str) -> str:
    """Lower case, one space, no punctuation, tone marks behind their syllable (hóa = hoá), 03 = 3."""
    lowered = unicodedata.normalize("NFC", text).lower().replace("y’", "y'")
    syllables = [tone_last(word) for word in re.findall(r"[^\W_]+", lowered)]
    return " ".join(word.lstrip("0") or "0" if word.isdigit() else word for word in syllables)


_PROCEDURE = plain("thủ tục")


def name(text: str) -> str:
    """A procedure's name without its number in a list and without “Thủ tục” at its start."""
    words = plain(_LIST_NUMBER.sub("", text))
    return words.removeprefix(_PROCEDURE + " ") if words != _PROCEDURE else words
