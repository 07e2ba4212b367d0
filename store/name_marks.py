"""Marks the words of a text that may be parts of a person's name, in letters, without marks, or in Telex or VNI keys.

A mark is a private character before the word: the patterns of `personal` then ask for a kind of word instead of spelling out
hundreds of names in every alternation, which is slow.
"""

from __future__ import annotations

import re
import unicodedata

from core import personal_names as names

SURE, SURNAME, PLAIN, WORD_TOO, BARE = "\ue000\ue001\ue002\ue003\ue004"
"""A surname that is nothing else (nguyễn), a surname, one written without marks (tran), one that is a word too (lương), one that
is many words without its marks (le: lễ, lệ)."""
VAN_THI, MIDDLE, GIVEN, BARE_GIVEN = "\ue005\ue006\ue007\ue008"
"""Văn or thị, another middle name, a given name, one without its marks."""
MARKS = "[\ue000-\ue008]"

_WORD = re.compile(r"[^\W_]+")
_HATS = {"a": ("a", "6"), "e": ("e", "6"), "o": ("o", "6")}
_KEYS = {"\u0306": ("w", "8"), "\u031b": ("w", "7")}
_KEYS |= dict(zip("\u0301\u0300\u0309\u0303\u0323", zip("sfrxj", "12345", strict=True), strict=True))


def without_marks(text: str) -> str:
    """Vietnamese letters without tones, hats and horns; anything else as it is."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def keyed(name: str) -> set[str]:
    """How a name looks when Telex or VNI keys stayed what they are, each key behind its letter or at the end: nguyeenx, nguyen64."""
    return {spelled for way in (0, 1) for spelled in _keyed(name, way)} - {name, without_marks(name)}


def _keyed(name: str, way: int) -> set[str]:
    spelled = {("", "")}
    for letter in name.replace("đ", "d\u0335"):
        for mark in unicodedata.normalize("NFD", letter):
            key = _key(mark, letter, way)
            if key is None:
                spelled = {(text + mark, last) for text, last in spelled}
            else:
                spelled = {form for text, last in spelled for form in ((text + key, last), (text, last + key))}
    whole = {text + last for text, last in spelled}
    return whole | {re.sub(r"u[w7]o([w7])", r"uo\1", text) for text in whole}  # one key is enough for ươ


def _key(mark: str, letter: str, way: int) -> str | None:
    if mark == "\u0335":
        return ("d", "9")[way]
    if mark == "\u0302":
        return _HATS[without_marks(letter)][way]
    return _KEYS[mark][way] if mark in _KEYS else None


def _marks() -> dict[str, str]:
    surnames: dict[str, str] = {}
    for name in names.SURNAMES_THAT_ARE_WORDS.split("|"):
        surnames |= {name: WORD_TOO, without_marks(name): BARE} | dict.fromkeys(keyed(name), WORD_TOO)
    surnames |= dict.fromkeys(names.SURNAMES_WITHOUT_MARKS.split("|"), BARE)
    for name in names.SURNAMES.split("|"):
        surnames |= {name: PLAIN if name == without_marks(name) else SURNAME} | dict.fromkeys(keyed(name), SURNAME)
    surnames |= dict.fromkeys(("nguyễn", *keyed("nguyễn")), SURE)
    middles = dict.fromkeys(names.MIDDLE_NAMES_WITHOUT_MARKS.split("|"), MIDDLE)
    for name in names.MIDDLE_NAMES.split("|"):
        middles |= dict.fromkeys((name, *keyed(name)), MIDDLE)
    for name in ("văn", "thị"):
        middles |= dict.fromkeys((name, without_marks(name), *keyed(name)), VAN_THI)
    given = {without_marks(name): BARE_GIVEN for name in names.MIDDLE_NAMES.split("|")}
    for name in names.GIVEN_NAMES.split("|"):
        given |= {without_marks(name): BARE_GIVEN} | given | dict.fromkeys((name, *keyed(name)), GIVEN)
    kinds = (surnames, middles, given)
    return {word: "".join(kind.get(word, "") for kind in kinds) for word in {*surnames, *middles, *given}}


_MARK_OF = _marks()


def marked(text: str) -> str:
    """The text with each word that may be part of a name marked."""
    return _WORD.sub(lambda word: _MARK_OF.get(word[0].lower(), "") + word[0], text)


def unmarked(text: str) -> str:
    """The text without the marks of `marked`."""
    return re.sub(MARKS, "", text)
