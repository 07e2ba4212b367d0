"""Pointers, pins and the denylist are data that ends by itself and is refused when broken."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.clock import fixed
from core.errors import ConfigError
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.answer import Ask
from indexer.query.build import fill
from indexer.query.editorial import Denied, Editorial, Pin, Pointer, load_editorial
from indexer.query.searcher import Searcher
from indexer.query.vocabulary import Vocabulary
from tests.indexer.query.conftest import CONFIG, SOURCES, TODAY
from vietnamese.syllables import canonical, fold, syllables

ENDS, LATER = date(2027, 1, 1), date(2028, 1, 1)


@pytest.fixture
def edited(tmp_path: Path, vocabulary: Vocabulary) -> Searcher:
    from dataclasses import replace

    editorial = Editorial.of(
        [Pointer("ly-hon", ("ly hôn",), "Ly hôn do Tòa án giải quyết", "Nộp đơn tại Tòa án.", "Sở Tư pháp", ENDS)],
        [
            Pin("the", ("làm thẻ",), ("1.004194", "1.002809"), "Văn phòng", ENDS),
            Pin("gone", ("mất dấu",), ("2.999999",), "Văn phòng", ENDS),
        ],
        [Denied("kết hôn giả", "Văn phòng", ENDS), Denied("tạm trú", "Văn phòng", date(2026, 11, 2))],
    )
    changed = replace(vocabulary, editorial=editorial)
    generations = EmbeddedGenerations(tmp_path)
    extra = replace(SOURCES[2], id="procedure:1.000895", codes=("1.000895",), phrases=("kết hôn giả mà thật",))
    engine = fill(generations, lambda: [*SOURCES, extra], changed)
    engine.close()
    generations.swap(engine.generation)
    return Searcher(generations, changed, clock=fixed(TODAY))


def test_a_pointer_is_shown_for_its_words_with_their_accents(edited: Searcher) -> None:
    for q in ("ly hôn", "toi muon ly hon", "ly hôn đơn phương cần giấy tờ gì"):
        assert [p.id for p in edited.search(Ask(q)).pointers] == ["ly-hon"]
    assert edited.search(Ask("kết hôn")).pointers == ()
    assert edited.search(Ask("lý hồn")).pointers == ()


def test_a_pin_puts_its_codes_first_in_order_and_only_for_its_question(edited: Searcher) -> None:
    assert [hit.key for hit in edited.search(Ask("lam the")).hits][:2] == ["1.004194", "1.002809"]
    assert edited.search(Ask("làm thẻ tạm trú cho con")).hits[0].why.features.get("exact") is None


def test_a_dead_pin_is_named_and_never_shown(edited: Searcher) -> None:
    assert edited.dead_pins() == ["gone: 2.999999 is not in the index, owner Văn phòng"]
    assert "2.999999" not in [hit.key for hit in edited.search(Ask("mất dấu")).hits]


def test_a_denied_phrase_is_never_suggested(edited: Searcher) -> None:
    assert all("giả" not in s.text for s in edited.suggest("kết hôn g"))
    assert edited.suggest("đăng ký tạm")[0].text == "Đăng ký tạm trú"  # denied until today
    assert edited.expired() == ["tạm trú: ended 2026-11-02, owner Văn phòng"]


def test_a_phrase_is_denied_with_its_marks_or_bare_and_not_with_other_marks() -> None:
    made = Editorial.of([], [], [Denied("đánh bạc", "Văn phòng", ENDS)])
    assert [made.is_denied(text, TODAY.date()) for text in ("tụ tập đánh bạc", "danh bac", "chức danh bác sĩ")] == [
        True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("renewed_first", [True, False])
def test_a_pin_that_ended_hides_none_that_holds(renewed_first: bool) -> None:
    old, new = (
        Pin(n, ("x",), (code,), "Sở", end) for n, code, end in (("a", "1.000894", ENDS), ("b", "2.000806", LATER))
    )
    made = Editorial.of([], [new, old] if renewed_first else [old, new], [])
    assert made.pinned_for("x", "x", ENDS) == ("2.000806",)


def test_an_entry_ends_on_its_day() -> None:
    pin = Pin("a", ("x",), ("1.000894",), "Sở", ENDS)
    made = Editorial.of([], [pin], [])
    assert made.pinned_for("x", "x", date(2026, 12, 31)) == ("1.000894",)
    assert made.pinned_for("x", "x", ENDS) == ()
    assert made.expired(ENDS) == ["a: ended 2027-01-01, owner Sở"]


def pointed(q: str, day: date = date(2026, 11, 2)) -> list[str]:
    """Pointers of the project's own file for a question."""
    terms = syllables(q)
    editorial = load_editorial(CONFIG / "vocabulary")
    found = editorial.pointers_for([fold(term) for term in terms], [canonical(term) for term in terms], today=day)
    return [pointer.id for pointer in found]


