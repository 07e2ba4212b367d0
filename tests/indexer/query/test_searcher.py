"""A citizen finds the procedure however it is typed, and nothing that can be typed breaks the search."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clock import fixed
from core.errors import IndexMissing, QueryRefused, StaleCursor
from indexer.engines.generations import EmbeddedGenerations
from indexer.query import live as module
from indexer.query.answer import Ask
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.terms import Source
from indexer.query.vocabulary import Vocabulary
from tests.indexer.query.conftest import CONFIG, NAMES, SOURCES, TODAY


def first(searcher: Searcher, q: str) -> str:
    return searcher.search(Ask(q)).hits[0].key


@pytest.mark.parametrize(
    "q",
    [
        "đăng ký kết hôn",
        "ĐĂNG KÝ KẾT HÔN",
        "dang ky ket hon",
        "ddawng kys keets hoon",
        "dang9 ky1 ket61 hon6",
        unicodedata.normalize("NFD", "đăng ký kết hôn"),
        "đăng kí kết hôn",
        "đăngký kếthôn",
        "thủ tục đăng ký kết hôn cần giấy tờ gì",
        "1.000894",
        "1 000894",
        "1,000894.000.00.00.H56",
    ],
)
def test_marriage_is_found_however_it_is_typed(searcher: Searcher, q: str) -> None:
    assert first(searcher, q) == "1.000894"


def test_several_codes_come_in_the_order_typed(searcher: Searcher) -> None:
    for asked in (["2.000528", "1.000894", "1.001193"], ["1.001193", "2.000528", "1.000894"]):
        assert [hit.key for hit in searcher.search(Ask(" ".join(asked))).hits][:3] == asked


@pytest.mark.parametrize("code", NAMES)
def test_every_official_name_comes_first(searcher: Searcher, code: str) -> None:
    assert first(searcher, NAMES[code][0]) == code


@pytest.mark.parametrize(
    ("q", "code"), [("làm sổ đỏ", "1.013978"), ("đổi bằng lái", "1.002809"), ("lấy chồng tây", "2.000806")]
)
def test_everyday_words_find_the_formal_name(searcher: Searcher, q: str, code: str) -> None:
    assert code in [hit.key for hit in searcher.search(Ask(q)).hits[:3]]


@pytest.mark.parametrize("number", ["15/2024/QĐ-UBND", "15 / 2024 / qd-ubnd"])
def test_a_document_number_is_found_in_any_spelling(searcher: Searcher, number: str) -> None:
    assert searcher.search(Ask(number, kind="document")).hits[0].key == "3"


@pytest.mark.parametrize("typed", ["15/2024/QĐ-UBND", "Quyết định số 15/2024/QĐ-UBND", "quyết định 15/2024"])
def test_a_number_brings_its_document_alone(searcher: Searcher, typed: str) -> None:
    answer = searcher.search(Ask(typed, kind="document"))
    assert ([hit.key for hit in answer.hits], answer.total, answer.relaxed) == (["3"], 1, "")
    assert searcher.search(Ask(typed, other_kinds=True)).totals["document"] == 1


@pytest.mark.parametrize("typed", ["17/2024/QĐ-UBND", "Quyết định số 17/2024/QĐ-UBND", "văn bản số 17 năm 2024"])
def test_a_number_that_no_document_has_is_said_to_be_none(searcher: Searcher, typed: str) -> None:
    own = searcher.search(Ask(typed, kind="document"))
    assert (own.relaxed, len(own.hits), own.total, own.near) == ("number", 2, 2, ("document",))
    other = searcher.search(Ask(typed, kind="article", other_kinds=True))
    assert (other.relaxed, other.totals["document"], "document" in other.near) == ("number", 0, True)
    assert searcher.search(Ask(f"giá đất {typed}", kind="document")).relaxed == ""


def test_of_articles_with_the_title_typed_the_newest_comes_first(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A notice comes back every month under one title."""
    generations = EmbeddedGenerations(tmp_path)
    days = {2: date(2026, 8, 1), 9: date(2026, 10, 1), 10: date(2026, 9, 1)}
    notices = [Source(f"record:{n}", "article", 1, "Lịch tiếp công dân", day=day) for n, day in days.items()]
    engine = fill(generations, lambda: notices, vocabulary)
    engine.close()
    generations.swap(engine.generation)
    with closing(Searcher(generations, vocabulary, clock=fixed(TODAY))) as searcher:
        found = searcher.search(Ask("Lịch tiếp công dân", kind="article")).hits
    assert [hit.key for hit in found] == ["9", "10", "2"]


