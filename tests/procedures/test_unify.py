"""Many offerings and the register become one procedure, and nothing that differs is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.clock import fixed
from core.errors import RegisterError
from core.model import Channel, Duration, Fee, Paper, PaperCase, Procedure, Record
from core.site_files import load_province
from core.sites import Province
from core.states import ProcedureState
from core.unified import UnifiedProcedure
from procedures.register import import_file
from procedures.unify import unify_changes
from store import changes, matches, page_records
from store import procedures as store
from store.database import Database
from store.prepared import prepare
from store.tables import pages
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)
CLOCK = fixed(NOON)
CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def province() -> Province:
    return load_province(CONFIG, "thanhhoa")


def entry(code: str, name: str, **more: object) -> dict[str, object]:
    common = {"code": code, "name": name, "fields": ["Hộ tịch"], "agencies": ["UBND cấp xã"], "issued_by": "Bộ Tư pháp"}
    return {**common, "subjects": ["Công dân Việt Nam"], "state": "ACTIVE", "type": "STANDARD", "url": "", **more}


def register(database: Database, folder: Path, day: str, *entries: dict[str, object], confirmed: bool = False) -> None:
    path = folder / f"catalog-{day}.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in entries), encoding="utf-8")
    import_file(database, path, clock=CLOCK, province="Thanh Hóa", confirmed=confirmed)


def publish(database: Database, page: int, site: str, content: Procedure | None, at: datetime = NOON) -> None:
    with database.write() as connection:
        values = {"id": page, "site_id": site, "server": "a", "first_seen": NOON, "next_due": NOON}
        statement = insert(pages).values(url=f"http://{site}/{page}", **values).prefix_with("OR IGNORE")
        connection.execute(statement)
        items = [prepare(Record("procedure", content, key=content.code or content.name))] if content else []
        page_records.write(connection, page_records.Origin(page, site, "tthc", "generic", None, at), items)


def costing(fee: str, name: str = "Đăng ký kết hôn", code: str = "1.000894") -> Procedure:
    return Procedure(name, code=code, channels=(Channel("truc_tiep", (Duration("3 ngày", 3, "ngay", (Fee(fee),)),)),))


def unified(database: Database, province: Province, key: str = "1.000894") -> UnifiedProcedure:
    unify_changes(database, province, CLOCK)
    with database.read() as connection:
        return store.by_key(connection, [key])[key]


def test_the_registers_name_wins_and_sites_are_counted(database: Database, province: Province, tmp_path: Path) -> None:
    register(database, tmp_path, "2018-08-01", entry("1.000894", "Thủ tục đăng ký kết hôn"))
    publish(database, 1, "s-stp", costing("Miễn phí", name="ĐĂNG KÝ  KẾT HÔN"))
    publish(database, 2, "h-nongcong", costing("Miễn phí", name="Đăng ký khai sinh"))
    found = unified(database, province)
    assert (found.name, found.offered_by, found.state) == ("Thủ tục đăng ký kết hôn", 2, ProcedureState.IN_FORCE)
    assert found.fields is not None
    assert [voice.source for voice in found.fields["name"].differing] == ["h-nongcong"]
    assert [offering.differs_in for offering in found.offerings] == [("name",), ()]


def test_sites_that_disagree_are_both_kept(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", costing("50.000 đồng"))
    publish(database, 2, "h-nongcong", costing("30.000 đồng"))
    publish(database, 3, "h-quanhoa", costing("50000 đồng"))
    found = unified(database, province)
    assert found.fee_text in ("50.000 đồng", "50000 đồng")
    assert found.fields is not None
    assert [voice.value for voice in found.fields["fee_text"].differing] == ["30.000 đồng"]
    assert found.conflicts == 1


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


def test_without_any_code_name_alone_never_merges(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", Procedure("Hỗ trợ", sectors=("Đất đai",)))
    publish(database, 2, "s-stp", Procedure("Hỗ trợ", sectors=("Hộ tịch",)))
    unify_changes(database, province, CLOCK)
    with database.read() as connection:
        assert len(store.without_code(connection)) == 2


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


def test_a_level_that_differs_from_the_registers_is_kept_with_its_wording(
    database: Database, province: Province, tmp_path: Path
) -> None:
    row = {"code": "1.000894", "name": "Kết hôn", "executionMethods": [], "executionSteps": [], "isFullProcess": True}
    path = tmp_path / "details-2018-08-01.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    import_file(database, path, clock=CLOCK)
    publish(database, 1, "s-stp", Procedure("Kết hôn", code="1.000894", service_level_raw="Mức độ 3"))
    publish(database, 2, "h-nongcong", Procedure("Kết hôn", code="1.000894", service_level_raw="Mức độ 4"))
    publish(database, 3, "h-quanhoa", Procedure("Kết hôn", code="1.000894", service_level_raw="DVC chủ động mức độ 4"))
    offered = {o.site_id: o for o in unified(database, province).offerings}
    assert offered["s-stp"].differs_in == ("service_level",)
    assert offered["h-nongcong"].differs_in == ()
    assert (offered["h-nongcong"].service_level, offered["h-nongcong"].converted) == ("toan_trinh", True)
    assert (offered["h-quanhoa"].service_level, offered["h-quanhoa"].proactive_level) == ("", 4)


def row(level: str = "", code: str = "1.000894") -> Procedure:
    return Procedure("Đăng ký kết hôn", code=code, service_level_raw=level, list_only=True)


def test_a_row_of_a_list_and_the_procedures_own_page_are_one_offering(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", row("Mức độ 3"))
    publish(database, 2, "s-stp", costing("Miễn phí"))
    found = unified(database, province)
    assert [(o.url, o.list_only, o.fee_text, o.service_level_raw) for o in found.offerings] == [
        ("http://s-stp/2", False, "Miễn phí", "Mức độ 3")
    ]
    assert [page.url for page in found.offerings[0].pages] == ["http://s-stp/2", "http://s-stp/1"]
    assert found.fields is not None
    assert found.fields["name"].verified == "unverified"  # one site with two pages is one voice
    assert found.service_level_converted


def test_a_row_that_says_otherwise_than_its_own_page_is_no_disagreement(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", row("Mức độ 2"))
    publish(database, 2, "s-stp", replace(costing("Miễn phí"), service_level_raw="Mức độ 4"))
    publish(database, 3, "h-nongcong", replace(costing("Miễn phí"), service_level_raw="Mức độ 4"))
    found = unified(database, province)
    assert (found.conflicts, found.offered_by) == (0, 2)
    assert [o.service_level_raw for o in found.offerings] == ["Mức độ 4", "Mức độ 4"]


def test_two_pages_of_a_site_that_disagree_are_both_kept_and_do_not_outvote(
    database: Database, province: Province
) -> None:
    for page in (1, 2, 3):
        publish(database, page, "s-stp", costing("20.000 đồng"))
    publish(database, 4, "s-stp", costing("10.000 đồng"))
    for page, site in ((5, "h-nongcong"), (6, "h-thoxuan")):
        publish(database, page, site, costing("Miễn phí"))
    found = unified(database, province)
    assert found.fields is not None
    assert found.fee_text == "Miễn phí"
    assert sorted(v.value for v in found.fields["fee_text"].differing) == ["10.000 đồng", "20.000 đồng"]
    of_site = next(o for o in found.offerings if o.site_id == "s-stp")
    assert [page.differs_in for page in of_site.pages] == [("fee_text",)] * 4
    assert [o.differs_in for o in found.offerings if o.site_id != "s-stp"] == [(), ()]


def test_a_form_that_one_page_of_a_site_has_is_the_sites(database: Database, province: Province) -> None:
    paper = Paper("Tờ khai", form_url="http://s-stp/to-khai.doc")
    publish(database, 1, "s-stp", row())
    publish(database, 2, "s-stp", replace(costing("Miễn phí"), papers=(PaperCase((paper,)),)))
    publish(database, 3, "h-nongcong", replace(costing("Miễn phí"), papers=(PaperCase((Paper("Tờ khai"),)),)))
    assert {o.site_id: o.has_form for o in unified(database, province).offerings} == {
        "s-stp": True,
        "h-nongcong": False,
    }


def test_every_source_of_a_field_is_kept_also_those_that_agree(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", costing("Miễn phí"))
    publish(database, 2, "s-hcc", costing("Không mất phí"))
    publish(database, 3, "h-nongcong", costing("20.000 đồng"))
    found = unified(database, province)
    assert found.fields is not None
    fee = found.fields["fee_text"]
    site_of = {offering.record_id: offering.site_id for offering in found.offerings}
    assert {site_of[record_id] for record_id in fee.agreeing} == {"s-stp", "s-hcc"}
    assert [other.source for other in fee.differing] == ["h-nongcong"]


def test_what_is_each_units_own_is_agreed_upon_only_when_it_is_the_same(database: Database, province: Province) -> None:
    for page, (site, agency) in enumerate((("s-stp", "Sở Tư pháp"), ("s-hcc", "Trung tâm")), 1):
        publish(
            database, page, site, Procedure("Kết hôn", code="1.000894", agencies=(agency,), audiences=("Công dân",))
        )
    unify_changes(database, province, CLOCK)
    with database.read() as connection:
        found = store.by_code(connection, "1.000894")
    assert found is not None
    assert found.fields is not None
    agencies = found.fields["agencies"]
    assert (agencies.verified, agencies.differing, len(agencies.agreeing)) == ("own", (), 1)
    assert found.agencies == ()  # whoever asks would be sent to one of the two
    assert found.fields["audiences"].verified == "agree"


@pytest.mark.parametrize(
    ("said", "agencies", "address"),
    [
        ([("UBND huyện Nông Cống", "Nhà A")], ("UBND huyện Nông Cống",), "unverified"),
        ([("UBND cấp xã", ""), ("", "Nhà A"), ("", "")], ("UBND cấp xã",), "own"),
        ([("UBND cấp xã", "Nhà A"), ("UBND cấp xã", "nhà A"), ("Trung tâm hành chính công tỉnh", "Nhà B")],
         ("UBND cấp xã",), "unverified"),
        ([("UBND cấp xã", "Nhà A"), ("UBND huyện Nông Cống", "Nhà A"), ("Trung tâm", ""), ("Sở Tư pháp", "")], (), "own"),
    ],
    ids=["the only one", "one of three says it", "most say it", "each names itself"],
)  # fmt: skip
def test_a_unit_speaks_for_all_only_with_most_of_them(
    database: Database, province: Province, said: list[tuple[str, str]], agencies: tuple[str, ...], address: str
) -> None:
    sites = ("s-stp", "s-hcc", "h-nongcong", "h-thoxuan")
    for page, (site, (agency, place)) in enumerate(zip(sites, said, strict=False), 1):
        named = (agency,) if agency else ()
        publish(database, page, site, Procedure("Kết hôn", code="1.000894", agencies=named, address=place))
    unify_changes(database, province, CLOCK)
    with database.read() as connection:
        found = store.by_code(connection, "1.000894")
    assert found is not None
    assert found.fields is not None
    assert (found.agencies, found.fields["address"].verified) == (agencies, address)


def test_a_store_kept_by_older_code_is_worked_out_again_once(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", costing("Miễn phí"))
    unify_changes(database, province, CLOCK)
    assert unify_changes(database, province, CLOCK).processed == 0
    with database.write() as connection:
        changes.forget(connection, "version:unify")
    assert unify_changes(database, province, CLOCK).processed == 1
    assert unify_changes(database, province, CLOCK).processed == 0
