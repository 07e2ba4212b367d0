"""Looking up what is one edit away skips most syllables unseen; none of those may be one edit away."""

from __future__ import annotations

from itertools import product

from indexer.query.channel import _sure_ends, one_edit_apart

WORDS = ["".join(letters) for size in range(1, 7) for letters in product("ab", repeat=size)] + [
    "nghieng",
    "ngheing",
    "nghien",
]


def test_whatever_is_one_edit_apart_has_the_beginning_or_the_end() -> None:
    pairs = [(one, other) for one in WORDS for other in WORDS if one_edit_apart(one, other)]
    assert len(pairs) > 1000
    for one, other in pairs:
        head, tail = _sure_ends(one, len(other))
        assert other.startswith(head) or other.endswith(tail), (one, other)


def test_a_word_unlike_at_both_ends_is_skipped() -> None:
    head, tail = _sure_ends("nghieng", 7)
    assert (head, tail) == ("ngh", "eng")
    assert not "truongx".startswith(head)
