"""Telex and VNI keys that were typed without an input method: `ddawng kys`, `dang9 ky1` → đăng ký."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from vietnamese.syllables import fold, nfc, untoned

GUARD = 20
"""A raw token that occurs this often as a plain folded word is taken as that word (without the guard 20 of 1,000 folded
queries were damaged: "tri tue" → "tỉ tue")."""

_TONE_KEYS = "sfrxj"
_PAIRS = (("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"))
_LATE_HORN = (("uo", "ươ"), ("u", "ư"), ("o", "ơ"), ("a", "ă"))
_HATS = {"a": "â", "e": "ê", "o": "ô"}
_HORNS = {"u": "ư", "o": "ơ"}
_DOUBLED = re.compile(r"aa|ee|oo|dd")
_VNI = re.compile(r"[a-zđ]+[a-z0-9]*")
LEGAL = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
"""Shape of a Vietnamese syllable without its tone; a permissive upper bound."""


def pasted_plainly(text: str) -> str:
    """What a person typed or pasted, composed (NFC): ordinary letters for full-width ones, and nothing invisible in it."""
    return nfc("".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf"))


class KeyDecoder:
    """Decodes one token at a time; accepts only syllables of `known`."""

    def __init__(self, known: Mapping[tuple[str, str], tuple[str, int]], folded_counts: Mapping[str, int]) -> None:
        """`known`: (letters without tone, tone key) → (spelling, occurrences); `folded_counts`: folded token → raw occurrences."""
        self._known = known
        self._folded_counts = folded_counts

    def decode(self, token: str) -> tuple[str, str] | None:
        """(accented syllable, "telex" or "vni") of a lower-case token, or None when it is no residue."""
        if len(token) < 2 or not token[0].isalpha():
            return None
        if token.isascii() and self._folded_counts.get(fold(token), 0) >= GUARD:
            return None
        if not token.isascii() and self._known.get(untoned(token), ("", 0))[1]:
            return None  # “trương” has letters of keys, and is a word
        if any(letter.isdigit() for letter in token):
            found = self._vni(token)
            return (found, "vni") if found else None
        if not any(letter in "sfrxjw" for letter in token[1:]) and not _DOUBLED.search(token):
            return None
        found = self._telex(token)
        return (found, "telex") if found else None

    def _telex(self, token: str) -> str | None:
        best: tuple[int, str] | None = None
        stripped = [(token, "")]
        stripped += [(token[:i] + token[i + 1 :], c) for i, c in enumerate(token) if i and c in _TONE_KEYS]
        for rest, tone in stripped:
            for letters in _with_modifiers(rest):
                bare, own_tone = untoned(letters)
                if (own_tone and tone) or letters == token:
                    continue
                key = (bare, tone or own_tone)
                spelling, count = self._known.get(key, ("", 0))
                if count and (best is None or count > best[0]):
                    best = (count, spelling)
        return best[1] if best else None

    def _vni(self, token: str) -> str | None:
        if not _VNI.fullmatch(token):
            return None
        letters, tone = "", ""
        for key in token:
            if key in "12345":
                tone = _TONE_KEYS[int(key) - 1]
            elif key.isdigit():
                changed = _vni_key(letters, key)
                if changed is None:
                    return None
                letters = changed
            else:
                letters += key
        return self._known.get((untoned(letters)[0], tone), (None, 0))[0]


def _vni_key(letters: str, key: str) -> str | None:
    if key == "7" and "uo" in letters:
        return letters.replace("uo", "ươ", 1)
    table = {"6": _HATS, "7": _HORNS, "8": {"a": "ă"}, "9": {"d": "đ"}}.get(key, {})
    for i in range(len(letters) - 1, -1, -1):
        if letters[i] in table:
            return letters[:i] + table[letters[i]] + letters[i + 1 :]
    return None


def _with_modifiers(token: str) -> set[str]:
    starts = {token}
    if token.startswith("dd"):
        starts = {"đ" + token[2:]}
    elif token.startswith("d") and "d" in token[2:]:
        last = token.rindex("d")
        starts.add("đ" + token[1:last] + token[last + 1 :])
    found = set()
    for start in starts:
        letters = start.replace("uwow", "ươ").replace("uow", "ươ").replace("uoiw", "ươi")
        for keys, letter in _PAIRS:
            letters = letters.replace(keys, letter)
        found.add(letters)
        late = _late_key(letters)
        if late:
            found.add(late)
        if "w" in letters:
            found.add(letters.replace("w", "ư"))
    return found


def _late_key(letters: str) -> str | None:
    """A hat or horn key typed after the rest: viete → viêt, thuongw → thương."""
    if len(letters) < 3 or letters[-1] not in "aeow":
        return None
    rest, key = letters[:-1], letters[-1]
    if key == "w":
        for plain, horned in _LATE_HORN:
            if plain in rest:
                return rest.replace(plain, horned, 1)
        return None
    return rest.replace(key, _HATS[key], 1) if key in rest[:-1] else None
