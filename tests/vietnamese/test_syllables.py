"""The analysis holds for any Unicode, and twins of one Vietnamese text become equal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vietnamese.syllables import (
    bigrams,
    canonical,
    fold,
    fold_canonical,
    fold_text,
    folded,
    has_marks,
    located,
    new_style,
    nfc,
    syllables,
    syllables_of_body,
    untoned,
    with_tone,
)

VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxy áàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵĐÂƯ",
    max_size=60,
)


def unmarked(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in letters if not unicodedata.combining(c))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thuỷ", "thủy"),
        ("hoà", "hòa"),
        ("khoẻ", "khỏe"),
        ("kí", "ký"),
        ("quí", "quý"),
        ("lí", "lý"),
        ("i tế", "y tế"),
        ("ĐĂNG KÝ", "đăng ký"),
        ("Ðăng", "Đăng"),
        (unicodedata.normalize("NFD", "chứng thực chữ ký"), "chứng thực chữ ký"),
    ],
)
def test_ways_of_writing_one_thing_are_one_term(one: str, other: str) -> None:
    assert [canonical(s) for s in syllables(one)] == [canonical(s) for s in syllables(other)]


@pytest.mark.parametrize(("one", "other"), [("bộ", "bỏ"), ("sơ đồ", "sổ đỏ"), ("tý", "tỷ"), ("thôn", "thông")])
def test_different_syllables_stay_different(one: str, other: str) -> None:
    assert [canonical(s) for s in syllables(one)] != [canonical(s) for s in syllables(other)]


@given(VIETNAMESE)
def test_an_accented_text_folds_like_its_unaccented_twin(text: str) -> None:
    assert folded(text) == folded(unmarked(text))


@given(VIETNAMESE)
def test_composed_and_decomposed_twins_are_equal(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    assert [canonical(s) for s in syllables(apart)] == [canonical(s) for s in syllables(text)]
    assert [(s.text) for s in located(apart)] == [s.text for s in located(unicodedata.normalize("NFC", text))]


@given(VIETNAMESE)
@example("qụà")
@example("qụậ")
def test_both_tone_styles_are_equal(text: str) -> None:
    assert [canonical(s) for s in syllables(new_style(text))] == [canonical(s) for s in syllables(text)]


@given(st.text(max_size=80))
def test_any_text_is_analysed_and_a_second_time_changes_nothing(text: str) -> None:
    once = syllables(text)
    assert syllables(" ".join(once)) == once
    assert syllables(nfc(text)) == once
    assert nfc(nfc(text)) == nfc(text)
    assert new_style(new_style(text)) == new_style(text)
    for syllable in once:
        assert fold(fold(syllable)) == fold(syllable)
        assert fold_canonical(canonical(syllable)) == fold(syllable)
    assert fold_text(fold_text(text)) == fold_text(text)
    syllables_of_body(text)
    has_marks(text)


@given(st.text(max_size=80))
def test_offsets_point_into_the_original_in_order(text: str) -> None:
    end = 0
    for syllable in located(text):
        assert end <= syllable.start < syllable.end <= len(text)
        assert "".join(syllables(text[syllable.start : syllable.end])) == syllable.text
        end = syllable.end


@pytest.mark.parametrize(
    "syllable",
    [
        "hoà",
        "toán",
        "quý",
        "thuỷ",
        "giá",
        "được",
        "nghĩa",
        "của",
        "khuyến",
        "tuổi",
        "nước",
        "mùa",
        "bìa",
        "huyện",
        "giấy",
        "quyền",
    ],
)
def test_a_tone_is_put_back_where_it_was(syllable: str) -> None:
    again = with_tone(*untoned(syllable))
    assert canonical(again) == canonical(syllable)
    assert again == syllable


@pytest.mark.parametrize(
    ("old", "new"), [("Ủy ban", "Uỷ ban"), ("hòa", "hoà"), ("mùa của", "mùa của"), ("hoàn", "hoàn"), ("KHÓA", "KHOÁ")]
)
def test_new_style_moves_only_the_marks_of_oa_oe_uy(old: str, new: str) -> None:
    assert new_style(old) == new


def test_glued_words_of_page_text_come_apart() -> None:
    assert syllables_of_body("tờ khaiSố lượng") == ["tờ", "khai", "số", "lượng"]


def test_bigrams_join_neighbours() -> None:
    assert bigrams(["dang", "ki", "ket"]) == ["dang_ki", "ki_ket"]
    assert bigrams(["mot"]) == []


@pytest.mark.parametrize(("text", "marked"), [("dang ky", False), ("đang", True), ("ký", True), ("café", True)])
def test_marks_are_seen(text: str, marked: bool) -> None:
    assert has_marks(text) is marked
