"""Where somebody lives hides no procedure, and names of units are nobody's slips."""

from __future__ import annotations

import pytest

from core.provinces import NICKNAMES, PROVINCES, UNMISTAKABLE
from indexer.query.answer import Ask
from indexer.query.places import PlaceNames
from indexer.query.searcher import Searcher
from vietnamese.syllables import syllables

NAMES = PlaceNames(
    (
        "Xã Hoằng Quỳ",
        "Huyện Hoằng Hóa",
        "Phường Hạc Thành",
        "Xã Thiết Kế",
        "Thị trấn Quý Lộc",
        "Huyện Tĩnh Gia",
        "Xã Nưa",
    ),
    (),
    {"thiet_ke"}.__contains__,
)


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("khai sinh ở xã Hoằng Quỳ, huyện Hoằng Hoá", ["ở xã Hoằng Quỳ", "huyện Hoằng Hoá"]),
        ("ket hon tai ubnd phuong hac thanh", ["tai ubnd phuong hac thanh"]),
        ("tĩnh gia khai tử", ["tĩnh gia"]),
        ("khai tử huyện Hoằng Hóa cũ", ["huyện Hoằng Hóa cũ"]),
        ("khai sinh xa hoang quy cu", ["xa hoang quy cu"]),
        ("hoang quy cu tru", ["hoang quy"]),
        ("thẩm định thiết kế", []),
        ("chứng thực xã Thiết Kế", ["xã Thiết Kế"]),
        ("nưa", []),
        ("khai sinh xã Nưa", ["xã Nưa"]),
        ("khác thành phần", []),
        ("hoàng quý", []),
    ],
)
def test_a_place_is_found_with_the_words_that_belong_to_it(typed: str, places: list[str]) -> None:
    tokens = syllables(typed)
    found = [" ".join(tokens[start:end]) for start, end in NAMES.spans(tokens)]
    assert found == [" ".join(syllables(place)) for place in places]


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("chuyển con ra Hà Nội học", ["Hà Nội"]),
        ("thuong tru o ha noi", ["o ha noi"]),
        ("bố ở Sài Gòn", ["ở Sài Gòn"]),
        ("chuyển từ tphcm về", ["tphcm"]),
        ("làm ở Nghệ An", ["ở Nghệ An"]),
        ("học nghề an toàn", []),
        ("hoc nghe an toan", []),
        ("người Việt Nam định cư", []),
        ("nghiên cứu hải dương học", []),
    ],
)
def test_other_provinces_are_places_where_they_mean_nothing_else(typed: str, places: list[str]) -> None:
    in_titles = {"ha_noi", "nghe_an", "nam_dinh", "hai_duong"}
    names = PlaceNames((*PROVINCES, *NICKNAMES), ("Thanh Hóa",), in_titles.__contains__, UNMISTAKABLE)
    tokens = syllables(typed)
    assert [" ".join(tokens[start:end]) for start, end in names.spans(tokens)] == [
        " ".join(syllables(place)) for place in places
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "khai sinh thành phố Thanh Hóa",
        "khai sinh ở Hoằng Quỳ",
        "dang ky khai sinh xa hoang quy huyen hoang hoa tinh thanh hoa",
        "khai sinh phường Hạc Thành",
    ],
)
def test_the_procedure_is_found_wherever_one_lives(searcher: Searcher, typed: str) -> None:
    answer = searcher.search(Ask(typed))
    assert [hit.key for hit in answer.hits][:1] == ["1.001193"]
    assert {change.kind for change in answer.query.changes} <= {"place", "marks"}


def test_counts_of_news_of_a_place_are_those_of_their_tab(searcher: Searcher) -> None:
    typed = "tuyên truyền Quý Lộc"
    counted = searcher.search(Ask(typed, other_kinds=True)).totals["article"]
    assert counted == searcher.search(Ask(typed, kind="article")).total == 2


def test_news_of_a_place_alone_name_it(searcher: Searcher) -> None:
    assert searcher.search(Ask("kết hôn lưu động Quý Lộc", kind="article", raw=True)).total == 2
    assert searcher.search(Ask("Quý Lộc")).query.changes == ()  # all there is: a place is asked about


@pytest.mark.parametrize("typed", ["Quý Lộc", "ubnd phường hạc thành ở đâu", "xa hoang quy o dau", "Công Chính"])
def test_no_procedure_is_looked_for_by_a_place_alone(searcher: Searcher, typed: str) -> None:
    answer = searcher.search(Ask(typed))
    assert (answer.hits, answer.total, answer.relaxed) == ((), 0, "place")
    assert answer.totals["article"] == searcher.search(Ask(typed, kind="article")).total
    assert searcher.search(Ask(typed, raw=True)).relaxed != "place"
    assert searcher.explain(Ask(typed), "1.001193").rank == 0
