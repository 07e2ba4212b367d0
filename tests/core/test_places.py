"""Units before and after 1 July 2025: districts have several successors, communes up to two districts behind them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.places import is_district, load_places

PLACES = load_places(Path(__file__).resolve().parents[2] / "config" / "thanhhoa")
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_all_547_old_communes_lead_to_one_of_166_new_ones() -> None:
    assert len(PLACES.moves) == 547
    assert len({move.new_commune for move in PLACES.moves}) == 166
    assert len(PLACES.districts) == 26


def test_a_district_has_several_successors_from_the_day_on() -> None:
    assert PLACES.follow("UBND huyện Nông Cống", BEFORE) == ("UBND huyện Nông Cống",)
    assert len(PLACES.follow("UBND huyện Nông Cống", AFTER)) > 3
    assert "Xã Nông Cống" in PLACES.follow("Ủy ban nhân dân huyện Nông Cống", AFTER)


def test_a_commune_may_draw_from_two_districts() -> None:
    districts = {m.new_commune: {old.old_district for old in PLACES.predecessors(m.new_commune)} for m in PLACES.moves}
    several = {commune for commune, old in districts.items() if len(old) == 2}
    assert several == {"Phường Đông Tiến", "Phường Bỉm Sơn", "Phường Nam Sầm Sơn"}


def test_spelling_and_tone_placement_do_not_matter() -> None:
    assert PLACES.district_successors("huyện Hoằng Hoá") == PLACES.district_successors("UBND HUYỆN HOẰNG HÓA")
    assert PLACES.district_successors("TX. Bỉm Sơn")


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("TT Sao Vàng", "thị trấn Sao Vàng"), ("TT. Sao Vàng", "thị trấn Sao Vàng"), ("P.Ba Đình", "phường Ba Đình"),
        ("UBND P. Ba Đình", "phường Ba Đình"), ("x. Hà Vinh", "xã Hà Vinh"),
    ],
)  # fmt: skip
def test_the_word_for_the_kind_may_be_shortened(short: str, whole: str) -> None:
    assert PLACES.commune_successors(short) == PLACES.commune_successors(whole) != ()


def test_a_unit_that_still_exists_or_is_unknown_stays_itself() -> None:
    assert PLACES.follow("Sở Tư pháp", AFTER) == ("Sở Tư pháp",)
    assert PLACES.follow("UBND phường Bỉm Sơn", AFTER) == ("UBND phường Bỉm Sơn",)
    assert is_district("UBND thị xã Nghi Sơn")
    assert not is_district("UBND xã Nghi Sơn")


def test_an_old_commune_is_found_by_its_district() -> None:
    moves = PLACES.commune_successors("xã Hà Vinh", "huyện Hà Trung")
    assert [move.new_commune for move in moves] == ["Phường Bỉm Sơn"]


@pytest.mark.parametrize("line", ["hôm qua,a,b,c", "2025-07-01,a,b", "2025-07-01,a,b,c,d"])
def test_an_odd_line_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / "places.csv").write_text(f"from,old_commune,old_district,new_commune\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 2"):
        load_places(tmp_path)
