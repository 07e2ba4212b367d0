"""Pages of one site are one voice, and what voices say differently is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.model import Paper, PaperCase, Procedure
from core.sites import Province
from procedures.register import import_file
from procedures.unify import unify_changes
from store import procedures as store
from store.database import Database
from tests.procedures.conftest import CLOCK, costing, publish, unified


def test_sites_that_disagree_are_both_kept(database: Database, province: Province) -> None:
    publish(database, 1, "s-stp", costing("50.000 đồng"))
    publish(database, 2, "h-nongcong", costing("30.000 đồng"))
    publish(database, 3, "h-quanhoa", costing("50000 đồng"))
    found = unified(database, province)
    assert found.fee_text in ("50.000 đồng", "50000 đồng")
    assert found.fields is not None
    assert [voice.value for voice in found.fields["fee_text"].differing] == ["30.000 đồng"]
    assert found.conflicts == 1


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
