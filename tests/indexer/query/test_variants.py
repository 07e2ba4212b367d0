"""Who names a variant in words of their own gets that variant first, and nobody else does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Ask
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.variants import NAMED_WEIGHT, Variants
from indexer.query.vocabulary import Qualifier, Vocabulary
from tests.indexer.query.conftest import SOURCES, procedure

BADGE, BADGE_AGAIN, BADGE_CHANGED, WATER = "9.000001", "9.000002", "9.000003", "9.000004"
NAMES = {
    BADGE: "Cấp thẻ hướng dẫn viên bảo tàng",
    BADGE_AGAIN: "Cấp lại thẻ hướng dẫn viên bảo tàng",
    BADGE_CHANGED: "Sửa đổi, bổ sung thẻ hướng dẫn viên bảo tàng",
    WATER: "Đóng cửa giếng khoan",
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterator[Searcher]:
    generations = EmbeddedGenerations(tmp_path_factory.mktemp("variants"))
    own = [procedure(code, name, "Bảo tàng", "tinh") for code, name in NAMES.items()]
    engine = fill(generations, lambda: [*SOURCES, *own], vocabulary)
    engine.close()
    generations.swap(engine.generation)
    opened = Searcher(generations, vocabulary)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("thẻ hướng dẫn viên bảo tàng", BADGE),
        ("xin thẻ hướng dẫn viên bảo tàng", BADGE),
        ("thẻ hướng dẫn viên bảo tàng bị mất", BADGE_AGAIN),
        ("làm lại thẻ hướng dẫn viên bảo tàng", BADGE_AGAIN),
        ("thẻ hướng dẫn viên bảo tàng bị hỏng", BADGE_AGAIN),
        ("the huong dan vien bao tang bi mat", BADGE_AGAIN),
        ("thẻ hướng dẫn viên bảo tàng ghi sai", BADGE_CHANGED),
        ("thay đổi thông tin thẻ hướng dẫn viên bảo tàng", BADGE_CHANGED),
    ],
)
def test_the_variant_that_is_named_comes_first(searcher: Searcher, typed: str, first: str) -> None:
    assert searcher.search(Ask(typed)).hits[0].key == first


def test_what_a_variant_was_named_by_is_told(searcher: Searcher) -> None:
    changes = searcher.search(Ask("thẻ hướng dẫn viên bị mất")).query.changes
    assert ("vocabulary", "bị mất", "cấp lại") in [(change.kind, change.before, change.after) for change in changes]
    assert not searcher.search(Ask("thẻ hướng dẫn viên bị mất", raw=True)).query.changes


AGAIN = Qualifier("again", ("cap_lai",), ("mất",), ("bị mất", "mất [giấy]"), ("cấp lại",), ("giấy",))


@pytest.mark.parametrize(
    ("plain", "written", "positions"),
    [
        ("giay bi mat", ("giây_s", "bi_j", "mât_s"), {1, 2}),
        ("giay bi mat", (None, "bi_j", None), {1, 2}),  # nobody can tell
        ("giay bi mat", ("giây_s", "bi_s", "mât_j"), set()),  # "bí mật"
        ("nha bi mat", ("nha_f", "bi_j", "mât_s"), set()),  # no paper
        ("mat giay", ("mât_s", "giây_s"), {0}),  # the paper itself counts in full
        ("cap lai giay bi mat", ("câp_s", "lai_j", "giây_s", "bi_j", "mât_s"), {3, 4}),
    ],
)
def test_everyday_words_name_a_variant_of_a_paper(
    plain: str, written: tuple[str | None, ...], positions: set[int]
) -> None:
    found = list(Variants([AGAIN]).named(plain.split(), [*written], marked=False))
    assert {i for one in found for i in one.everyday} == positions
    lacking = {} if "lai" in plain else dict.fromkeys(("câp_s", "lai_j"), NAMED_WEIGHT)
    assert all(one.formal == lacking for one in found)


def test_a_country_is_abroad_and_rules_out_what_is_at_home(searcher: Searcher) -> None:
    for typed in ("kết hôn với người đan mạch ở hà lan", "ket hon voi nguoi ha lan"):
        assert searcher.search(Ask(typed)).hits[0].key == "2.000806"
    told = [change.after for change in searcher.search(Ask("nhận con nuôi người pháp")).query.changes]
    assert "nước ngoài" in told
    assert not any("trong nước" in after for after in told)
    assert any("trong nước" in change.after for change in searcher.search(Ask("nhận con nuôi")).query.changes)
    assert "nước ngoài" not in [
        change.after for change in searcher.search(Ask("ở nga sơn làm khai sinh")).query.changes
    ]


@pytest.mark.parametrize("typed", ["bán kem que", "mở tiệm bánh xèo", "bán lồng chim", "ban long chim"])
def test_any_trade_is_a_household_business(searcher: Searcher, typed: str) -> None:
    assert any("hộ kinh doanh" in change.after for change in searcher.search(Ask(typed)).query.changes)


def test_old_age_in_years_means_the_allowance(searcher: Searcher) -> None:
    assert any("hưu trí xã hội" in change.after for change in searcher.search(Ask("bà 83 tuổi được gì")).query.changes)
    assert not any("hưu trí" in change.after for change in searcher.search(Ask("14 tuổi làm căn cước")).query.changes)


def test_formal_words_share_their_weight() -> None:
    wide = Qualifier("wide", (), (), ("sai",), ("sửa đổi", "đính chính"))
    (found,) = Variants([wide]).named(["sai"], ["sai"], marked=True)
    assert set(found.formal.values()) == {NAMED_WEIGHT / 2}


def test_a_qualifier_without_words_of_its_own_names_nothing() -> None:
    assert list(Variants([Qualifier("none", ("x",), ("y",))]).named(["y"], ["y"], marked=True)) == []
