"""The noisy channel: one language model with the slips and confusions of its syllables."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

from indexer.query.models import Counts
from vietnamese.syllables import fold

OTHER_TONE = 1.5

BARE = 0.9
"""Extra cost of marks that a syllable typed without any lacks, on top of its slip: "kết hom" is "kết hôn". As `_tone_cost`."""

_INITIALS = (
    ("s", "x"), ("ch", "tr"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("l", "n"), ("ng", "ngh"), ("g", "gh"), ("c", "k"),
    ("d", "v"), ("z", "d"), ("z", "gi"), ("j", "gi"), ("f", "ph"), ("qu", "k"), ("k", "c"), ("w", "qu"), ("gi", "g"),
    ("di", "gi"), ("c", "q"), ("kh", "h"), ("h", "kh"), ("s", "sh"), ("t", "tr"), ("s", "c"),
)  # fmt: skip
_FINALS = (("n", "ng"), ("c", "t"), ("n", "nh"), ("ch", "t"), ("ch", "c"), ("m", "n"), ("p", "c"), ("t", "p"))
_VOWELS = (
    ("ươu", "ưu"), ("iêu", "iu"), ("iêu", "ươu"), ("oi", "ui"), ("ôi", "ui"), ("ay", "ai"), ("âu", "au"), ("ui", "uôi"),
    ("im", "iêm"), ("ip", "iêp"), ("om", "am"), ("ôm", "âm"), ("ưi", "ươi"), ("ua", "oa"), ("oe", "ue"), ("ê", "iê"),
    ("i", "iê"), ("o", "uô"), ("ă", "â"), ("ă", "a"), ("ô", "o"), ("ê", "e"), ("ư", "u"), ("ơ", "ô"), ("đ", "d"),
    ("â", "a"), ("ơ", "o"),
)  # fmt: skip
_FOLDED_VOWELS = (
    ("uou", "uu"), ("ieu", "iu"), ("ieu", "uou"), ("oi", "ui"), ("ay", "ai"), ("au", "ao"), ("ui", "uoi"), ("im", "iem"),
    ("ip", "iep"), ("om", "am"), ("ua", "oa"), ("oe", "ue"), ("e", "ie"), ("i", "ie"), ("o", "uo"),
)  # fmt: skip


def parts_of(term: str) -> tuple[str, str]:
    """Letters and tone key of a canonical term."""
    letters, _, tone = term.partition("_")
    return letters, tone


def one_edit_apart(first: str, second: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours leads from one to the other."""
    if first == second:
        return False
    if len(first) > len(second):
        first, second = second, first
    if len(second) - len(first) > 1:
        return False
    i = 0
    while i < len(first) and first[i] == second[i]:
        i += 1
    if len(first) < len(second):
        return first[i:] == second[i + 1 :]
    if first[i + 1 :] == second[i + 1 :]:
        return True
    return first[i : i + 2] == second[i : i + 2][::-1] and first[i + 2 :] == second[i + 2 :]


def _sure_ends(letters: str, length: int) -> tuple[str, str]:
    """A beginning and an end, of which whatever is one edit apart and `length` letters long has at least one.

    An edit touches two letters at most, so all but two of the shorter word stand before or behind it.
    """
    sure = max(0, min(len(letters), length) - 1) // 2
    return letters[:sure], letters[len(letters) - sure :]


