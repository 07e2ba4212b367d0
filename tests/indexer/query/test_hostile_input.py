"""Whatever is typed gets an answer or a refusal in words; never an error."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import QueryRefused
from indexer.engines import KINDS
from indexer.query.answer import Ask
from indexer.query.searcher import Searcher

KNOWN = (
    "đăng ký",
    "kết hôn",
    "khai sinh",
    "1.001193",
    "15/2024/QĐ-UBND",
    "sổ đỏ",
    "ddawng kys",
    "dang9 ky1",
    "cần giấy tờ gì",
)
ODD = (
    "\u200f",
    "\u202e",
    "\x00",
    "\x1b[31m",
    "😀",
    "👨‍👩‍👧",
    "'; DROP TABLE x;--",
    "<script>",
    "title:(a AND",
    "a~2^9",
    "*:*",
    "\ud83d",
    "ﬁ",
    "İ",
)

texts = st.lists(
    st.one_of(
        st.sampled_from(KNOWN), st.sampled_from(ODD), st.text(max_size=20), st.text("àáâđ0123456789.,-/", max_size=12)
    ),
    max_size=12,
).map(" ".join)


@settings(max_examples=200)
@given(q=texts, raw=st.booleans(), kind=st.sampled_from(KINDS), decomposed=st.booleans())
@pytest.mark.slow
def test_mixtures_of_the_known_and_the_odd(searcher: Searcher, q: str, raw: bool, kind: str, decomposed: bool) -> None:
    typed = unicodedata.normalize("NFD", q) if decomposed else q
    if any(letter.isalnum() for letter in typed) and len(typed) <= 300:
        answer = searcher.search(Ask(typed, kind, raw=raw))  # type: ignore[arg-type]
        assert answer.total >= len(answer.hits)
    else:
        with pytest.raises(QueryRefused) as refused:
            searcher.search(Ask(typed, kind, raw=raw))  # type: ignore[arg-type]
        assert refused.value.remedy
    searcher.suggest(typed)


@pytest.mark.parametrize(
    "q", ["a" * 300, "a " * 150, "1" * 300, "1.001193 " * 30, "đ" * 300, "ế" * 150, "x-" * 150, "a.a." * 75, "sổ đỏ " * 50]
)  # fmt: skip
def test_the_longest_questions_are_answered(searcher: Searcher, q: str) -> None:
    for kind in KINDS:
        assert searcher.search(Ask(q, kind)).total >= 0


@pytest.mark.parametrize("typed", ["đăng ký kết hôn", "khai sinh có yếu tố nước ngoài"])
def test_decomposed_letters_get_the_same_answer(searcher: Searcher, typed: str) -> None:
    composed = searcher.search(Ask(typed))
    decomposed = searcher.search(Ask(unicodedata.normalize("NFD", typed)))
    assert [hit.key for hit in composed.hits] == [hit.key for hit in decomposed.hits]
