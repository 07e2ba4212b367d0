"""Syllables: one canonical form per way of writing, folded forms, bigrams, and where each stands in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from core.memo import memo

_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}  # as Telex names them
_TONE_MARKS = {letter: mark for mark, letter in _TONES.items()}
_TOKEN = re.compile(r"[^\W_]+")
WORD_LETTER = r"(?:[^\W_]|[\u0300-\u036f])"
TOKEN_WITH_MARKS = re.compile(f"{WORD_LETTER}+")
LETTERS = [chr(n) for n in (*range(0x41, 0x250), *range(0x1E00, 0x1F00)) if chr(n).isalpha()]
"""Latin letters, those of Vietnamese among them."""
_LOWER = "".join(c for c in LETTERS if c.islower())
_UPPER = "".join(c for c in LETTERS if c.isupper())
# Cases alternate in Unicode: no range such as à-ỹ is lower case only. The rarer letter stands first, so that the search
# skips to it (a tenth of the time of a look-behind at every letter).
_GLUED = re.compile(f"[{_UPPER}](?<=[{_LOWER}].)")
_MARKED = re.compile(f"[Đđ{''.join(c for c in LETTERS if len(unicodedata.normalize('NFD', c)) > 1)}]")
_Y_ALONE = re.compile(r"([hklmstvg])y$")


@dataclass(frozen=True, slots=True)
class Syllable:
    """A run of letters or digits; `start`/`end` are offsets into the text as it was given."""

    text: str
    start: int
    end: int


def nfc(text: str) -> str:
    """Composed letters, and the Vietnamese Đ for the Icelandic Ð that looks like it."""
    return unicodedata.normalize("NFC", text).replace("Ð", "Đ").replace("ð", "đ")


def _lower(text: str) -> str:
    # "İ".lower() leaves a combining dot behind; composing again keeps the function idempotent.
    return unicodedata.normalize("NFC", text.lower())


def syllables(text: str) -> list[str]:
    """Lower-case syllables of a text, composed."""
    return _TOKEN.findall(_lower(nfc(text)))


def unglued(text: str) -> str:
    """Composed, with a space where block borders glued words ("khaiSố"): 2.2 % of tokens in real page text."""
    return _GLUED.sub(r" \g<0>", nfc(text))


def syllables_of_body(text: str) -> list[str]:
    """As `syllables`, of the text unglued."""
    return syllables(unglued(text))


def located(text: str) -> list[Syllable]:
    """Syllables with their place in the original, whatever its normalisation form."""
    return [
        Syllable(composed, match.start(), match.end())
        for match in TOKEN_WITH_MARKS.finditer(text)
        if (composed := composed_token(match.group()))
    ]


@memo(200_000)
def composed_token(token: str) -> str:
    """A run of letters and marks as `syllables` gives it; "" when it has no letter."""
    return "".join(syllables(token))


@memo(200_000)
def _untoned(syllable: str) -> tuple[str, str]:
    """(letters with hats and horns but without tone, tone letter or ""); i/y and qui/quy are one."""
    if syllable == "i":
        syllable = "y"
    tone, letters = "", []
    for letter in unicodedata.normalize("NFD", syllable):
        if letter in _TONES:
            tone = _TONES[letter]
        else:
            letters.append(letter)
    bare = unicodedata.normalize("NFC", "".join(letters))
    if bare == "i":
        bare = "y"
    if bare.startswith("quy"):
        return "qui" + bare[3:], tone
    return (_Y_ALONE.sub(r"\1i", bare) if len(bare) > 1 else bare), tone


@memo(200_000)
def canonical(syllable: str) -> str:
    """One term for every way of writing an accented syllable: `thuỷ`, `thủy` → `thuy_r`; `kí`, `ký` → `ki_s`."""
    bare, tone = _untoned(syllable)
    return f"{bare}_{tone}" if tone else bare


def untoned(syllable: str) -> tuple[str, str]:
    """The letters without tone mark and the tone as its Telex letter."""
    return _untoned(syllable)


@memo(200_000)
def fold(syllable: str) -> str:
    """The syllable without any mark, đ as d, i/y as one: what an unaccented query can match."""
    bare = _untoned(syllable)[0]
    letters = "".join(c for c in unicodedata.normalize("NFD", bare) if not unicodedata.combining(c))
    plain = letters.replace("đ", "d")
    if plain == "i":
        return "y"
    if plain.startswith("quy"):
        return "qui" + plain[3:]
    return _Y_ALONE.sub(r"\1i", plain) if len(plain) > 1 else plain


@memo(200_000)
def fold_canonical(term: str) -> str:
    """The folded form of a term made by `canonical`."""
    return fold(term.partition("_")[0])


def folded(text: str) -> list[str]:
    """The folded syllables of a text."""
    return [fold(syllable) for syllable in syllables(text)]


def fold_text(text: str) -> str:
    """The folded syllables of a text with single spaces."""
    return " ".join(folded(text))


def bigrams(terms: list[str]) -> list[str]:
    """Neighbouring pairs, joined: what finds a phrase without positions."""
    return list(map("_".join, pairwise(terms)))


def has_marks(text: str) -> bool:
    """Whether anything in the text could only be typed with Vietnamese marks."""
    if _MARKED.search(text):
        return True
    if text.isascii():
        return False
    lowered = nfc(text).lower()
    return "đ" in lowered or any(unicodedata.combining(letter) for letter in unicodedata.normalize("NFD", lowered))


_OLD_STYLE = re.compile(r"(o(?=.[ae])|u(?=.y))([\u0300\u0301\u0303\u0309\u0323])([aey])(?![\w\u0300-\u036f])", re.I)
_OLD_STYLE_Q = re.compile(
    r"(?<=q)(u)([\u0300\u0301\u0303\u0309\u0323])([aeyo])(?![\u0302\u0306\u031b]*[\u0300\u0301\u0303\u0309\u0323])",
    re.I,
)  # a vowel that has a tone of its own is left alone


def new_style(text: str) -> str:
    """Tone marks in the new style (hòa → hoà, ủy → uỷ), the one underthesea's model was trained on (91.3 against 81.4 %)."""
    apart = unicodedata.normalize("NFD", nfc(text))
    moved = _OLD_STYLE.sub(r"\1\3\2", _OLD_STYLE_Q.sub(r"\1\3\2", apart))
    return unicodedata.normalize("NFC", moved)


def with_tone(letters: str, tone: str) -> str:
    """Put a tone (Telex letter) on untoned letters where Vietnamese spelling puts it (new style)."""
    if letters.startswith("qui"):
        letters = "quy" + letters[3:]
    if not tone:
        return letters
    vowels = [i for i, c in enumerate(letters) if unicodedata.normalize("NFD", c)[0] in "aeiouy"]
    if letters.startswith(("qu", "gi")) and len(vowels) > 1:
        vowels = vowels[1:]
    if not vowels:
        return letters
    hatted = [i for i in vowels if letters[i] in "âêôăơư"]
    if hatted:
        place = hatted[-1]
    elif len(vowels) == 1:
        place = vowels[0]
    elif vowels[-1] < len(letters) - 1 or letters[vowels[-2] : vowels[-1] + 1] in ("oa", "oe", "uy"):
        place = vowels[-1] if len(vowels) == 2 else vowels[1]
    else:
        place = vowels[-2]
    return unicodedata.normalize("NFC", letters[: place + 1] + _TONE_MARKS[tone] + letters[place + 1 :])
