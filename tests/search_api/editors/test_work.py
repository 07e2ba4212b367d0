"""What editors see of their work, what they do about it, and what is logged of it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from starlette.testclient import TestClient

from core.settings import load_settings
from store.database import Database
from store.query_log import QueryLog
from tests.search_api.editors.conftest import NOW, csrf, csrf_of, finding, signed_in

pytestmark = pytest.mark.slow


def test_editors_see_what_was_asked_and_not_found(browser: TestClient, tmp_path: Path) -> None:
    signed_in(browser)
    assert "Chưa có câu hỏi nào" in browser.get("/bien-tap/thieu").text
    log = QueryLog(tmp_path / "queries.db")
    for q in ("thả diều <b>", "thả diều <b>", "tên là Nguyễn Văn An hỏi cấy tóc"):
        log.add(NOW, q, q, kind="procedure", total=0, milliseconds=1.0)
    browser.app.state.query_log = log  # type: ignore[attr-defined]
    page = browser.get("/bien-tap/thieu").text
    assert '<td>thả diều &lt;b&gt;</td><td class="n">2</td>' in page
    assert "Văn An" not in page


def test_an_editor_sees_only_what_they_can_mend(browser: TestClient, database: Database) -> None:
    signed_in(browser)
    page = browser.get("/bien-tap").text
    assert "Phí khác &lt;b&gt;" in page
    assert "ngành y" not in page
    assert "tên miền" not in page
    for rule, site in (("fee_differs", "s-syt"), ("outcome.dns", "s-stp")):
        number, _ = finding(database, rule, site)
        assert browser.get(f"/bien-tap/viec/{number}").status_code == 404
        assert (
            browser.post(f"/bien-tap/viec/{number}", data={"csrf": csrf(browser), "act": "claimed"}).status_code == 404
        )


def test_a_list_of_work_can_be_printed(browser: TestClient) -> None:
    """The tasks stand in a form, and forms are not printed: the sheet was empty."""
    signed_in(browser)
    assert '<form method="post" action="/bien-tap" class="work">' in browser.get("/bien-tap").text
    on_paper = browser.get("/static/style.css").text.partition("@media print")[2]
    assert ".offprint,.who-bar,.tick,.bar,form:not(.work){display:none}" in on_paper


def test_a_page_past_the_end_is_the_last_one(browser: TestClient) -> None:
    signed_in(browser)
    shown = browser.get("/bien-tap/viec.json?page=99").json()
    assert (shown["page"], shown["pages"], len(shown["items"])) == (1, 1, 2)
    assert "Phí khác &lt;b&gt;" in browser.get("/bien-tap?page=99").text


def test_operators_find_their_own_page(browser: TestClient) -> None:
    link = '<a href="/van-hanh">Vận hành</a>'
    signed_in(browser, "hoa")
    assert link in browser.get("/bien-tap").text
    signed_in(browser, "lan")
    assert link not in browser.get("/bien-tap").text


@pytest.mark.parametrize(("name", "rules"), [("minh", 3), ("hoa", 4)])
def test_the_lead_sees_all_sites_and_the_operator_the_faults_too(browser: TestClient, name: str, rules: int) -> None:
    signed_in(browser, name)
    assert browser.get("/bien-tap/viec.json").json()["total"] == rules


def test_an_act_is_done_logged_and_taken_back(browser: TestClient, database: Database) -> None:
    signed_in(browser)
    number, _ = finding(database, "fee_differs")
    form = {"csrf": csrf(browser), "act": "false_alarm", "text": "HĐND tỉnh quy định", "until": "2018-09-09"}
    page = browser.post(f"/bien-tap/viec/{number}", data=form)
    assert finding(database, "fee_differs")[1] == "false_alarm"
    assert "HĐND tỉnh quy định" in page.text
    assert "09/9/2018" in page.text
    back = re.search(r'name="act_id" value="(\d+)"', page.text)
    assert back is not None
    browser.post(f"/bien-tap/viec/{number}", data={"csrf": csrf(browser), "act": "undone", "act_id": back[1]})
    assert finding(database, "fee_differs")[1] == "open"
    log = browser.get("/bien-tap/nhat-ky").text
    assert "Nguyễn Thị Lan" in log
    assert "hoàn tác" in log
    assert "Phí, lệ phí khác với danh mục quốc gia 1.000894" in log, "the log says of what"
    kinds = [act["kind"] for act in browser.get(f"/bien-tap/viec/{number}.json").json()["log"]]
    assert kinds == ["undone", "false_alarm"]


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({"act": "snoozed", "until": "2018-08-01"}, "sau hôm nay"),
        ({"act": "snoozed", "until": "hôm nào"}, "Ngày chưa đúng"),
        ({"act": "false_alarm"}, "lý do"),
        ({"act": "assigned", "assignee": "999"}, "người nhận"),
        ({"act": "resolved"}, "cách xử lý"),
        ({"act": "undone", "act_id": "1"}, "hoàn tác"),
    ],
)
def test_what_cannot_be_is_said_on_the_same_page(
    browser: TestClient, database: Database, form: dict[str, str], word: str
) -> None:
    signed_in(browser)
    number, _ = finding(database, "fee_differs")
    answer = browser.post(f"/bien-tap/viec/{number}", data={"csrf": csrf(browser), **form})
    assert answer.status_code == 422
    assert word in answer.text
    assert finding(database, "fee_differs")[1] == "open"


def test_a_log_that_is_cut_says_so(browser: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(browser)
    number, _ = finding(database, "fee_differs")
    for text in ("một", "hai"):
        form = {"csrf": csrf(browser), "act": "commented", "text": text}
        browser.post(f"/bien-tap/viec/{number}", data=form)
    assert "Mọi việc đã làm" in browser.get("/bien-tap/nhat-ky").text
    monkeypatch.setattr("search_api.work_pages.MOST_ACTS", 2)
    assert "2 việc gần nhất" in browser.get("/bien-tap/nhat-ky").text


def test_what_was_typed_into_a_refused_form_stands_in_it_still(browser: TestClient, database: Database) -> None:
    signed_in(browser)
    number, _ = finding(database, "fee_differs")
    page = browser.get(f"/bien-tap/viec/{number}").text
    assert "<details open>" not in page
    form = {"csrf": csrf(browser), "act": "snoozed", "until": "2018-08-01", "text": 'chờ "HĐND"'}
    page = browser.post(f"/bien-tap/viec/{number}", data=form).text
    assert "<details open><summary>Hoãn</summary>" in page
    assert 'value="2018-08-01"' in page
    assert "chờ &#34;HĐND&#34;" in page
    assert page.count("<details open>") == 1


def test_a_claim_that_became_a_false_alarm_is_told_as_one(browser: TestClient, database: Database) -> None:
    signed_in(browser)
    number, _ = finding(database, "fee_differs")
    for form in ({"act": "claimed"}, {"act": "false_alarm", "text": "đúng", "until": "2018-09-09"}):
        browser.post(f"/bien-tap/viec/{number}", data={"csrf": csrf_of(browser, str(number)), **form})
    (shown,) = browser.get("/bien-tap/viec.json?group=false_alarm").json()["items"]
    assert shown["state_text"] == "Báo nhầm"


def test_several_findings_are_claimed_at_once(browser: TestClient, database: Database) -> None:
    signed_in(browser)
    ids = [str(finding(database, rule)[0]) for rule in ("fee_differs", "silence")]
    page = browser.post("/bien-tap", data={"csrf": csrf(browser), "act": "claimed", "id": ids})
    assert "(2 việc)" in page.text
    counts = browser.get("/bien-tap/viec.json").json()["counts"]
    assert (counts["todo"], counts["waiting"]) == (0, 2)
    assert browser.post("/bien-tap", data={"csrf": csrf_of(browser, ids[0]), "act": "claimed"}).status_code == 422


def test_exports_open_again_and_hold_only_the_editors_sites(browser: TestClient) -> None:
    signed_in(browser)
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/bien-tap/xuat/bao-cao.xlsx").content))
    assert book.sheetnames == ["Đơn vị × chuyên mục", "Việc cần làm", "Bảng điểm theo tháng"]
    units = {row[0].value for row in book["Việc cần làm"].iter_rows(min_row=5)}
    assert units == {"Sở Tư pháp"}
    document = Document(io.BytesIO(browser.get("/bien-tap/xuat/bao-cao.docx").content))
    assert any("1 trang thành phần" in paragraph.text for paragraph in document.paragraphs)
    sheet = browser.get("/bien-tap/xuat/viec-can-lam.csv").text
    assert sheet.splitlines()[0].startswith("\ufeffĐơn vị;Loại")
    assert ";'=Im lặng;" in sheet
    assert browser.get("/bien-tap/xuat/khac.xlsx").status_code == 404


def test_whoever_exports_is_told_of_links_that_lead_nowhere(browser: TestClient, monkeypatch: Any) -> None:
    signed_in(browser)
    told = "Liên kết trong các tệp dẫn đến http://127.0.0.1:8000, chỉ mở được trên chính máy chủ này"
    assert told in browser.get("/bien-tap/xuat").text
    state = browser.app.state  # type: ignore[attr-defined]
    settings = load_settings(overrides={"public_url": "https://tracuu.example.vn"})
    monkeypatch.setattr(state, "parts", replace(state.parts, settings=settings))
    assert "Liên kết trong" not in browser.get("/bien-tap/xuat").text


@pytest.mark.parametrize("role", ["lan", "minh", "hoa"])
@pytest.mark.parametrize("path", ["/bien-tap", "/bien-tap/ghep", "/bien-tap/nhat-ky", "/bien-tap/xuat", "/bien-tap/mat-khau"])  # fmt: skip
def test_every_page_of_editors_is_whole(browser: TestClient, role: str, path: str) -> None:
    signed_in(browser, role)
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "noindex" in answer.text
