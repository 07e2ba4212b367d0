"""Runs of words: longest first, and none that the text ends before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.query.runs import Runs

TERMS = st.lists(st.sampled_from("abc"), max_size=6)


def test_the_longest_run_comes_first_and_the_last_entry_counts() -> None:
    runs = Runs([(["căn"], 1), (["căn", "cước"], 2), (["căn", "cước"], 3), ([], 4)])
    assert list(runs.at(["mất", "căn", "cước"], 1)) == [(2, 3), (1, 1)]
    assert list(runs.at(["mất", "căn"], 0)) == []


def test_a_text_that_ends_early_has_no_longer_run() -> None:
    assert list(Runs([(["căn"], 1), (["căn", "cước", "điện"], 2)]).at(["căn", "cước"], 0)) == [(1, 1)]
    assert list(Runs([(["căn"], 1), (["căn", "cước"], 2)]).at(["căn"], 0)) == [(1, 1)]


@given(st.dictionaries(TERMS.map(tuple), st.integers(), max_size=8), TERMS.filter(bool))
def test_every_entry_is_found_where_it_stands_and_nowhere_else(
    entries: dict[tuple[str, ...], int], text: list[str]
) -> None:
    runs = Runs(entries.items())
    for start in range(len(text)):
        rest = tuple(text[start:])
        standing = [(len(terms), value) for terms, value in entries.items() if terms and rest[: len(terms)] == terms]
        assert list(runs.at(text, start)) == sorted(standing, reverse=True)
