"""An offering without a national code: proposed to a person, and never merged by its name alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from core.model import Procedure
from core.sites import Province
from procedures.unify import unify_changes
from store import matches
from store import procedures as store
from store.database import Database
from tests.procedures.conftest import CLOCK, NOON, entry, publish, register, unified


def test_without_any_code_name_alone_never_merges(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", Procedure("Hỗ trợ", sectors=("Đất đai",)))
    publish(database, 2, "s-stp", Procedure("Hỗ trợ", sectors=("Hộ tịch",)))
    unify_changes(database, province, CLOCK)
    with database.read() as connection:
        assert len(store.without_code(connection)) == 2


def proposals(database: Database) -> dict[tuple[str, str], str]:
    with database.read() as connection:
        return {(m.proposal.target, m.state): m.proposal.key for m in matches.listed(connection, EVERY)}


EVERY: tuple[matches.State, ...] = ("proposed", "confirmed", "refused", "lapsed")


NAMED = Procedure("Thủ tục đăng ký kết hôn", sectors=("Hộ tịch",), agencies=("UBND cấp xã",))


def test_an_offering_without_code_is_proposed_and_never_merged_by_itself(
    database: Database, province: Province, tmp_path: Path
) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "Đăng ký kết hôn"))
    publish(database, 1, "s-stp", NAMED)
    assert unified(database, province).offered_by == 0
    assert set(proposals(database)) == {("1.000894", "proposed")}
    with database.read() as connection:
        match = matches.listed(connection)[0]
    assert match.proposal.why["agree"] == ["name", "sectors", "agencies"]
    assert match.proposal.why["urls"] == ["http://s-stp/1"]


def test_one_name_with_several_codes_is_a_choice(database: Database, province: Province, tmp_path: Path) -> None:
    twins = [entry(f"1.01382{n}", "Hỗ trợ phát triển sản xuất cộng đồng") for n in range(3)]
    other = entry("1.013829", "Hỗ trợ phát triển sản xuất cộng đồng", fields=["Đất đai"])
    register(database, tmp_path, "2018-08-01", *twins, other)
    publish(database, 1, "s-stp", replace(NAMED, name="Hỗ trợ phát triển sản xuất cộng đồng"))
    unify_changes(database, province, CLOCK)
    assert {target for target, _ in proposals(database)} == {"1.013820", "1.013821", "1.013822"}


def test_a_confirmed_match_survives_a_crawl_and_can_be_undone(
    database: Database, province: Province, tmp_path: Path
) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "Đăng ký kết hôn"))
    publish(database, 1, "s-stp", NAMED)
    unify_changes(database, province, CLOCK)
    key = proposals(database)["1.000894", "proposed"]
    with database.write() as connection:
        matches.decide(connection, 1, "confirm", "lan", NOON)
    found = unified(database, province)
    assert [(o.site_id, o.matched) for o in found.offerings] == [("s-stp", "person")]
    assert unified(database, province, key).offerings == ()
    publish(database, 1, "s-stp", replace(NAMED, requirements="Không"), NOON + timedelta(days=1))
    assert unified(database, province).offered_by == 1
    with database.write() as connection:
        matches.undo(connection, 1, "lan", NOON)
    assert unified(database, province).offered_by == 0
    assert unified(database, province, key).offered_by == 1


def test_a_refused_match_is_not_proposed_again(database: Database, province: Province, tmp_path: Path) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "Đăng ký kết hôn"))
    publish(database, 1, "s-stp", NAMED)
    unify_changes(database, province, CLOCK)
    with database.write() as connection:
        matches.decide(connection, 1, "refuse", "lan", NOON)
    publish(database, 1, "s-stp", replace(NAMED, requirements="Không"), NOON + timedelta(days=1))
    unify_changes(database, province, CLOCK)
    assert set(proposals(database)) == {("1.000894", "refused")}


def test_an_old_code_leads_to_the_national_one_a_page_shows_beside_it(database: Database, province: Province) -> None:
    old = Procedure("Kết hôn", old_code="T-THA-123456-TT")
    publish(database, 1, "s-stp", old)
    unify_changes(database, province, CLOCK)
    publish(database, 2, "h-nongcong", replace(old, code="1.000894"))
    found = unified(database, province)
    assert {(o.site_id, o.matched) for o in found.offerings} == {("s-stp", "old_code"), ("h-nongcong", "")}
    assert unified(database, province, "T-THA-123456-TT").offerings == ()


def test_an_old_code_beside_two_national_ones_says_nothing(database: Database, province: Province) -> None:
    old = Procedure("Kết hôn", old_code="T-THA-123456-TT")
    publish(database, 1, "s-stp", old)
    publish(database, 2, "h-nongcong", replace(old, code="1.000894"))
    publish(database, 3, "h-quanhoa", replace(old, code="1.001193"))
    assert unified(database, province).offered_by == 1
    assert {target for target, _ in proposals(database)} == {"1.000894", "1.001193"}


def test_the_same_words_on_two_sites_without_any_code_are_only_proposed(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", NAMED)
    publish(database, 2, "h-nongcong", NAMED)
    unify_changes(database, province, CLOCK)
    with database.read() as connection:
        assert len(store.without_code(connection)) == 2
    assert [state for _, state in proposals(database)] == ["proposed"]
