"""Marks stand on the words as written, whatever was typed."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search_api.highlight import mark, snippet, wanted
from vietnamese.syllables import TOKEN_WITH_MARKS, canonical, composed_token, fold


@pytest.mark.parametrize("typed", [("ket", "hon"), ("kết", "hôn")])
def test_words_are_marked_as_written(typed: tuple[str, ...]) -> None:
    assert mark("Đăng ký Kết hôn", wanted(typed)) == "Đăng ký <mark>Kết hôn</mark>"


def test_accents_typed_must_be_there() -> None:
    assert mark("kết, kẹt", wanted(["kết"])) == "<mark>kết</mark>, kẹt"


@pytest.mark.parametrize(
    ("typed", "read_as", "text", "shown"),
    [
        ("so do", "sổ đỏ", "Quyền sở hữu, cấp sổ đỏ", "Quyền sở hữu, cấp <mark>sổ đỏ</mark>"),
        (
            "lam lai can cuoc",
            "làm lại căn cước",
            "Cấp lại thẻ căn cước",
            "Cấp <mark>lại</mark> thẻ <mark>căn cước</mark>",
        ),
        ("so do", "sổ đo", "Cấp sổ đỏ", "Cấp <mark>sổ đỏ</mark>"),  # beside its neighbour it is meant all the same
        ("so do", "sổ do", "Đo đạc", "<mark>Đo</mark> đạc"),  # which one is meant nobody knows
        ("cap so", "cấp số", "Sở cấp", "Sở <mark>cấp</mark>"),
    ],
)
def test_words_that_only_look_alike_are_not_marked_alone(typed: str, read_as: str, text: str, shown: str) -> None:
    assert mark(text, wanted(typed.split(), read_as)) == shown


def test_decomposed_text_keeps_its_marks_and_its_form() -> None:
    text = unicodedata.normalize("NFD", "kết hôn")
    assert mark(text, wanted(["ket", "hon"])) == f"<mark>{text}</mark>"


def test_everything_else_is_escaped() -> None:
    assert mark("<b>ký & kết</b>", wanted(["b"])) == "&lt;<mark>b</mark>&gt;ký &amp; kết&lt;/<mark>b</mark>&gt;"


def test_the_best_passage_is_shown() -> None:
    shown = snippet("mở đầu " * 100 + "đăng ký kết hôn " + "phần sau " * 100, wanted(["kết", "hôn"]))
    assert "<mark>kết hôn</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("kết hôn", "trả kết quả kết hôn", "trả kết quả <mark>kết hôn</mark>"),
        ("hac thanh", "thành phố, phường Hạc Thành", "thành phố, phường <mark>Hạc Thành</mark>"),
        ("kết hôn", "trả kết quả", "trả kết quả"),
        ("kết", "trả kết quả", "trả <mark>kết</mark> quả"),
        ("mở vneid", "trên VNeID", "trên <mark>VNeID</mark>"),
    ],
)
def test_one_common_syllable_of_several_is_not_marked_alone(typed: str, text: str, shown: str) -> None:
    assert snippet(text, wanted(typed.split())) == shown


@pytest.mark.parametrize("text", ["", "…", "   "])
def test_nothing_to_show_is_nothing(text: str) -> None:
    assert snippet(text, wanted(["a"])) == ""


LETTERS = st.text(st.sampled_from("aáảđĐðÐeếiíyỳoợ nkhNKH-/(2Жжßİ가\n\u0301\u0323"), max_size=30)


@given(LETTERS, st.lists(LETTERS, max_size=3))
@example("íH", ["iH"])
@example("Ý kiến", ["i"])
@example("ke\u0302\u0301t-ke\u0302t", ["kêt"])
@example("가\u0301a 가", ["가"])
@settings(max_examples=300)
def test_the_words_marked_are_those_found_one_by_one(text: str, asked: list[str]) -> None:
    words = wanted(asked)
    marked = [
        word[0]
        for word in TOKEN_WITH_MARKS.finditer(text)
        if (plain := composed_token(word[0])) and (fold(plain) in words.folded or canonical(plain) in words.accented)
    ]
    shown = re.findall("<mark>(.*?)</mark>", mark(text, words), re.DOTALL)
    assert [word for run in shown for word in run.split()] == marked
