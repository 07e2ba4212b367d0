"""What a site as a whole publishes: duties from decisions, rows without content, forms, links, claims, ended levels."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from scene import SITE, TODAY, Scene, moment
from sqlalchemy import select, update

from core.clock import fixed
from core.model import (
    Article,
    AttachmentText,
    Channel,
    Duration,
    Fee,
    FileLink,
    LegalDocument,
    Paper,
    PaperCase,
    Procedure,
    Record,
    StepCase,
)
from core.unified import OfferedPage, UnifiedField
from freshness import causes
from freshness.comparison import _told
from freshness.duties import concerns
from freshness.sections import NO_LIST
from freshness.texts import around, words_of
from procedures.register import import_file
from store import page_records
from store.findings import Finding
from store.prepared import prepare
from store.tables import findings as findings_table
from store.tables import pages

BIRTH = Procedure("Đăng ký khai sinh", code="1.001193", steps=(StepCase(("Nộp hồ sơ",)),))
LATER = date(2026, 11, 2)


def register(scene: Scene, folder: Path, *codes: str, **more: Any) -> None:
    day = scene.today
    common = {"name": "Đăng ký khai sinh", "fields": [], "agencies": [], "issued_by": "Bộ Tư pháp", "subjects": []}
    rows = [{**common, "state": "ACTIVE", "type": "STANDARD", "url": "", "code": code, **more} for code in codes]
    path = folder / f"catalog-{day:%Y-%m-%d}.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    import_file(scene.database, path, clock=fixed(moment(day)), province="Thanh Hóa", confirmed=True)


def detail(scene: Scene, folder: Path, **more: Any) -> None:
    row = {"code": "1.001193", "name": "Đăng ký khai sinh", "executionSteps": [], "executionMethods": [], **more}
    path = folder / f"details-{scene.today:%Y-%m-%d}.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    import_file(scene.database, path, clock=fixed(moment(scene.today)), province="Thanh Hóa")


def rows(scene: Scene, rule: str) -> list[Any]:
    with scene.database.read() as connection:
        query = select(findings_table).where(findings_table.c.rule == rule, findings_table.c.state == "open")
        return list(connection.execute(query))


def rules(scene: Scene) -> set[str]:
    return {rule for rule, _ in scene.found()}


def decide(scene: Scene, title: str, text: str, number: str = "12/QĐ-UBND", day: date = TODAY) -> None:
    document = LegalDocument(title, number=number, issued_on=day, issuer="UBND tỉnh Thanh Hóa", body=text)
    scene.record(document, "legal_docs", published=moment(day))


LIST = "Quyết định về việc công bố Danh mục thủ tục hành chính {} lĩnh vực Hộ tịch thuộc thẩm quyền giải quyết của {}"


def test_a_provincial_decision_says_what_a_unit_must_publish(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, "1.001193", "1.000894", "2.000806")
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
    told = rows(scene, "missing")[0]
    assert "Quyết định 12/QĐ-UBND ngày 09/8/2018" in told.message
    assert told.evidence["decision"].startswith("http://stp/legal_docs/"), "the decision proves the duty"
    assert scene.verdict("procedures") == ("due", "1 điểm trong phần thủ tục cần sửa.")
    decide(scene, LIST.format("bị bãi bỏ", "Sở Tư pháp"), "1.000894", "14/QĐ-UBND", TODAY + timedelta(days=1))
    scene.later(1)
    scene.visit()
    scene.check()
    assert "missing" not in rules(scene)


def test_a_list_in_the_decisions_file_counts_too(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, "1.000894")
    scene.whole_site()
    url = "http://stp/danh-muc.pdf"
    file_page = scene.page(depth=3, url=url)
    with scene.database.write() as connection:
        origin = page_records.Origin(file_page, SITE, "", "documents", None, moment(TODAY))
        item = Record("attachment", AttachmentText("danh mục", "Mã 1.000894", "application/pdf"), key="f")
        page_records.write(connection, origin, [prepare(item)])
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
    register(scene, tmp_path, "1.000894", issued_by="UBND tỉnh Nghệ An")
    scene.whole_site()
    decide(scene, LIST.format("mới", "Sở Tư pháp"), "1.000894 và 5.000001")
    scene.check()
    assert "missing" not in {rule for rule, what in scene.found() if what == "1.000894"}


@pytest.mark.parametrize(("issuer", "told"), [("UBND tỉnh Nghệ An", False), ("", True), ("UBND tỉnh Thanh Hóa", True)])
def test_what_another_province_says_binds_nobody_here(scene: Scene, tmp_path: Path, issuer: str, *, told: bool) -> None:
    register(scene, tmp_path, "1.001193", issued_by=issuer, name="Hỗ trợ người cao tuổi", agencies=[])
    scene.whole_site()
    scene.record(BIRTH)
    scene.check()
    assert rules(scene) == ({"name_differs"} if told else set())


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
    assert "list_only" not in rules(scene)
    scene.record(replace(ROW, code="1.000894"), day=TODAY - timedelta(days=9))
    scene.record(replace(BIRTH, code="1.000894"))
    scene.check()
    assert "list_only" not in rules(scene)


def test_a_row_is_enough_since_procedures_are_integrated_from_the_national_portal(scene: Scene) -> None:
    scene.today = LATER
    scene.whole_site()
    scene.record(ROW, day=LATER - timedelta(days=9))
    scene.check()
    assert "list_only" not in rules(scene)


def form(url: str, name: str = "Mẫu số 01 tờ khai") -> Paper:
    return Paper("Tờ khai", form_name=name, form_url=url)


def attachment(scene: Scene, url: str, digest: str) -> int:
    page = scene.page(depth=3, url=url, body_digest=digest)
    with scene.database.write() as connection:
        origin = page_records.Origin(page, SITE, "", "documents", None, moment(scene.today))
        item = Record("attachment", AttachmentText(url, digest, "application/pdf"), key="f")
        page_records.write(connection, origin, [prepare(item)])
    return page


def test_two_files_under_one_name_are_a_double_form(scene: Scene) -> None:
    scene.whole_site()
    attachment(scene, "http://stp/a.docx", "a")
    attachment(scene, "http://stp/b.docx", "b")
    scene.record(replace(BIRTH, papers=(PaperCase((form("http://stp/a.docx"), form("http://stp/b.docx"))),)))
    scene.check()
    assert ("form_double", "1.001193") in scene.found()


@pytest.mark.parametrize(("name", "digests"), [("Tải về", "ab"), ("Mẫu số 01 tờ khai", "aa")])
def test_a_common_word_or_the_same_file_twice_is_no_double_form(scene: Scene, name: str, digests: str) -> None:
    scene.whole_site()
    attachment(scene, "http://stp/a.docx", digests[0])
    attachment(scene, "http://stp/b.docx", digests[1])
    papers = (form("http://stp/a.docx", name), form("http://stp/b.docx", name))
    scene.record(replace(BIRTH, papers=(PaperCase(papers),)))
    scene.check()
    assert "form_double" not in rules(scene)


@pytest.mark.parametrize("outcome", ["blocked", "tls", "timeout", "http_5xx", "robots"])
def test_a_form_behind_a_fire_wall_is_not_called_dead(scene: Scene, outcome: str) -> None:
    scene.whole_site()
    scene.page(depth=3, outcome=outcome, url="http://stp/mau.docx")
    scene.record(replace(BIRTH, papers=(PaperCase((form("http://stp/mau.docx"),)),)))
    scene.check()
    assert "form_dead" not in rules(scene)


@pytest.mark.parametrize(
    ("day", "body", "claimed"),
    [
        (date(2018, 9, 14), "Áp dụng TCVN ISO 9001:2008", False),
        (date(2018, 9, 17), "Áp dụng TCVN ISO 9001:2008", True),
        (date(2018, 9, 17), "Chuyển từ ISO 9001:2008 sang ISO 9001:2015", False),
    ],
)
def test_a_certificate_that_ended_is_claimed_by_a_standing_page_only(
    scene: Scene, day: date, body: str, claimed: bool
) -> None:
    scene.today = day
    scene.whole_site()
    scene.record(Article("Chính sách chất lượng", body=body), "about")
    scene.record(Article("Tin năm 2015", body="Nhận chứng chỉ ISO 9001:2008"), "news", published=moment(TODAY))
    scene.check()
    assert ("iso_2008" in rules(scene)) == claimed
    assert len(rows(scene, "iso_2008")) == int(claimed)


def test_a_level_that_ended_is_named_with_the_communes_that_took_over(scene: Scene) -> None:
    scene.today = LATER
    scene.whole_site()
    scene.record(replace(BIRTH, steps=(StepCase(("Nộp tại Ủy ban nhân dân huyện Nông Cống",)),)))
    scene.check()
    found = rows(scene, "obsolete_term")
    assert [row.evidence["extinct_tier"] for row in found] == ["Cấp huyện"]
    assert "xã Nông Cống" in found[0].message
    assert "địa bàn huyện Nông Cống cũ" in found[0].message


def test_the_same_words_before_the_level_ended_are_right(scene: Scene) -> None:
    scene.today = date(2025, 6, 30)
    scene.whole_site()
    scene.record(replace(BIRTH, steps=(StepCase(("Nộp tại Ủy ban nhân dân huyện Nông Cống",)),)))
    scene.check()
    assert "obsolete_term" not in rules(scene)


def papers_of(*names: str) -> dict[str, Any]:
    parts = [{"name": name, "originalQty": 1, "copyQty": 0} for name in names]
    return {"executionCases": [{"name": "", "profileComponents": parts}]}


def test_papers_are_compared_by_what_they_are_and_not_by_the_wording(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, "1.001193")
    detail(scene, tmp_path, **papers_of("Giấy chứng sinh (bản chính)", "Tờ khai đăng ký khai sinh theo mẫu"))
    scene.whole_site()
    page = scene.page("procedures", depth=2)
    same = (Paper("Giấy chứng sinh"), Paper("Tờ khai đăng ký khai sinh"))
    scene.record(replace(BIRTH, papers=(PaperCase(same),)), page=page)
    scene.check()
    assert "papers_differ" not in rules(scene)
    scene.record(replace(BIRTH, papers=(PaperCase((*same[:1], Paper("Sổ hộ khẩu gia đình"))),)), page=page)
    scene.check()
    found = rows(scene, "papers_differ")[0]
    assert "thiếu “Tờ khai đăng ký khai sinh theo mẫu”" in found.message
    assert "thừa “Sổ hộ khẩu gia đình”" in found.message
    assert "Sổ hộ khẩu gia đình" in found.evidence["page"]


@pytest.mark.parametrize(
    ("number", "differs"), [("1872/QĐ-BTP", False), ("1999/QĐ-BTP", True), ("3501/QĐ-UBND", False)]
)
def test_decisions_of_one_issuer_must_agree(scene: Scene, tmp_path: Path, number: str, differs: bool) -> None:
    register(scene, tmp_path, "1.001193")
    detail(scene, tmp_path, procedureProposal={"proposalNumber": "1872/QĐ-BTP", "decisionDate": 1_500_000_000_000})
    scene.whole_site()
    scene.record(replace(BIRTH, decision_number=number))
    scene.check()
    assert ("decision_differs" in rules(scene)) == differs


def test_a_procedure_between_agencies_is_not_for_citizens(scene: Scene) -> None:
    scene.whole_site()
    scene.record(replace(BIRTH, code="5.000123"))
    scene.check()
    assert ("internal_code", "5.000123") in scene.found()


def test_a_row_and_a_page_with_one_error_are_one_finding(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, "1.000894")
    scene.whole_site()
    scene.record(BIRTH)
    scene.record(ROW)
    scene.check()
    assert len(rows(scene, "extra")) == 1
    assert len(rows(scene, "extra")[0].evidence["also_on"]) == 1


def test_a_template_that_changed_on_a_whole_family_is_one_finding() -> None:
    found = [Finding("template_changed", f"s-{n}", "đổi") for n in range(4)]
    families = {f"s-{n}": "tandan" for n in range(6)}
    merged = causes.of_family(found, families)
    assert [item.site_id for item in merged] == ["s-0"]
    assert merged[0].evidence["sites"] == ["s-0", "s-1", "s-2", "s-3"]
    assert len(causes.of_family(found[:2], families)) == 2


def absent(scene: Scene, url: str, since: date) -> None:
    with scene.database.write() as connection:
        values = {"outcome": "gone", "absent_since": moment(since)}
        connection.execute(update(pages).where(pages.c.url == url).values(**values))


def test_a_form_that_went_with_its_procedure_is_not_called_dead(scene: Scene) -> None:
    scene.whole_site()
    scene.page(depth=3, url="http://stp/mau.docx")
    page = scene.page("procedures", depth=2)
    scene.record(replace(BIRTH, papers=(PaperCase((form("http://stp/mau.docx"),)),)), page=page)
    absent(scene, "http://stp/mau.docx", TODAY + timedelta(days=1))
    scene.later(1)
    scene.visit()
    scene.check()
    assert "form_dead" not in rules(scene)  # the page was not seen since: it may be gone too
    with scene.database.write() as connection:
        connection.execute(update(pages).where(pages.c.id == page).values(last_good=moment(scene.today)))
    scene.check()
    assert "form_dead" in rules(scene)


def test_a_form_that_changed_with_its_page_was_announced(scene: Scene) -> None:
    scene.whole_site()
    file_page = attachment(scene, "http://stp/a.docx", "a")
    page = scene.page("procedures", depth=2)
    papers = (PaperCase((form("http://stp/a.docx"),)),)
    scene.record(replace(BIRTH, papers=papers), page=page)
    scene.later(3)
    scene.visit()
    with scene.database.write() as connection:
        origin = page_records.Origin(file_page, SITE, "", "documents", None, moment(scene.today))
        item = Record("attachment", AttachmentText("a", "b", "application/pdf"), key="f")
        page_records.write(connection, origin, [prepare(item)])
    scene.check()
    assert "form_changed" in rules(scene)
    scene.record(replace(BIRTH, papers=papers, requirements="Mẫu mới"), page=page)
    scene.check()
    assert "form_changed" not in rules(scene)


def test_only_words_of_the_page_are_read_for_old_terms_and_quoted_whole() -> None:
    channel = Channel(
        "truc_tiep", (Duration("5 ngày làm việc", 5.0, "ngay_lam_viec", (Fee("Không"),)),), "tại bộ phận một cửa"
    )
    assert list(words_of((channel,))) == ["5 ngày làm việc", "Không", "tại bộ phận một cửa"]
    text = "Nộp hồ sơ tại Ủy ban nhân dân cấp huyện nơi cư trú"
    assert around(text, text.find("cấp huyện"), 12) == "ban nhân dân cấp huyện nơi"
    assert around(text, 0, 3) == "Nộp"


def test_a_level_is_told_by_its_label_and_kept_as_the_store_has_it() -> None:
    page = OfferedPage("http://x", 1, moment(TODAY), moment(TODAY), service_level_raw="Mức độ 3", converted=True)
    found = _told("service_level", "mot_phan", UnifiedField("toan_trinh", "register", moment(TODAY)), page)
    assert found == {
        "page": "Mức độ 3",
        "register": "toan_trinh",
        "told": "trang ghi “Mức độ 3”, quy đổi là “Trực tuyến một phần”, danh mục quốc gia ghi “Trực tuyến toàn trình”.",
    }