@dataclass
class Channel:
    """One language model with its confusions."""

    counts: Counts
    accented: bool
    least: int  # occurrences from which on a syllable counts as known
    total: int = 0
    by_length: dict[int, list[tuple[str, str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    words: set[str] = field(default_factory=set)
    _confused: dict[str, dict[str, float]] = field(default_factory=dict)
    _edited: dict[str, dict[str, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.total = sum(self.counts.single.values()) or 1
        for term, count in self.counts.single.items():
            letters, tone = parts_of(term)
            if count >= self.least and letters.isalpha():
                self.words.add(term)
                self.by_length[len(letters)].append((term, letters, tone, fold(letters)))

    def known(self, term: str) -> bool:
        return self.counts.single.get(term, 0) >= self.least

    def pair(self, first: str, second: str) -> int:
        return self.counts.pairs.get(f"{first} {second}", 0)

    def log_probability(self, before: str | None, term: str) -> float:
        single = (self.counts.single.get(term, 0) + 0.1) / self.total
        if before is None:
            return math.log(single)
        return math.log(0.9 * self.pair(before, term) / (self.counts.single.get(before, 0) + 2) + 0.1 * single)

    def confusions(self, term: str) -> dict[str, float]:
        """Known syllables that sound alike, with how unlike they are (1 = one confusion)."""
        if term not in self._confused:
            self._confused[term] = self._confuse(term)
        return self._confused[term]

    def _confuse(self, term: str) -> dict[str, float]:
        letters, tone = parts_of(term)
        found: dict[str, float] = {}

        def offer(other: str, cost: float, other_tone: str = tone) -> None:
            candidate = f"{other}_{other_tone}" if other_tone else other
            if candidate != term and candidate in self.words:
                found[candidate] = min(cost, found.get(candidate, 9.0))

        if self.accented:
            for other_tone in ("s", "f", "r", "x", "j", ""):
                offer(letters, _tone_cost(tone, other_tone), other_tone)
        for wrong, right in _both_ways(_INITIALS):
            if letters.startswith(wrong) and len(letters) > len(wrong) and _whole_initial(letters, wrong, right):
                rest = right + letters[len(wrong) :]
                offer(rest, 1.0)
                if self.accented and tone in ("r", "x"):
                    offer(rest, 1.5, "x" if tone == "r" else "r")
        for wrong, right in _both_ways(_FINALS):
            if letters.endswith(wrong) and len(letters) > len(wrong) and not (wrong == "n" and letters.endswith("ng")):
                offer(letters[: -len(wrong)] + right, 1.0)
        for wrong, right in _both_ways(_VOWELS if self.accented else _FOLDED_VOWELS):
            if wrong in letters:
                offer(letters.replace(wrong, right, 1), 1.2)
        return found

    def edits(self, term: str) -> dict[str, float]:
        """Known syllables one edit away, with an extra cost where the tone differs too."""
        if term not in self._edited:
            letters, tone = parts_of(term)
            bare = self.accented and not tone and letters.isascii()
            found = {}
            for length in (len(letters) - 1, len(letters), len(letters) + 1):
                head, tail = _sure_ends(letters, length)
                for word, other, other_tone, plain in self.by_length.get(length, ()):
                    if not (other.startswith(head) or other.endswith(tail)) and not (
                        bare and (plain.startswith(head) or plain.endswith(tail))
                    ):
                        continue
                    if other == letters and other_tone != tone:
                        found[word] = 0.0
                    elif one_edit_apart(letters, other):
                        found[word] = 0.0 if other_tone == tone else BARE if bare else OTHER_TONE
                    elif bare and one_edit_apart(letters, plain):
                        found[word] = BARE
            if len(self._edited) > 20_000:
                self._edited.clear()
            self._edited[term] = found
        return self._edited[term]


def _both_ways(pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [way for first, second in pairs for way in ((first, second), (second, first))]


def _tone_cost(tone: str, other: str) -> float:
    if {tone, other} == {"r", "x"}:
        return 0.6  # hỏi and ngã sound alike in Thanh Hóa
    if not tone:
        return 0.9
    return 1.3 if not other else 1.25


def _whole_initial(letters: str, wrong: str, right: str) -> bool:
    second = letters[1:2]
    if len(wrong) == 1 and second == "h" and wrong in "cgtknps":
        return False
    if wrong == "n" and second == "g":
        return False
    return not (wrong == "g" and second == "i" and right != "gi")