def test_of_equal_articles_the_newer_one_comes_first(searcher: Searcher) -> None:
    assert [hit.key for hit in searcher.search(Ask("kết hôn lưu động", kind="article")).hits] == ["1", "2"]


def test_totals_of_other_kinds_are_told(searcher: Searcher) -> None:
    answer = searcher.search(Ask("kết hôn", other_kinds=True))
    assert answer.totals == {"procedure": answer.total, "article": 2, "document": 0}
    assert {hit.kind for hit in answer.hits} == {"procedure"}


def test_other_kinds_are_counted_only_when_wanted(searcher: Searcher) -> None:
    plain, whole = searcher.search(Ask("kết hôn")), searcher.search(Ask("kết hôn", other_kinds=True))
    assert plain.totals == {"procedure": plain.total}
    assert (plain.hits, plain.total, plain.facets) == (whole.hits, whole.total, whole.facets)


def test_a_kind_of_which_only_fewer_words_find_something_is_near(searcher: Searcher) -> None:
    typed = "lệ phí thành lập doanh nghiệp tư nhân"
    answer = searcher.search(Ask(typed, other_kinds=True))
    assert (answer.totals["document"], answer.totals["article"], answer.near) == (0, 0, ("document",))
    own = searcher.search(Ask(typed, kind="document", other_kinds=True))
    assert (own.relaxed, own.near) == ("any_word", ("document",))
    assert searcher.search(Ask(typed, kind="article")).hits == ()


def test_another_kind_is_counted_as_its_own_page_tells(searcher: Searcher) -> None:
    for typed, count in (("1.001193", 1), ("phường Hạc Thành", 0)):
        assert searcher.search(Ask(typed)).total == count
        assert searcher.search(Ask(typed, kind="article", other_kinds=True)).totals["procedure"] == count


def test_who_does_not_count_gets_the_same_results(searcher: Searcher) -> None:
    for q in ("kết hôn", "dang ky ket hon", "khai sinh xyzt"):
        counted, plain = searcher.search(Ask(q)), searcher.search(Ask(q, counted=False))
        assert (plain.hits, plain.relaxed) == (counted.hits, counted.relaxed)
        assert (plain.facets, set(plain.totals)) == ({}, {"procedure"})


def test_facets_agree_with_the_results_of_their_filters(searcher: Searcher) -> None:
    answer = searcher.search(Ask("đăng ký", limit=50))
    assert sum(count for _, count in answer.facets["tier"]) == answer.total
    for tier, count in answer.facets["tier"]:
        narrowed = searcher.search(Ask("đăng ký", filters={"tier": (tier,)}, limit=50))
        assert narrowed.total == len(narrowed.hits) == count
        assert narrowed.facets["tier"] == answer.facets["tier"]


def test_pages_follow_each_other_without_repeats(searcher: Searcher) -> None:
    ask = Ask("đăng ký", limit=3)
    seen: list[str] = []
    cursor = ""
    while True:
        page = searcher.search(Ask(ask.q, limit=3, cursor=cursor))
        seen += [hit.key for hit in page.hits]
        cursor = page.next
        if not cursor:
            break
    assert seen == [hit.key for hit in searcher.search(Ask(ask.q, limit=50)).hits]


@pytest.mark.parametrize("cursor", ["x", "000009-3-00000000", "000001-3-00000000", "--"])
def test_a_foreign_cursor_is_stale(searcher: Searcher, cursor: str) -> None:
    with pytest.raises(StaleCursor):
        searcher.search(Ask("đăng ký", cursor=cursor))


@pytest.mark.parametrize("q", ["", "   ", "?!…", "🙂", "\u200e\u0000", "()[]{}"])
def test_an_empty_question_is_refused_in_vietnamese(searcher: Searcher, q: str) -> None:
    with pytest.raises(QueryRefused, match="Bạn chưa nhập từ khóa"):
        searcher.search(Ask(q))


def test_a_question_that_is_too_long_is_refused(searcher: Searcher) -> None:
    with pytest.raises(QueryRefused, match="quá dài"):
        searcher.search(Ask("a" * 10_000))


@pytest.mark.parametrize(
    "q",
    ['"chưa đóng', "title:(a AND", "a OR NOT b~2^9", "'; DROP TABLE--", "<script>", "\x07khai\x00 sinh", "khai 🙂 sinh", "\u202eabc", "x", "7", "日本語", "مرحبا"],
)  # fmt: skip
def test_hostile_input_gets_an_answer(searcher: Searcher, q: str) -> None:
    assert searcher.search(Ask(q)).total >= 0
    searcher.suggest(q)


