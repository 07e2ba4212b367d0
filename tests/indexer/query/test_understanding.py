"""Every change to a query is reported, and what needs no change is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.query.asking import ASKING_SHARE, QUESTION_WEIGHT, Asking
from indexer.query.channel import one_edit_apart
from indexer.query.marks import Marks, spellings
from indexer.query.models import Counts, ModelBuilder, read_models
from indexer.query.spelling import Speller
from indexer.query.spoken import MOST_BESIDE, SHORT_WEIGHT, SPOKEN_SHARE
from indexer.query.understanding import BESIDE_OTHERS, Understanding
from indexer.query.variants import NAMING_SHARE
from indexer.query.vocabulary import Vocabulary, VocabularyTerm
from indexer.query.wordings import Wordings
from tests.indexer.query.conftest import SOURCES


@pytest.fixture(scope="module")
def understanding(vocabulary: Vocabulary) -> Understanding:
    builder = ModelBuilder(vocabulary)
    for source in SOURCES:
        for _ in range(20):  # as often as in a real index, where these names stand on many pages
            builder.add(source)
    return Understanding(vocabulary, read_models(builder.finish()))


@pytest.mark.parametrize(
    ("typed", "kind", "before", "after"),
    [
        ("ddawng ky", "telex", "ddawng", "đăng"),
        ("ket61 hôn", "vni", "ket61", "kết"),
        ("đăngký kết hôn", "split", "đăngký", "đăng ký"),
        ("dangkykethon", "split", "dangkykethon", "dang ky ket hon"),
        ("đăng ký khai xinh", "spelling", "xinh", "sinh"),
        ("đăng ký kết hom", "spelling", "hom", "hôn"),  # typed without its marks among words that have them
        ("1,001193", "code", "1,001193", "1.001193"),
        ("bìa đỏ", "vocabulary", "bìa đỏ", "giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất"),
    ],
)
def test_a_change_is_reported_in_the_words_of_the_query(
    understanding: Understanding, typed: str, kind: str, before: str, after: str
) -> None:
    changes = understanding.read(typed).understood.changes
    assert (kind, before) in [(change.kind, change.before) for change in changes]
    assert any(after in change.after for change in changes)


@pytest.mark.parametrize("typed", ["đăng ký kết hôn", "khai sinh", "1.001193"])
def test_a_clean_query_is_left_alone(understanding: Understanding, typed: str) -> None:
    assert understanding.read(typed).understood.changes == ()


def test_an_unaccented_query_is_shown_with_its_marks(understanding: Understanding) -> None:
    understood = understanding.read("dang ky ket hon").understood
    assert understood.read_as == "đăng ký kết hôn"
    assert [change.kind for change in understood.changes] == ["marks"]
    assert understanding.read("dang ky ket hon", raw=True).understood.read_as == "dang ky ket hon"


@pytest.mark.parametrize("typed", ["dang kys ket hon", "dang ky ket hon zzz"])
def test_marks_are_only_given_where_none_was_typed_and_the_index_can_tell(
    understanding: Understanding, typed: str
) -> None:
    read = understanding.read(typed)
    assert len(read.understood.read_as.split()) == len(typed.split())
    assert ("marks" in [change.kind for change in read.understood.changes]) != read.marked
    assert not read.understood.read_as.endswith("_")


def test_marks_typed_now_and_then_are_filled_in(understanding: Understanding) -> None:
    assert understanding.read("đăng ky ket hon").understood.read_as == "đăng ký kết hôn"


@pytest.mark.parametrize(
    "typed", ["ubnd bhyt cv", "tx tp", "mần kết hôn", "tui khai sinh", "rứa khai tử", "mồ mả", "xe đạp"]
)
def test_short_forms_words_of_the_region_and_of_the_dictionary_are_never_corrected(
    understanding: Understanding, typed: str
) -> None:
    assert understanding.read(typed).understood.read_as == typed


@pytest.mark.parametrize("typed", ["facebook", "dangkyzzkethon", "kinh", "x" * 300])
def test_what_has_no_reading_in_syllables_stays_one_word(understanding: Understanding, typed: str) -> None:
    assert not [change for change in understanding.read(typed).understood.changes if change.kind == "split"]


def test_a_bare_wording_is_not_meant_by_a_word_with_marks(understanding: Understanding) -> None:
    changes = understanding.read("xây nhà trong ngõ").understood.changes
    assert "ngõ" not in [change.before for change in changes if change.kind == "vocabulary"]  # no NGO


def test_one_bare_syllable_is_the_word_its_neighbours_tell(understanding: Understanding) -> None:
    kinds = [change.kind for change in understanding.read("dang ky ket hon mat bao lau").understood.changes]
    assert "vocabulary" not in kinds  # "bao" is no "bão"


def test_a_bare_wording_of_one_syllable_gives_way_to_a_word_with_marks() -> None:
    duck = VocabularyTerm("duck", "everyday", ("ngan",), ("chăn nuôi",))
    wordings = Wordings([duck])
    assert list(wordings.matches(["ngan"], ["ngân"], marked=False)) == []  # ngân hàng
    assert list(wordings.matches(["ngan"], ["ngan"], marked=False)) == [(0, 1, [duck])]
    assert list(wordings.matches(["ngan"], [None], marked=False)) == [(0, 1, [duck])]


def test_marks_that_somebody_did_not_type_are_no_spelling() -> None:
    counts = Counts({"kiêm_r": 900, "kiem": 4, "dich_j": 900, "dich": 4, "con": 500, "côn": 9}, {"kiem dich": 4})
    assert spellings(counts) == {"kiem": ("kiêm_r",), "dich": ("dich_j",), "con": ("con", "côn")}
    assert Marks(counts).restore(["kiem", "dich"]) == ["kiêm_r", "dich_j"]


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("đăng ký kết hôn mất bao lâu", "time"),
        ("dang ky ket hon bao nhieu tien", "fee"),
        ("kết hôn cần giấy tờ gì", "papers"),
        ("khai sinh nộp ở đâu", "place"),
        ("tải mẫu khai sinh", "form"),
        ("thời hạn giải quyết khai tử", "time"),
        ("khai sinh có mất phí không", "fee"),
        ("làm hộ chiếu giá bao nhiêu", "fee"),
        ("hồ sơ đăng ký khai tử gồm những gì", "papers"),
        ("đăng ký kết hôn ở mô", "place"),
    ],
)
def test_what_is_wanted_is_understood(understanding: Understanding, typed: str, intent: str) -> None:
    assert intent in understanding.read(typed).understood.intents


def test_words_of_asking_weigh_less_in_long_queries_only(understanding: Understanding) -> None:
    long = understanding.read("tôi muốn hỏi đăng ký kết hôn thì nộp hồ sơ").asked
    assert (long.folded["toi"], long.folded["hon"]) == (QUESTION_WEIGHT, 1.0)
    assert understanding.read("tôi kết hôn").asked.folded["toi"] == 1.0


def test_a_bare_word_asks_nothing_where_its_marks_are_those_of_another(vocabulary: Vocabulary) -> None:
    asking, typed = Asking(vocabulary), ["hoi", "dong", "nhan", "dan", "xa", "hop", "khi"]
    told = asking.of(typed, typed, ["hôi_j", *typed[1:]], marked=False).weights
    unsure = asking.of(typed, typed, [None, *typed[1:]], marked=False).weights
    assert (told[0], unsure[0]) == (1.0, QUESTION_WEIGHT)


def test_words_of_asking_are_told_and_weigh_in_full_as_typed(understanding: Understanding) -> None:
    typed = "tôi muốn hỏi đăng ký kết hôn thì nộp hồ sơ"
    changes = understanding.read(typed).understood.changes
    assert ("question_words", "tôi muốn hỏi thì nộp hồ sơ") in [(change.kind, change.before) for change in changes]
    raw = understanding.read(typed, raw=True)
    assert (raw.understood.changes, raw.asked.folded["toi"]) == ((), 1.0)


def test_a_phrase_of_asking_is_little_of_what_a_title_should_have(understanding: Understanding) -> None:
    assert understanding.read("khai tử mất bao lâu").lighter == dict.fromkeys(("mât_s", "bao", "lâu"), ASKING_SHARE)
    lost = understanding.read("mất giấy khai tử mất bao lâu").lighter
    assert (lost["mât_s"], lost["bao"]) == (NAMING_SHARE, ASKING_SHARE)  # “Cấp lại” is meant


def test_a_second_reading_is_told(understanding: Understanding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Speller, "correct", lambda *_, **__: [["khai", "sinh"], ["khai", "tư_r"]])
    reading = understanding.read("khai sih")
    assert [(c.kind, c.before, c.after) for c in reading.understood.changes if c.kind != "vocabulary"] == [
        ("spelling", "sih", "sinh"),
        ("second", "sinh", "tử"),
    ]


def test_accents_tell_a_drawing_from_a_land_title(understanding: Understanding) -> None:
    assert not any(change.kind == "vocabulary" for change in understanding.read("sơ đồ").understood.changes)
    assert any(change.kind == "vocabulary" for change in understanding.read("so do").understood.changes)


def test_phrases_are_expanded_beside_the_words_that_were_asked(understanding: Understanding) -> None:
    reading = understanding.read("bìa đỏ")
    assert "nhan" in reading.expanded.folded
    assert "nhan" not in reading.asked.folded
    assert reading.expanded.folded["bia"] == 1.0


def test_what_an_everyday_wording_means_is_asked_for_too(understanding: Understanding) -> None:
    reading = understanding.read("rước kiệu")
    assert reading.asked.folded["hoi"] < reading.asked.folded["kieu"] == 1.0
    assert "hoi" in reading.content
    assert reading.lighter == dict.fromkeys(("rươc_s", "kiêu_j"), SPOKEN_SHARE)


def test_of_a_wording_among_others_its_words_count_by_its_share(understanding: Understanding) -> None:
    assert understanding.read("rước kiệu giữ nguyên văn").lighter == dict.fromkeys(("rươc_s", "kiêu_j"), 0.8)


def test_a_short_form_that_no_title_has_asks_for_what_it_stands_for(understanding: Understanding) -> None:
    reading = understanding.read("chế độ TNXP")
    assert reading.asked.folded["xung"] == SHORT_WEIGHT
    assert reading.asked.pairs["xung_phong"] == SHORT_WEIGHT
    assert {"tnxp", "xung", "phong"} <= reading.content
    assert reading.lighter == {"tnxp": SPOKEN_SHARE}
    assert "xung" not in understanding.read("chế độ TNXP", raw=True).asked.folded
    told = " ".join(f"rước kiệu{'ng' * n}" for n in range(MOST_BESIDE))
    assert "xung" not in understanding.read(f"{told} TNXP").asked.folded


def test_short_forms_of_the_vocabulary_do_so_by_their_first_meaning(understanding: Understanding) -> None:
    reading = understanding.read("dk kd nhỏ lẻ")
    assert reading.asked.pairs["dang_ki"] == reading.asked.pairs["kinh_doanh"] == SHORT_WEIGHT
    assert "ho" not in reading.asked.folded


def test_the_words_of_a_title_mean_themselves(understanding: Understanding) -> None:
    assert understanding.read("đăng ký tạm trú").lighter == {}
    assert understanding.read("rước kiệu", raw=True).lighter == {}


def test_a_wording_of_little_meaning_weighs_less_beside_others(understanding: Understanding) -> None:
    alone, beside = understanding.read("bán quạt trần").expanded, understanding.read("bán kem que").expanded
    assert beside.folded["ho"] == BESIDE_OTHERS * alone.folded["ho"]


def test_only_qualifiers_that_are_asked_for_count(understanding: Understanding, vocabulary: Vocabulary) -> None:
    names = [qualifier.id for qualifier in vocabulary.qualifiers]
    asked = understanding.read("kết hôn với người nước ngoài").classes
    assert asked == 1 << names.index("foreign")
    assert understanding.read("kết hôn").classes == 0
    for plain in (
        "kết hôn mất bao lâu",
        "ket hon mat bao lau",
        "khai tử mất bao nhiêu tiền",
        "khai sinh mất phí không",
    ):
        assert understanding.read(plain).classes == 0  # nothing is lost
    assert understanding.read("mất giấy khai sinh làm lại mất bao lâu").classes


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("sinh", "sih", True),
        ("sinh", "sihn", True),
        ("sinh", "xinh", True),
        ("sinh", "sinh", False),
        ("a", "abc", False),
    ],
)
def test_one_edit_is_an_insertion_deletion_substitution_or_swap(one: str, other: str, apart: bool) -> None:
    assert one_edit_apart(one, other) is one_edit_apart(other, one) is apart


def test_a_syllable_of_the_dictionary_gives_way_only_beside_one_it_often_stands_with(vocabulary: Vocabulary) -> None:
    counts = Counts({"thông": 900, "con": 900, "khai": 900, "sinh": 900}, {"khai sinh": 90})
    models = read_models(ModelBuilder(Vocabulary((), {}, {}, frozenset(), frozenset(), frozenset(), ())).finish())
    speller = Speller(replace(models, accented=counts))
    assert speller.correct(["thăng_f", "con"], marked=True) == [["thăng_f", "con"]]  # no text of the law says "thằng"
    assert speller.correct(["khai", "xinh"], marked=True)[0] == ["khai", "sinh"]


def test_a_speller_without_text_changes_nothing(vocabulary: Vocabulary) -> None:
    empty = Vocabulary((), {}, {}, frozenset(), frozenset(), frozenset(), ())
    speller = Speller(read_models(ModelBuilder(empty).finish()))
    assert speller.correct(["bat", "ki"], marked=False) == [["bat", "ki"]]
    assert speller.split("dangky") == []


def test_pasted_letters_are_read_as_they_look(understanding: Understanding) -> None:
    assert understanding.read("khai si\u00adnh").understood.read_as == "khai sinh"
    assert understanding.read("ｋｈａｉ\u200b ｓｉｎｈ").understood.read_as == "khai sinh"
