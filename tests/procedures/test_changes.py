"""A new register snapshot tells what it changed: added, amended with both values, withdrawn, replaced by."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from core.clock import fixed
from procedures.register import import_file
from store import register, register_changes
from store.database import Database
from store.register_changes import Change, ChangeFilter
from tests.procedures.conftest import entry

CLOCK = fixed(datetime(2026, 11, 2, 5, tzinfo=UTC))


def snapshot(database: Database, folder: Path, day: str, *entries: dict[str, object]) -> None:
    path = folder / f"catalog-{day}.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in entries), encoding="utf-8")
    import_file(database, path, clock=CLOCK, confirmed=True)


def details(database: Database, folder: Path, day: str, fee: int) -> None:
    method = {"submissionMethod": "OFFLINE", "processingTime": 3, "processingTimeUnit": "WORKING_DAY"}
    fees = [{"type": "FEE", "value": fee, "description": ""}]
    row = {"code": "1.001193", "name": "Đăng ký khai sinh", "executionMethods": [{**method, "fees": fees}], "executionSteps": []}  # fmt: skip
    path = folder / f"details-{day}.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    import_file(database, path, clock=CLOCK)


def log(database: Database, **wanted: object) -> list[Change]:
    with database.read() as connection:
        return register_changes.listed(connection, ChangeFilter(**wanted))  # type: ignore[arg-type]


def told(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.code, change.kind) for change in changes]


def test_the_first_snapshot_is_the_beginning_and_no_news(database: Database, tmp_path: Path) -> None:
    snapshot(database, tmp_path, "2026-10-01", entry("1.001193"))
    assert log(database) == []


def test_a_register_that_is_again_as_it_was_is_news(database: Database, tmp_path: Path) -> None:
    both = entry("1.001193"), entry("1.000894", "Kết hôn")
    snapshot(database, tmp_path, "2026-10-01", *both)
    snapshot(database, tmp_path, "2026-10-02", both[0])
    for _ in range(2):  # the second time it is the same file of the same day
        snapshot(database, tmp_path, "2026-10-03", *both)
    snapshot(database, tmp_path, "2026-10-01", *both)  # an old file, imported again, says nothing about today
    assert told(log(database)) == [("1.000894", "withdrawn"), ("1.000894", "added")]
    with database.read() as connection:
        assert [s.as_of.day for s in register.snapshots(connection)] == [3, 2, 1]


def test_files_that_say_the_same_every_night_change_nothing(database: Database, tmp_path: Path) -> None:
    both = entry("1.001193"), entry("1.000894", "Kết hôn")
    snapshot(database, tmp_path, "2026-10-01", both[0])
    for day in ("2026-10-02", "2026-10-03", "2026-10-04"):
        snapshot(database, tmp_path, day, *both)
        details(database, tmp_path, day, 8000)
    snapshot(database, tmp_path, "2026-10-05", both[0])
    for day in ("2026-10-06", "2026-10-07"):  # what came back stays
        snapshot(database, tmp_path, day, *both)
        details(database, tmp_path, day, 8000)
    with database.read() as connection:
        known = sorted((s.as_of.day, s.complete) for s in register.snapshots(connection))
    assert known == [(1, True), (2, False), (2, True), (5, True), (6, True)]


def test_an_old_file_without_a_day_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "catalog.jsonl"
    path.write_text(json.dumps(entry("1.001193")), encoding="utf-8")
    import_file(database, path, clock=fixed(datetime(2026, 10, 1, 5, tzinfo=UTC)))
    snapshot(database, tmp_path, "2026-10-02", entry("1.000894", "Kết hôn"))
    assert import_file(database, path, clock=CLOCK).unchanged
    assert not import_file(database, path, clock=CLOCK, as_of=date(2026, 10, 3), confirmed=True).unchanged


def test_added_amended_and_withdrawn_are_told_with_both_values(database: Database, tmp_path: Path) -> None:
    snapshot(database, tmp_path, "2026-10-01", entry("1.001193"), entry("1.000894", "Kết hôn"), entry("1.000001", "A"))
    snapshot(
        database, tmp_path, "2026-11-01", entry("1.001193", agencies=["UBND cấp xã", "Sở Tư pháp"]),
        entry("1.000001", "A"), entry("1.000002", "Giám hộ"),
    )  # fmt: skip
    found = log(database)
    assert told(found) == [("1.000002", "added"), ("1.001193", "amended"), ("1.000894", "withdrawn")]
    assert [(f.field, f.old, f.new) for f in found[1].fields] == [
        ("agencies", ["UBND cấp xã"], ["UBND cấp xã", "Sở Tư pháp"])
    ]
    assert found[0].as_of == date(2026, 11, 1)


def test_a_code_that_gives_its_name_to_a_new_one_is_replaced_by_it(database: Database, tmp_path: Path) -> None:
    snapshot(database, tmp_path, "2026-10-01", entry("1.001193", "Thủ tục đăng ký khai sinh"))
    snapshot(database, tmp_path, "2026-11-01", entry("2.001193", "Đăng ký khai sinh"))
    found = {change.code: change for change in log(database)}
    assert (found["1.001193"].kind, found["1.001193"].replaced_by) == ("replaced", ("2.001193",))
    assert found["2.001193"].kind == "added"


def test_two_possible_heirs_are_none(database: Database, tmp_path: Path) -> None:
    snapshot(database, tmp_path, "2026-10-01", entry("1.001193"))
    snapshot(database, tmp_path, "2026-11-01", entry("2.000001"), entry("2.000002"))
    assert ("1.001193", "withdrawn") in told(log(database))


def test_details_are_compared_with_details(database: Database, tmp_path: Path) -> None:
    details(database, tmp_path, "2026-09-01", 50_000)
    snapshot(database, tmp_path, "2026-10-01", entry("1.001193"))
    details(database, tmp_path, "2026-11-01", 80_000)
    found = log(database)
    assert told(found) == [("1.001193", "amended")]
    assert [(f.field, f.old, f.new) for f in found[0].fields] == [("fee_text", "50.000 đồng", "80.000 đồng")]


def test_spelling_alone_is_no_change(database: Database, tmp_path: Path) -> None:
    snapshot(database, tmp_path, "2026-10-01", entry("1.001193", "Đăng ký khai sinh"))
    snapshot(database, tmp_path, "2026-11-01", entry("1.001193", "Thủ tục  đăng ký khai sinh."))
    assert log(database) == []


def test_a_snapshot_that_comes_late_is_told_in_its_place(database: Database, tmp_path: Path) -> None:
    snapshot(database, tmp_path, "2026-09-01", entry("1.001193"))
    snapshot(database, tmp_path, "2026-11-01", entry("1.001193"), entry("1.000894", "Kết hôn"))
    assert [(c.code, c.as_of) for c in log(database)] == [("1.000894", date(2026, 11, 1))]
    snapshot(database, tmp_path, "2026-10-01", entry("1.000894", "Kết hôn"), entry("1.001193"))
    assert [(c.code, c.as_of) for c in log(database)] == [("1.000894", date(2026, 10, 1))]


def test_changes_are_asked_for_by_sector_agency_code_day_and_place_in_the_log(
    database: Database, tmp_path: Path
) -> None:
    snapshot(database, tmp_path, "2026-09-01", entry("1.001193"))
    added = entry("1.000894", "Kết hôn"), entry("1.000002", "Cấp sổ", fields=["Đất đai"], agencies=["Sở NN&MT"])
    snapshot(database, tmp_path, "2026-10-01", entry("1.001193"), *added)
    assert told(log(database, sector="đất  ĐAI")) == [("1.000002", "added")]
    assert told(log(database, agency="UBND cấp xã")) == [("1.000894", "added")]
    assert told(log(database, code="1.000894")) == [("1.000894", "added")]
    assert log(database, since=date(2026, 10, 2)) == []
    first = log(database, limit=1)[0]
    assert told(log(database, after=first.id)) == [("1.000894", "added")]
    assert log(database, kind="withdrawn") == []
