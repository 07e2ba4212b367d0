"""What a unit must publish: decisions bind it, and a row of a list is not always enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from scene import BIRTH, LATER, TODAY, Scene, moment, register

from core.model import FileLink, LegalDocument
from freshness.duties import concerns
from freshness.sections import NO_LIST


def decide(scene: Scene, title: str, text: str, number: str = "12/QĐ-UBND", day: date = TODAY) -> None:
    document = LegalDocument(title, number=number, issued_on=day, issuer="UBND tỉnh Thanh Hóa", body=text)
    scene.record(document, "legal_docs", published=moment(day))


LIST = "Quyết định về việc công bố Danh mục thủ tục hành chính {} lĩnh vực Hộ tịch thuộc thẩm quyền giải quyết của {}"


def test_a_provincial_decision_says_what_a_unit_must_publish(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193", "1.000894", "2.000806")
    scene.whole_site()
    scene.record(BIRTH)
    report = scene.check()
    assert report.without_duty == 48
    assert "48 sites (100%) have no list" in str(report)
    assert scene.verdict("procedures") == ("fresh", f"Các thủ tục khớp với danh mục quốc gia. {NO_LIST}")
    decide(scene, LIST.format("mới ban hành", "Sở Tư pháp tỉnh Thanh Hóa"), "1. 1.001193; 2. 1.000894")
    decide(scene, LIST.format("sửa đổi", "Sở Y tế tỉnh Thanh Hóa"), "2.000806", "13/QĐ-UBND")
    report = scene.check()
    assert report.without_duty == 46
    assert {(rule, what) for rule, what in scene.found() if rule == "missing"} == {("missing", "1.000894")}
    told = scene.open("missing")[0]
    assert "Quyết định 12/QĐ-UBND ngày 09/8/2018" in told.message
    assert told.evidence["decision"].startswith("http://stp/legal_docs/"), "the decision proves the duty"
    assert scene.verdict("procedures") == ("due", "1 điểm trong phần thủ tục cần sửa.")
    decide(scene, LIST.format("bị bãi bỏ", "Sở Tư pháp"), "1.000894", "14/QĐ-UBND", TODAY + timedelta(days=1))
    scene.later(1)
    scene.visit()
    scene.check()
    assert "missing" not in scene.rules()


def test_a_list_in_the_decisions_file_counts_too(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.000894")
    scene.whole_site()
    url = "http://stp/danh-muc.pdf"
    scene.attachment(url, "Mã 1.000894")
    document = LegalDocument(LIST.format("mới", "Sở Tư pháp"), number="12/QĐ-UBND", issued_on=TODAY)
    scene.record(document, "legal_docs", published=moment(TODAY), files=(FileLink(url, "Danh mục"),))
    scene.check()
    assert ("missing", "1.000894") in scene.found()


@pytest.mark.parametrize(
    ("unit", "owner", "kind", "bound"),
    [
        ("so tu phap tinh thanh hoa", "Sở Tư pháp", "department", True),
        ("so tu phap tinh thanh hoa", "Sở Y tế", "department", False),
        ("ubnd cap xa tinh thanh hoa", "UBND xã Nông Cống", "commune", True),
        ("ui ban nhan dan cap huien", "UBND huyện Nông Cống", "district", True),
        ("ui ban nhan dan cap huien", "UBND xã Nông Cống", "commune", False),
    ],
)
def test_a_decision_binds_the_unit_it_names(unit: str, owner: str, kind: str, bound: bool) -> None:
    assert concerns(unit, owner, kind) is bound


def test_what_is_internal_or_another_provinces_is_never_missing(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.000894", issued_by="UBND tỉnh Nghệ An")
    scene.whole_site()
    decide(scene, LIST.format("mới", "Sở Tư pháp"), "1.000894 và 5.000001")
    scene.check()
    assert "missing" not in {rule for rule, what in scene.found() if what == "1.000894"}


@pytest.mark.parametrize(("issuer", "told"), [("UBND tỉnh Nghệ An", False), ("", True), ("UBND tỉnh Thanh Hóa", True)])
def test_what_another_province_says_binds_nobody_here(scene: Scene, tmp_path: Path, issuer: str, *, told: bool) -> None:
    register(scene, tmp_path, TODAY, "1.001193", issued_by=issuer, name="Hỗ trợ người cao tuổi", agencies=[])
    scene.whole_site()
    scene.record(BIRTH)
    scene.check()
    assert scene.rules() == ({"name_differs"} if told else set())


ROW = replace(BIRTH, steps=(), list_only=True)


def test_a_row_without_content_is_a_finding_where_the_site_itself_must_show_it(scene: Scene) -> None:
    scene.whole_site()
    scene.record(ROW, day=TODAY - timedelta(days=9))
    scene.check()
    assert ("list_only", "1.001193") in scene.found()


def test_a_row_is_enough_when_the_page_stands_elsewhere_or_was_just_found(scene: Scene) -> None:
    scene.whole_site()
    scene.record(ROW, day=TODAY - timedelta(days=1))
    scene.check()
    assert "list_only" not in scene.rules()
    scene.record(replace(ROW, code="1.000894"), day=TODAY - timedelta(days=9))
    scene.record(replace(BIRTH, code="1.000894"))
    scene.check()
    assert "list_only" not in scene.rules()


def test_a_row_is_enough_since_procedures_are_integrated_from_the_national_portal(scene: Scene) -> None:
    scene.today = LATER
    scene.whole_site()
    scene.record(ROW, day=LATER - timedelta(days=9))
    scene.check()
    assert "list_only" not in scene.rules()


def test_a_procedure_between_agencies_is_not_for_citizens(scene: Scene) -> None:
    scene.whole_site()
    scene.record(replace(BIRTH, code="5.000123"))
    scene.check()
    assert ("internal_code", "5.000123") in scene.found()


def test_a_row_and_a_page_with_one_error_are_one_finding(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.000894")
    scene.whole_site()
    scene.record(BIRTH)
    scene.record(ROW)
    scene.check()
    assert len(scene.open("extra")) == 1
    assert len(scene.open("extra")[0].evidence["also_on"]) == 1