@settings(max_examples=150)
@given(st.text(max_size=120))
def test_any_text_gets_an_answer_or_a_refusal(searcher: Searcher, q: str) -> None:
    try:
        searcher.search(Ask(q))
    except QueryRefused:
        assert not any(letter.isalnum() for letter in q)
    searcher.suggest(q)


def test_raw_takes_the_question_as_typed(searcher: Searcher) -> None:
    assert searcher.search(Ask("ddawng kys", raw=True)).query.changes == ()
    assert searcher.search(Ask("ddawng kys")).query.read_as == "đăng ký"


def test_threads_get_the_same_answers(searcher: Searcher) -> None:
    asks = [Ask(q) for q in ("khai sinh", "ket hon", "sổ đỏ", "xổ đỏ")] * 10
    alone = [searcher.search(ask) for ask in asks]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(searcher.search, asks)) == alone


def test_explain_adds_up_to_the_score(searcher: Searcher) -> None:
    explanation = searcher.explain(Ask("kết hôn với người nước ngoài"), "2.000806")
    assert explanation.rank == 1
    assert sum(value * weight for value, weight in explanation.why.features.values()) == pytest.approx(
        explanation.score
    )
    assert "nước" in explanation.why.title
    assert searcher.explain(Ask("kết hôn"), "9.999999").rank == 0


def test_without_an_index_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="tracuu index rebuild"):
        Searcher.open(tmp_path, CONFIG).search(Ask("khai sinh"))


def test_a_swapped_generation_is_noticed(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_AGAIN", 0.0)
    generations = EmbeddedGenerations(tmp_path)
    opened = Searcher(generations, vocabulary)
    for sources in (SOURCES[:1], SOURCES[2:4]):
        engine = fill(generations, lambda rows=sources: rows, vocabulary)  # type: ignore[misc]
        engine.close()
        generations.swap(engine.generation)
        assert opened.generation == engine.generation
    assert first(opened, "kết hôn") == "1.000894"
    opened.close()


@pytest.mark.parametrize("q", ["đăng ký kết", "dang ky ket", "ddawng kys ket", "thủ tục đăng ký kết"])
def test_suggestions_complete_what_is_typed(searcher: Searcher, q: str) -> None:
    assert searcher.suggest(q)[0].text == "Đăng ký kết hôn"


@pytest.mark.parametrize("q", ["dangkyk", "dang kyketho", "đăngkýkết", "đăngkýk"])
def test_glued_syllables_are_completed(searcher: Searcher, q: str) -> None:
    assert searcher.suggest(q)[0].text == "Đăng ký kết hôn"


@pytest.mark.parametrize("q", ["phat ng", "phạt ng", "phạt nguội"])
def test_wordings_of_pointers_complete_to_a_search(searcher: Searcher, q: str) -> None:
    first = searcher.suggest(q)[0]
    assert (first.text, first.key) == ("phạt nguội", "")


@pytest.mark.parametrize("q", ["kết hôn đăng ký ở đâu", "đăng kí kêt hônn", "làm thế nào để đăng ký kết hôn"])
def test_what_no_title_goes_on_with_is_guessed_by_a_search(searcher: Searcher, q: str) -> None:
    assert "Đăng ký kết hôn" in [suggestion.text for suggestion in searcher.suggest(q)][:3]


def test_suggestions_are_few_and_one_per_procedure(searcher: Searcher) -> None:
    found = searcher.suggest("đăng", limit=5)
    assert len(found) == 5
    assert len({suggestion.key for suggestion in found}) == 5


def test_suggestions_know_codes(searcher: Searcher) -> None:
    for typed in ("1.0011", "1 0011", "10011", "1001193", "１．００１１", "thu tuc 1 0011", "mã số 1-0011"):
        assert searcher.suggest(typed)[0].code == "1.001193"
    assert len(searcher.suggest("khai sinh 1.001193")) > 1  # no code alone


@pytest.mark.parametrize("q", ["", " ", "k", "zzzz", "?"])
def test_nothing_is_suggested_for_nothing(searcher: Searcher, q: str) -> None:
    assert searcher.suggest(q) == ()


def test_a_document_found_by_its_number_is_counted_on_every_tab(searcher: Searcher) -> None:
    typed = "số 15 năm 2024"
    assert (
        searcher.search(Ask(typed, other_kinds=True)).totals["document"]
        == searcher.search(Ask(typed, kind="document")).total
        == 1
    )
