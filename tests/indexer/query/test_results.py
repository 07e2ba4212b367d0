"""What an answer looks like: copies under one, variants named, reasons given, and steps when nothing fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from core.clock import fixed
from core.errors import StaleCursor
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Ask
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.terms import Source
from indexer.query.vocabulary import Vocabulary
from tests.indexer.query.conftest import SOURCES, TODAY, procedure

LONG = tuple(f"Đoạn {n}: tuyên truyền phổ biến pháp luật về cư trú tại thôn {n * 3} của xã." for n in range(12))

MORE = [
    Source("record:11", "article", 1, "Tuyên truyền pháp luật cư trú", body=LONG, day=date(2026, 10, 1), facets={"site": ("stp",)}),
    Source("record:12", "article", 1, "Tuyên truyền pháp luật cư trú", body=(*LONG, "Theo Báo"), day=date(2026, 10, 2), facets={"site": ("sct",)}),
    Source("record:14", "article", 1, "Tuyên truyền pháp luật cư trú", body=LONG, day=date(2026, 10, 2), facets={"site": ("stp",)}),
    Source("record:13", "article", 1, "Cư trú: phổ biến pháp luật", body=("Nội dung khác hẳn.",), day=date(2026, 10, 3)),
    replace(procedure("9.000001", "Cấp phép bay thả diều", "Diều", "tinh"), local=False),
    replace(procedure("8.000001", "Cấp phép bay thả diều", "Diều và flycam", "tinh"), local=True, id="procedure:8.000001"),
    replace(procedure("9.000002", "Thẩm định hồ sơ kỹ thuật loại hai", "Kỹ thuật", "tinh"), asked=("Nhà hàng xóm mở loa to ban đêm thì báo ai?",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterator[Searcher]:
    generations = EmbeddedGenerations(tmp_path_factory.mktemp("data"))
    engine = fill(generations, lambda: [*SOURCES, *MORE], vocabulary)
    engine.close()
    generations.swap(engine.generation)
    opened = Searcher(generations, vocabulary, clock=fixed(TODAY))
    yield opened
    opened.close()


def test_copies_of_an_article_are_one_result_with_the_others_named(more: Searcher) -> None:
    answer = more.search(Ask("pháp luật cư trú", kind="article"))
    shown = {hit.key: hit.copies for hit in answer.hits}
    assert sorted(key for hit, copies in shown.items() if copies for key in (hit, *copies)) == ["11", "12", "14"]
    assert "13" in shown
    assert answer.total == len(answer.hits) == 2


def test_a_facet_counts_what_its_filter_shows(more: Searcher) -> None:
    answer = more.search(Ask("pháp luật cư trú", kind="article"))
    shown = [
        (s, more.search(Ask("pháp luật cư trú", kind="article", filters={"site": (s,)})).total) for s in ("stp", "sct")
    ]
    assert shown == [("stp", 1), ("sct", 1)]
    assert dict(answer.facets["site"]) == dict(shown), "record 11 and its copy 14 on one site are one result"


def test_variants_come_under_the_best_one(more: Searcher) -> None:
    hits = more.search(Ask("đăng ký kết hôn")).hits
    assert (hits[0].key, hits[0].variant_of) == ("1.000894", "")
    assert {hit.key: hit.variant_of for hit in hits}["2.000806"] == "1.000894"


def test_variants_come_with_their_leader_from_however_far_down(more: Searcher) -> None:
    ranked = [hit.key for hit in more.search(Ask("đăng ký", limit=50)).hits]
    seen: list[str] = []
    leaders: list[str] = []
    cursor = ""
    while True:
        page = more.search(Ask("đăng ký", limit=2, cursor=cursor, grouped=True))
        shown = [hit.key for hit in page.hits]
        assert shown == [key for key in ranked if key in shown]
        assert {hit.variant_of for hit in page.hits} <= {"", *shown}
        on_page = [hit.key for hit in page.hits if not hit.variant_of]
        assert len(on_page) == 2 or not page.next
        leaders += on_page
        seen += shown
        cursor = page.next
        if not cursor:
            break
    assert sorted(seen) == sorted(ranked)
    assert len(leaders) < len(seen)
    assert leaders == [key for key in ranked if key in leaders]


def test_a_page_of_single_hits_is_not_a_page_of_leaders(more: Searcher) -> None:
    cursor = more.search(Ask("đăng ký", limit=2)).next
    with pytest.raises(StaleCursor):
        more.search(Ask("đăng ký", limit=2, cursor=cursor, grouped=True))


def test_a_question_that_names_the_variant_gets_it_first(more: Searcher) -> None:
    hits = more.search(Ask("đăng ký kết hôn với người nước ngoài")).hits
    assert (hits[0].key, hits[0].variant_of) == ("2.000806", "")


def test_of_twins_the_provinces_own_comes_first(more: Searcher) -> None:
    hits = more.search(Ask("thả diều")).hits
    assert [hit.key for hit in hits[:2]] == ["8.000001", "9.000001"]
    assert hits[1].variant_of == "8.000001"
    assert [hit.key for hit in more.search(Ask("Cấp phép bay thả diều")).hits[:2]] == ["8.000001", "9.000001"]


@pytest.mark.parametrize("q", ["cấp phép bay", "thả diều thì xin phép ở đâu"])
def test_twins_are_one_completion(more: Searcher, q: str) -> None:
    found = more.suggest(q)
    assert [suggestion.key for suggestion in found if suggestion.text == "Cấp phép bay thả diều"] == ["8.000001"]
    assert len({suggestion.key for suggestion in found}) == len(found)


def test_a_hit_says_why(more: Searcher) -> None:
    why = more.search(Ask("dang ky tam tru o nha")).hits[0].why
    assert why.title == ("Đăng", "ký", "tạm", "trú")
    assert set(why.features) == {"s0", "t", "cov_s", "xsum", "citizen", "prior", "central", "bare_s0", "vote"}


def test_what_people_asked_finds_the_procedure(more: Searcher) -> None:
    hits = more.search(Ask("hàng xóm mở loa to ban đêm")).hits
    assert "9.000002" in [hit.key for hit in hits[:3]]


def test_when_nothing_fits_fewer_words_are_asked_and_it_is_said(more: Searcher) -> None:
    answer = more.search(Ask("khai sinh xyzzy qwrtp zzkk vbnm"))
    assert answer.relaxed == "some_words"
    assert more.search(Ask("sinh xyzzy qwrtp zzkk vbnm")).relaxed == "any_word"
    assert answer.hits
    assert [change.kind for change in answer.query.changes][-1] == "relaxed"
    assert answer.facets["sector"]


def test_nothing_at_all_stays_nothing(more: Searcher) -> None:
    answer = more.search(Ask("qqzz"))
    assert (answer.total, answer.hits, answer.relaxed) == (0, (), "")


def test_filters_that_leave_nothing_are_told_and_not_dropped(more: Searcher) -> None:
    answer = more.search(Ask("kết hôn", filters={"tier": ("bo",)}))
    assert (answer.total, answer.hits) == (0, ())
    assert answer.unfiltered >= 2


@pytest.mark.parametrize("q", ["quyết định 15/2024", "QĐ số 15 năm 2024", "15-2024-QĐ-UBND", "15/2024/qd-ubnd"])
def test_a_number_without_its_signs_is_enough(more: Searcher, q: str) -> None:
    assert more.search(Ask(q, kind="document")).hits[0].key == "3"