@pytest.mark.parametrize(
    ("q", "ids"),
    [
        ("toi muon li hon", ["ly-hon"]),
        ("ghi chú ly hôn đã giải quyết ở nước ngoài", []),
        ("bo chong toi mat, lam khai tu", []),  # bố chồng
        ("lắp điện mặt trời mái nhà", []),
        ("đăng ký hóa đơn điện tử", []),
        ("tro cap cuu chien binh", []),  # “cấp cựu” is no “cấp cứu”
        ("phúc khảo điểm thi tốt nghiệp", []),
        ("đổi bằng lái xe", ["giay-phep-lai-xe"]),
        ("xin ly lich tu phap so 2", ["ly-lich-tu-phap"]),
        ("trợ cấp người cao tuổi không có lương hưu", []),
        ("cấp hộ chiếu công vụ", []),
        ("chế độ hưu trí xã hội", []),
        ("mất diện tích đất", []),  # typed or restored from "mat dien tich dat"
        ("hop dong thue nha", []),  # hợp đồng thuê, not đóng thuế
    ],
)
def test_a_pointer_is_not_shown_for_what_the_province_does(q: str, ids: list[str]) -> None:
    assert pointed(q) == ids


def test_a_pointer_holds_from_its_first_day() -> None:
    assert pointed("lý lịch tư pháp", date(2025, 2, 28)) == []
    assert pointed("lý lịch tư pháp", date(2025, 3, 1)) == ["ly-lich-tu-phap"]


GOOD = {"id": "a", "asked": ["x"], "codes": ["1.000894"], "owner": "Sở", "expires": "2027-01-01"}


@pytest.mark.parametrize(
    "change", [{"owner": ""}, {"expires": "soon"}, {"codes": ["1.89"]}, {"codes": []}, {"asked": None}, {"id": None}]
)
def test_a_broken_pin_is_refused_with_its_line(tmp_path: Path, change: dict[str, object]) -> None:
    row = {name: value for name, value in (GOOD | change).items() if value is not None}
    (tmp_path / "pins.jsonl").write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"pins.jsonl, line 1"):
        load_editorial(tmp_path)


@pytest.mark.parametrize("line", ["lừa đảo", "lừa đảo\tSở", "lừa đảo\t\t2027-01-01", "lừa đảo\tSở\tsoon"])
def test_a_denied_phrase_without_owner_or_end_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "denylist.txt").write_text(f"# why\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"denylist.txt, line 2"):
        load_editorial(tmp_path)


def test_an_id_stands_once(tmp_path: Path) -> None:
    (tmp_path / "pins.jsonl").write_text(f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="stands there twice"):
        load_editorial(tmp_path)


def test_the_projects_own_entries_are_whole_and_do_not_end_tomorrow() -> None:
    editorial = load_editorial(CONFIG / "vocabulary")
    assert len(editorial.pointers) >= 10
    assert editorial.denied
    assert editorial.expired(datetime(2026, 12, 1, tzinfo=UTC).date()) == []
