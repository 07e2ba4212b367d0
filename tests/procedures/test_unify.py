"""Many offerings and the register become one procedure with a name, a state and a level."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from core.errors import RegisterError
from core.model import Procedure
from core.sites import Province
from core.states import ProcedureState
from procedures import unify
from procedures.joining import Around
from procedures.register import import_file
from procedures.touched import Touched
from procedures.unify import unify_changes
from store import changes
from store import procedures as store
from store.database import Database
from tests.procedures.conftest import CLOCK, NOON, costing, entry, publish, register, unified


def test_the_registers_name_wins_and_sites_are_counted(database: Database, province: Province, tmp_path: Path) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "Thủ tục đăng ký kết hôn"))
    publish(database, 1, "s-stp", costing("Miễn phí", name="ĐĂNG KÝ  KẾT HÔN"))
    publish(database, 2, "h-nongcong", costing("Miễn phí", name="Đăng ký khai sinh"))
    found = unified(database, province)
    assert (found.name, found.offered_by, found.state) == ("Thủ tục đăng ký kết hôn", 2, ProcedureState.IN_FORCE)
    assert found.fields is not None
    assert [voice.source for voice in found.fields["name"].differing] == ["h-nongcong"]
    assert [offering.differs_in for offering in found.offerings] == [("name",), ()]


def test_a_code_absent_from_the_newest_complete_snapshot_is_repealed(
    database: Database, province: Province, tmp_path: Path
) -> None:
    both = (entry("1.000894", "Kết hôn"), entry("1.001193", "Khai sinh"))
    register(database, tmp_path, "2018-08-01", *both)
    register(database, tmp_path, "2018-09-01", both[1], confirmed=True)
    publish(database, 1, "s-stp", costing("Miễn phí"))
    found = unified(database, province)
    assert found.state is ProcedureState.REPEALED
    assert found.register is not None
    assert found.register.withdrawn_on == date(2018, 9, 1)


def test_a_snapshot_that_shrinks_too_much_is_refused(database: Database, tmp_path: Path) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "A"), entry("1.001193", "B"))
    with pytest.raises(RegisterError, match="--confirm"):
        register(database, tmp_path, "2018-09-01", entry("1.001193", "B"))


def test_what_stands_on_a_line_that_cannot_be_read_is_not_withdrawn(
    database: Database, province: Province, tmp_path: Path
) -> None:
    rows = [entry(f"1.{n:06}", f"Thủ tục số {n}") for n in range(10)]
    register(database, tmp_path, "2018-08-01", *rows)
    for day, odd in (("2018-08-08", None), ("2018-08-15", " ")):
        report = register(database, tmp_path, day, *rows[:5], rows[5] | {"name": odd}, *rows[6:])
        assert [(one.line, one.why) for one in report.rejected] == [(6, "no name; 1.000005 stays as it was")]
        assert (report.added, report.amended, report.removed) == (0, 0, 0)
    found = unified(database, province, "1.000005")
    assert (found.name, found.state) == ("Thủ tục số 5", ProcedureState.IN_FORCE)
    assert register(database, tmp_path, "2018-08-22", *rows[:5], *rows[6:]).removed == 1


def test_a_catalogue_that_was_cut_off_is_refused(database: Database, tmp_path: Path) -> None:
    rows = [json.dumps(entry(f"1.{n:06}")) for n in range(10)]
    path = tmp_path / "catalog.jsonl"

    def load(text: str, *, confirmed: bool = False) -> int:
        path.write_text(text, encoding="utf-8")
        return import_file(database, path, clock=CLOCK, confirmed=confirmed).entries

    assert load("\n".join(rows)) == 10  # without an end of the last line, but nothing is lacking
    with pytest.raises(RegisterError, match="cut off"):
        load("\n".join([*rows[:9], rows[9][:40]]), confirmed=True)
    with pytest.raises(RegisterError, match=r"lacks 1 of the 10 .* no end"):
        load("\n".join(rows[:9]))
    assert load("\n".join(rows[:9]), confirmed=True) == 9


@pytest.mark.parametrize(
    "odd",
    [
        {"issued_by": "UBND tỉnh Lai Châu"},
        {"issued_by": "Sở Xây dựng - tỉnh Quảng Ngãi"},
        {"issued_by": "Trung tâm phục vụ hành chính công Thành phố Hà Nội"},
        {"type": "STANDARD_INTERNAL"},
    ],
)
def test_what_is_not_ours_stays_out_of_citizens_search(
    database: Database, province: Province, tmp_path: Path, odd: dict[str, object]
) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "Kết hôn", **odd))
    assert not unified(database, province).is_public


def test_an_entry_of_this_province_is_ours(database: Database, province: Province, tmp_path: Path) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "Kết hôn", issued_by="UBND tỉnh Thanh Hóa"))
    found = unified(database, province)
    assert found.is_public
    assert found.is_local


def test_a_procedure_that_nobody_shows_any_more_leaves_search(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", costing("Miễn phí"))
    assert unified(database, province).is_public
    publish(database, 1, "s-stp", None, NOON + timedelta(days=1))
    assert not unified(database, province).is_public


def test_a_second_run_has_nothing_to_do_and_a_later_check_is_no_change(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", costing("Miễn phí"))
    unified(database, province)
    with database.read() as connection:
        before = changes.last(connection)
    publish(database, 1, "s-stp", costing("Miễn phí"), NOON + timedelta(days=1))
    assert unify_changes(database, province, CLOCK).processed == 0
    with database.read() as connection:
        assert changes.last(connection) == before


def test_spellings_of_a_sector_are_one(database: Database, province: Province, tmp_path: Path) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "Tặng bằng khen", fields=["Thi đua – Khen thưởng"]))
    publish(database, 1, "s-stp", Procedure("Tặng bằng khen", code="1.000894", sectors=("Thi đua khen thưởng",)))
    found = unified(database, province)
    assert found.sectors == ("Thi đua, khen thưởng",)
    assert found.conflicts == 0


@pytest.mark.parametrize(
    ("full", "offline", "method", "level"),
    [
        (True, False, "ONLINE", "toan_trinh"),
        (False, True, "DIRECT", "thong_tin"),
        (False, False, "ONLINE", "mot_phan"),
        (False, False, "DIRECT", ""),
    ],
)
def test_the_registers_detail_says_the_level(
    database: Database, province: Province, tmp_path: Path, full: bool, offline: bool, method: str, level: str
) -> None:
    row = {"code": "1.000894", "name": "Kết hôn", "executionMethods": [{"submissionMethod": method}], "executionSteps": []}  # fmt: skip
    path = tmp_path / "details-2018-08-01.jsonl"
    path.write_text(json.dumps({**row, "isFullProcess": full, "isOfflineOnly": offline}), encoding="utf-8")
    import_file(database, path, clock=CLOCK)
    found = unified(database, province)
    assert found.service_level == level
    assert found.service_level_converted == bool(level)  # in 2018 there was no “toàn trình”: it is quy đổi


def test_a_store_kept_by_older_code_is_worked_out_again_once(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", costing("Miễn phí"))
    unify_changes(database, province, CLOCK)
    assert unify_changes(database, province, CLOCK).processed == 0
    with database.write() as connection:
        changes.forget(connection, "version:unify")
    assert unify_changes(database, province, CLOCK).processed == 1
    assert unify_changes(database, province, CLOCK).processed == 0


def test_what_another_worker_unified_meanwhile_is_not_overwritten(
    database: Database, province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(database, 1, "s-stp", costing("20.000 đồng"))
    worked_out, others = unify._work_out, iter([True])

    def slowly(connection: Connection, around: Around, found: Touched) -> list[store.Prepared]:
        mine = worked_out(connection, around, found)
        if next(others, False):
            publish(database, 1, "s-stp", costing("30.000 đồng"), NOON + timedelta(hours=1))
            unify_changes(database, province, CLOCK)
        return mine

    monkeypatch.setattr(unify, "_work_out", slowly)
    assert unified(database, province).fee_text == "30.000 đồng"
