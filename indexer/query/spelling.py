"""Spelling as a noisy channel over the index's own syllables: accented when the query has marks, folded otherwise.

Penalties are in nats beside the language model's log probabilities. They were set by hand and measured on judged
queries: with them a slip costs .011 nDCG@10 less, and 4 of 328 clean queries change.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from heapq import nlargest

from indexer.query.marks import spellings
from indexer.query.models import Counts, Models
from vietnamese.syllables import fold

EDIT, PHONETIC, UNKNOWN, RARE = 4.5, 6.0, 9.0, 6.5
"""One edit; a phonetic confusion of a known syllable; keeping an unseen syllable; keeping one seen too seldom."""

OTHER_TONE = 1.5

BARE = 0.9
"""Extra cost of marks that a syllable typed without any lacks, on top of its slip: "kết hom" is "kết hôn". As `_tone_cost`."""

CLOSE = 2.5
"""Nats within which a second reading is kept beside the first."""

LEFT_BARE, RARER = 2, 20
"""Syllables typed without marks, each that many times rarer so than with them, from which on marks were left out: topics
half typed without marks go from nDCG@10 .798–.818 to .859–.866, those typed in full stay as they are."""

SEEN_PAIR = 4
"""A known syllable gives way only to one that stands this often beside its neighbour."""

BEAM = 16
"""Paths that are followed from one syllable to the next: a query of bare and marked syllables has hundreds."""

GLUED_PART = 20
"""Each half of a glued token must occur this often alone."""

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


def _split(term: str) -> tuple[str, str]:
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
class _Channel:
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
            letters, tone = _split(term)
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
        letters, tone = _split(term)
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
            letters, tone = _split(term)
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


class Speller:
    """Corrects lists of terms; pure and thread-safe."""

    def __init__(self, models: Models) -> None:
        self._accented = _Channel(models.accented, True, 4)
        self._folded = _Channel(models.folded, False, 5)
        self._spellings = spellings(models.accented)

    def correct(self, terms: list[str], *, marked: bool, untouched: Collection[int] = ()) -> list[list[str]]:
        """The likeliest reading, and a second one nearly as likely; `terms` canonical when `marked`, else folded.

        `untouched` positions stay.
        """
        channel = self._accented if marked else self._folded
        left_bare = self._left_bare(terms) if marked else ()
        choices = [
            {term: 0.0}
            if i in untouched
            else self._with_marks(term)
            if i in left_bare
            else _choices(channel, terms, i, 1 if marked else 2)
            for i, term in enumerate(terms)
        ]
        if all(len(choice) == 1 for choice in choices):
            return [terms]
        return _best_paths(channel, choices)

    def _left_bare(self, terms: list[str]) -> list[int]:
        """Every syllable without marks of a query that has some, where several can only have been meant with them.

        One alone may be a slip or a foreign word; several are somebody who types marks now and then.
        """
        counts = self._accented.counts.single
        bare = {i: self._spellings[term] for i, term in enumerate(terms) if term in self._spellings}
        surely = [i for i, known in bare.items() if counts[known[0]] >= RARER * (counts.get(terms[i], 0) + 1)]
        return list(bare) if len(surely) >= LEFT_BARE else []

    def _with_marks(self, term: str) -> dict[str, float]:
        """The ways of writing a bare syllable; which one stands here is for its neighbours to tell."""
        as_typed = 0.0 if self._accented.known(term) else UNKNOWN
        return dict.fromkeys(self._spellings[term], 0.0) | {term: as_typed}

    def split(self, token: str) -> int | None:
        """Where a glued token ("đăngký") comes apart, or None."""
        plain = fold(token)
        if len(plain) != len(token) or len(token) < 4 or not token.isalpha() or self._folded.known(plain):
            return None
        best: tuple[int, int] | None = None
        for i in range(2, len(token) - 1):
            first, second = fold(token[:i]), fold(token[i:])
            singles = self._folded.counts.single
            if min(singles.get(first, 0), singles.get(second, 0)) < GLUED_PART:
                continue
            seen = self._folded.pair(first, second)
            if seen and (best is None or seen > best[0]):
                best = (seen, i)
        return best[1] if best else None


def _choices(channel: _Channel, terms: list[str], i: int, shortest: int) -> dict[str, float]:
    term = terms[i]
    letters = _split(term)[0]
    if len(letters) < shortest or any(letter.isdigit() for letter in term):
        return {term: 0.0}
    if not channel.known(term):
        if len(letters) < 2:
            return {term: 0.0}
        choices = {term: RARE if channel.counts.single.get(term) else UNKNOWN}
        choices.update({word: EDIT + extra for word, extra in channel.edits(term).items()})
        for word, cost in channel.confusions(term).items():
            choices[word] = min(choices.get(word, 99.0), EDIT - 1 + cost)
        return choices
    left = terms[i - 1] if i else ""
    right = terms[i + 1] if i + 1 < len(terms) else ""
    choices = {term: 0.0}
    if channel.pair(left, term) or channel.pair(term, right):
        return choices
    for word, cost in channel.confusions(term).items():
        if channel.pair(left, word) >= SEEN_PAIR or channel.pair(word, right) >= SEEN_PAIR:
            choices[word] = PHONETIC * cost
    return choices


def _best_paths(channel: _Channel, choices: list[dict[str, float]]) -> list[list[str]]:
    """The best path, and the second best when it is within `CLOSE` of it (Viterbi with two paths a state and a beam)."""
    paths: list[tuple[float, list[str]]] = [(0.0, [])]
    for choice in choices:
        longer: list[tuple[float, list[str]]] = []
        for term, penalty in choice.items():
            reached = [
                (score + channel.log_probability(path[-1] if path else None, term) - penalty, [*path, term])
                for score, path in paths
            ]
            longer += nlargest(2, reached, key=lambda pair: pair[0])
        paths = nlargest(BEAM, longer, key=lambda pair: pair[0])
    first, *others = nlargest(2, paths, key=lambda pair: pair[0])
    return [first[1], *(path for score, path in others if first[0] - score < CLOSE)]
