"""Spelling as a noisy channel over the index's own syllables: accented when the query has marks, folded otherwise.

Penalties are in nats beside the language model's log probabilities. They were set by hand and measured on judged
queries: with them a slip costs .011 nDCG@10 less, and 4 of 328 clean queries change.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from heapq import nlargest

from indexer.query.channel import Channel, parts_of
from indexer.query.glued import split
from indexer.query.marks import spellings
from indexer.query.models import Models
from vietnamese.compounds import compounds

EDIT, PHONETIC, UNKNOWN, RARE = 4.5, 6.0, 9.0, 6.5
"""One edit; a phonetic confusion of a known syllable; keeping an unseen syllable; keeping one seen too seldom."""

CLOSE = 2.5
"""Nats within which a second reading is kept beside the first."""

LEFT_BARE, RARER = 2, 20
"""Syllables typed without marks, each that many times rarer so than with them, from which on marks were left out: topics
half typed without marks go from nDCG@10 .798–.818 to .859–.866, those typed in full stay as they are."""

SEEN_PAIR = 4
"""A known syllable gives way only to one that stands this often beside its neighbour."""

BEAM = 16
"""Paths that are followed from one syllable to the next: a query of bare and marked syllables has hundreds."""


class Speller:
    """Corrects lists of terms; pure and thread-safe."""

    def __init__(self, models: Models) -> None:
        self._accented = Channel(models.accented, True, 4)
        self._folded = Channel(models.folded, False, 5)
        self._spellings = spellings(models.accented)

    def correct(
        self, terms: list[str], *, marked: bool, untouched: Collection[int] = (), whole: Collection[int] = ()
    ) -> list[list[str]]:
        """The likeliest reading, and a second one nearly as likely; `terms` canonical when `marked`, else folded.

        `untouched` positions stay; those in `whole` words are no sign of what stands before: "đang kiểm tra" is no "đăng kiểm".
        """
        channel = self._accented if marked else self._folded
        left_bare = self._left_bare(terms) if marked else ()
        choices = [
            {term: 0.0}
            if i in untouched
            else self._with_marks(term)
            if i in left_bare
            else _choices(channel, terms, i, 1 if marked else 2, i + 1 not in whole)
            for i, term in enumerate(terms)
        ]
        if all(len(choice) == 1 for choice in choices):
            return [terms]
        return _best_paths(channel, choices)

    def knows(self, term: str, *, marked: bool) -> bool:
        """Whether the index has this syllable often enough to be no slip."""
        return (self._accented if marked else self._folded).known(term)

    def split(self, token: str) -> list[str]:
        """The syllables of a glued token, or nothing."""
        return split(self._folded, token)

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


@cache
def _spoken() -> frozenset[str]:
    """Syllables of the dictionary, canonical."""
    return frozenset(term for pair in compounds() for term in pair)


def _choices(channel: Channel, terms: list[str], i: int, shortest: int, goes_on: bool) -> dict[str, float]:
    term = terms[i]
    letters = parts_of(term)[0]
    if len(letters) < shortest or any(letter.isdigit() for letter in term):
        return {term: 0.0}
    left = terms[i - 1] if i else ""
    right = terms[i + 1] if i + 1 < len(terms) else ""
    if not channel.known(term):
        if len(letters) < 2:
            return {term: 0.0}
        choices = {term: RARE if channel.counts.single.get(term) else UNKNOWN}
        choices.update({word: EDIT + extra for word, extra in channel.edits(term).items()})
        for word, cost in channel.confusions(term).items():
            choices[word] = min(choices.get(word, 99.0), EDIT - 1 + cost)
        if channel.accented and term in _spoken():
            beside = {
                w: c
                for w, c in choices.items()
                if channel.pair(left, w) >= SEEN_PAIR or channel.pair(w, right) >= SEEN_PAIR
            }
            return {**beside, term: choices[term]} if beside else {term: 0.0}
        return choices
    choices = {term: 0.0}
    if channel.pair(left, term) or channel.pair(term, right):
        return choices
    for word, cost in channel.confusions(term).items():
        if channel.pair(left, word) >= SEEN_PAIR or (goes_on and channel.pair(word, right) >= SEEN_PAIR):
            choices[word] = PHONETIC * cost
    return choices


def _best_paths(channel: Channel, choices: list[dict[str, float]]) -> list[list[str]]:
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
