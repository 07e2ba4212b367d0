"""What pages say is compared with the register, field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from scene import BIRTH, SITE, TODAY, Scene, costing, detail, moment, register

from core.clock import fixed
from core.model import Paper, PaperCase
from core.unified import OfferedPage, UnifiedField
from freshness.comparison import _told
from procedures.unify import unify_changes
from store import matches


def papers_of(*names: str) -> dict[str, Any]:
    parts = [{"name": name, "originalQty": 1, "copyQty": 0} for name in names]
    return {"executionCases": [{"name": "", "profileComponents": parts}]}


def test_papers_are_compared_by_what_they_are_and_not_by_the_wording(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path, **papers_of("Giấy chứng sinh (bản chính)", "Tờ khai đăng ký khai sinh theo mẫu"))
    scene.whole_site()
    page = scene.page("procedures", depth=2)
    same = (Paper("Giấy chứng sinh"), Paper("Tờ khai đăng ký khai sinh"))
    scene.record(replace(BIRTH, papers=(PaperCase(same),)), page=page)
    scene.check()
    assert "papers_differ" not in scene.rules()
    scene.record(replace(BIRTH, papers=(PaperCase((*same[:1], Paper("Sổ hộ khẩu gia đình"))),)), page=page)
    scene.check()
    found = scene.open("papers_differ")[0]
    assert "thiếu “Tờ khai đăng ký khai sinh theo mẫu”" in found.message
    assert "thừa “Sổ hộ khẩu gia đình”" in found.message
    assert "Sổ hộ khẩu gia đình" in found.evidence["page"]


@pytest.mark.parametrize(
    ("number", "differs"), [("1872/QĐ-BTP", False), ("1999/QĐ-BTP", True), ("3501/QĐ-UBND", False)]
)
def test_decisions_of_one_issuer_must_agree(scene: Scene, tmp_path: Path, number: str, differs: bool) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path, procedureProposal={"proposalNumber": "1872/QĐ-BTP", "decisionDate": 1_500_000_000_000})
    scene.whole_site()
    scene.record(replace(BIRTH, decision_number=number))
    scene.check()
    assert ("decision_differs" in scene.rules()) == differs


def test_a_level_is_told_by_its_label_and_kept_as_the_store_has_it() -> None:
    page = OfferedPage("http://x", 1, moment(TODAY), moment(TODAY), service_level_raw="Mức độ 3", converted=True)
    found = _told("service_level", "mot_phan", UnifiedField("toan_trinh", "register", moment(TODAY)), page)
    assert found == {
        "page": "Mức độ 3",
        "register": "toan_trinh",
        "told": "trang ghi “Mức độ 3”, quy đổi là “Trực tuyến một phần”, danh mục quốc gia ghi “Trực tuyến toàn trình”.",
    }


def test_withdrawn_and_extra_need_a_complete_register(scene: Scene, tmp_path: Path) -> None:
    scene.whole_site()
    scene.record(BIRTH)
    scene.record(replace(BIRTH, code="1.999999"))
    scene.check()
    assert not {rule for rule, _ in scene.found()} & {"withdrawn", "extra"}
    register(scene, tmp_path, TODAY - timedelta(days=9), "1.001193", "1.000894")
    register(scene, tmp_path, TODAY, "1.000894")
    scene.check()
    assert scene.found() >= {("withdrawn", "1.001193"), ("extra", "1.999999")}


def test_what_a_unit_must_publish_and_does_not_is_missing_only_with_a_list(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193", "1.000894")
    scene.whole_site()
    scene.record(BIRTH)
    scene.check()
    assert "missing" not in {rule for rule, _ in scene.found()}
    scene.check(replace(scene.province.site(SITE), expected_codes=("1.001193", "1.000894")))
    assert ("missing", "1.000894") in scene.found()
    assert ("missing", "1.001193") not in scene.found()


@pytest.mark.parametrize(
    "title", ["Xoá đăng ký thường trú", "XÓA ĐĂNG KÝ THƯỜNG TRÚ.", "Thủ tục: Xóa đăng ký thường trú", "1. Xóa đăng ký thường trú"]
)  # fmt: skip
def test_what_is_shown_without_its_code_is_not_missing_for_its_spelling(
    scene: Scene, tmp_path: Path, title: str
) -> None:
    register(scene, tmp_path, TODAY, "1.003197", name="Xóa đăng ký thường trú")
    scene.whole_site()
    scene.record(replace(BIRTH, name=title, code=""))
    scene.check(replace(scene.province.site(SITE), expected_codes=("1.003197",)))
    assert "missing" not in scene.rules()


def test_a_row_and_its_page_are_one_in_any_spelling(scene: Scene) -> None:
    scene.whole_site()
    earlier = TODAY - timedelta(days=9)
    scene.record(replace(BIRTH, name="1. Xoá đăng ký thường trú", code="", steps=(), list_only=True), day=earlier)
    scene.record(replace(BIRTH, name="Thủ tục xóa đăng ký thường trú", code=""), day=earlier)
    scene.check()
    assert "list_only" not in scene.rules()


def test_a_fee_and_a_time_that_differ_from_the_register_are_findings_with_both_texts(
    scene: Scene, tmp_path: Path
) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    scene.record(costing("80.000 đồng", 5))
    scene.check()
    assert scene.found() >= {("fee_differs", "1.001193"), ("time_differs", "1.001193")}
    (fee,) = scene.open("fee_differs")
    assert "80.000" in fee.evidence["page"]
    assert "50" in fee.evidence["register"]


def test_the_same_fee_in_other_words_is_no_finding(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    scene.record(costing("50000 đ", 3))
    scene.check()
    assert not {rule for rule, _ in scene.found()} & {"fee_differs", "time_differs", "name_differs"}


def test_codes_that_help_nobody_are_findings(scene: Scene) -> None:
    scene.whole_site()
    scene.record(replace(BIRTH, code="", old_code="T-THA-123456-TT"))
    scene.record(replace(BIRTH, code=""))
    scene.record(BIRTH)
    scene.record(BIRTH)
    scene.check()
    assert scene.found() >= {("old_code", ""), ("no_code", ""), ("duplicate", "1.001193")}


def match(scene: Scene, act: str = "confirm") -> None:
    """What a person decides at /bien-tap about the one proposal."""
    unify_changes(scene.database, scene.province, fixed(moment(scene.today)))
    with scene.database.write() as connection:
        if act == "undo":
            matches.undo(connection, 1, "lan", moment(scene.today))
        else:
            matches.decide(connection, 1, "confirm", "lan", moment(scene.today))


def test_a_match_that_a_person_confirmed_is_compared_field_by_field(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    scene.record(replace(costing("80.000 đồng", 3), code=""))
    scene.check()
    assert ("fee_differs", "1.001193") not in scene.found()
    match(scene)
    scene.check()
    assert scene.found() >= {("fee_differs", "1.001193"), ("no_code", "")}
    match(scene, "undo")
    scene.check()
    assert ("fee_differs", "1.001193") not in scene.found()


def test_a_page_without_code_whose_match_is_withdrawn_is_told(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY - timedelta(days=9), "1.001193")
    scene.whole_site()
    scene.record(replace(costing("80.000 đồng", 3), code=""))
    match(scene)
    scene.check()
    assert ("withdrawn", "1.001193") not in scene.found()
    register(scene, tmp_path, TODAY, "1.000894")
    scene.check()
    assert ("withdrawn", "1.001193") in scene.found()


def test_a_matched_page_beside_one_with_the_code_is_a_duplicate(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    scene.whole_site()
    scene.record(costing("80.000 đồng", 3))
    scene.record(replace(costing("80.000 đồng", 3), code=""))
    scene.check()
    assert ("duplicate", "1.001193") not in scene.found()
    match(scene)
    scene.check()
    assert ("duplicate", "1.001193") in scene.found()
