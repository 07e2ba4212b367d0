"""Words of asking in a query: they weigh less than what is asked about, and name no variant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from indexer.query.runs import Runs
from indexer.query.vocabulary import Vocabulary
from vietnamese.syllables import canonical, fold, nfc, syllables

QUESTION_WEIGHT = 0.5
"""Weight of words of asking; 0 loses .007 nDCG@10 once phrases hold these words, .4–.8 equal 1."""

ASKING_SHARE = 0.25
"""How much of it a phrase of asking counts where a title should have the whole query ("đăng ký khai tử mất bao lâu" led to
“Đăng ký lại”, whose phrases say "mất"). 1 costs .003 MRR in full and .007 with slips, 0 costs everyday words .007 MRR."""

LONG_QUERY = 6
"""Syllables above which words of asking are recognised; also the length against which a vocabulary match is scaled."""


class AskingWords(NamedTuple):
    """The weight of each word of a query, and the positions of those that stand in a phrase of asking."""

    weights: list[float]
    phrases: frozenset[int]


class Asking:
    """Single words of asking count as such in long queries only, phrases ("mất bao lâu") in any."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        wordings = [w for term in vocabulary.terms if term.intent for w in term.asked if " " in w]
        phrases = (list(map(fold, syllables(wording))) for wording in (*vocabulary.asking, *wordings))
        self._phrases = Runs((terms, None) for terms in phrases if len(terms) > 1)
        self._marked, self._folded = vocabulary.question_words, vocabulary.folded_question_words
        self._canonical = frozenset(map(canonical, self._marked))

    def of(self, typed: list[str], plain: list[str], written: list[str | None], *, marked: bool) -> AskingWords:
        """The words of asking in a query; all in full when nothing else is left.

        `plain`: its folded syllables; `written`: the canonical terms, of a bare query those it surely means, for "hoi" in
        "dai hoi" asks nothing.
        """
        weights = [1.0] * len(plain)
        if len(plain) > LONG_QUERY and marked:
            weights = [QUESTION_WEIGHT if term in self._marked else 1.0 for term in typed]
        elif len(plain) > LONG_QUERY:
            said = [
                term in self._folded and (meant is None or meant in self._canonical)
                for term, meant in zip(plain, written, strict=True)
            ]
            weights = [QUESTION_WEIGHT if is_asking else 1.0 for is_asking in said]
        phrases = frozenset(self._in_phrases(plain))
        weights = [QUESTION_WEIGHT if i in phrases else weight for i, weight in enumerate(weights)]
        return AskingWords(weights if weights.count(1.0) >= 2 else [1.0] * len(plain), phrases)

    def is_word(self, token: str, *, marked: bool) -> bool:
        """Whether a word as typed is one of asking; a bare one only where it can be nothing else."""
        return nfc(token).lower() in self._marked if marked else fold(token) in self._folded

    def _in_phrases(self, plain: list[str]) -> Iterator[int]:
        """Positions of the words of phrases, longest first from the left: what "mất bao lâu" asks about is not lost."""
        i = 0
        while i < len(plain):
            length, _ = next(self._phrases.at(plain, i), (0, None))
            yield from range(i, i + length)
            i += length or 1
