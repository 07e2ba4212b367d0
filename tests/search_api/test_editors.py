"""`/bien-tap`: who may come in, what they may do, and that no other page can do it for them."""

from __future__ import annotations

import html
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from core.clock import fixed
from core.settings import load_settings
from core.site_files import load_province
from core.states import Verdict
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.searcher import Searcher
from search_api.app import AppParts, create_app
from search_api.match_pages import MOST
from search_api.signed_in import COOKIE
from store import accounts, findings, matches, sessions, verdicts
from store.accounts import NewAccount, Role
from store.database import Database, open_database
from store.findings import Finding
from store.matches import Proposal
from store.query_log import QueryLog
from store.tables import findings as findings_table
from store.verdicts import Judged
from tests.shared import new_store, vocabulary

pytestmark = pytest.mark.slow

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOW = datetime(2018, 8, 9, 1, 0, tzinfo=UTC)
PASSWORD = "bốn từ dễ nhớ"
FOUND = (
    Finding("fee_differs", "s-stp", "Phí khác <b>", code="1.000894", evidence={"page": "10.000", "register": "Miễn phí"}),
    Finding("silence", "s-stp", "=Im lặng", section="news"),
    Finding("fee_differs", "s-syt", "Phí của ngành y", code="1.000001"),
    Finding("outcome.dns", "s-stp", "Không tìm thấy tên miền"),
)  # fmt: skip
PEOPLE = (
    NewAccount("lan", "Nguyễn Thị Lan", Role.EDITOR, ("s-stp",)),
    NewAccount("minh", "Lê Văn Minh", Role.LEAD),
    NewAccount("hoa", "Trần Hoa", Role.OPERATOR),
)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store made once: hashing three passwords is slow on purpose."""
    file = tmp_path_factory.mktemp("editors") / "store.db"
    made = new_store(file)
    with made.write() as connection:
        findings.replace(connection, FOUND, [], NOW)
        judged = [Judged("s-stp", Verdict.DUE, "x", "Lý do", section) for section in ("", "news")]
        verdicts.replace(connection, judged, NOW, NOW.date())
        for person in PEOPLE:
            accounts.add(connection, person, PASSWORD, NOW)
    made.close()
    return file


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(seeded, tmp_path / "store.db")
    made = open_database(tmp_path / "store.db")
    yield made
    made.close()


@pytest.fixture(scope="session")
def app(seeded: Path, archive: Any, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Putting the application together takes longer than most tests do: each gets its own store (`browser`)."""
    searcher = Searcher(EmbeddedGenerations(tmp_path_factory.mktemp("index")), vocabulary(), clock=fixed(NOW))
    province = load_province(CONFIG, "thanhhoa")
    return create_app(AppParts(open_database(seeded), searcher, province, load_settings(), fixed(NOW), archive, CONFIG))


@pytest.fixture
def browser(app: FastAPI, database: Database) -> Iterator[TestClient]:
    app.state.parts = replace(app.state.parts, database=database)
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def sign_in(browser: TestClient, name: str = "lan", password: str = PASSWORD) -> int:
    form = {"name": name, "password": password}
    return browser.post("/bien-tap/dang-nhap", data=form, follow_redirects=False).status_code


def signed_in(browser: TestClient, name: str = "lan") -> None:
    """As the form leaves a browser, without waiting for a hash."""
    assert isinstance(browser.app, FastAPI)
    with browser.app.state.parts.database.write() as connection:
        token = sessions.begin(connection, accounts.by_name(connection, name), NOW, 8)
    browser.cookies.set(COOKIE, token, path="/bien-tap")


def csrf(browser: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/bien-tap").text)
    assert found is not None
    return html.unescape(found[1])


def finding(database: Database, rule: str, site: str = "s-stp") -> tuple[int, str]:
    query = select(findings_table.c.id, findings_table.c.state)
    with database.read() as connection:
        row = connection.execute(query.where(findings_table.c.rule == rule, findings_table.c.site_id == site)).one()
        return row.id, row.state


@pytest.mark.parametrize(
    "path", ["/bien-tap", "/bien-tap/ghep", "/bien-tap/thieu", "/bien-tap/nhat-ky", "/bien-tap/xuat/bao-cao.xlsx"]
)
def test_who_is_not_signed_in_is_led_to_the_form_and_back(browser: TestClient, path: str) -> None:
    answer = browser.get(path, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/bien-tap/dang-nhap")
    assert browser.get("/bien-tap/viec.json").status_code == 401
    form = {"name": "lan", "password": PASSWORD, "tiep": path}
    assert browser.post("/bien-tap/dang-nhap", data=form, follow_redirects=False).headers["location"] == path


def test_what_was_sent_after_the_session_ended_is_said_to_be_lost(browser: TestClient, database: Database) -> None:
    signed_in(browser)
    number, _ = finding(database, "fee_differs")
    form = {"csrf": csrf(browser), "act": "acknowledged"}
    browser.cookies.clear()
    page = browser.post(f"/bien-tap/viec/{number}", data=form)
    assert "việc vừa gửi chưa được ghi" in page.text
    assert f'name="tiep" value="/bien-tap/viec/{number}"' in page.text, "signing in leads back to it"
    assert 'name="tiep" value="/bien-tap"' in browser.post("/bien-tap/ghep/1", data=form).text
    assert "chưa được ghi" not in browser.post("/bien-tap/dang-xuat", data=form).text
    assert "chưa được ghi" not in browser.get(f"/bien-tap/viec/{number}").text
    assert finding(database, "fee_differs")[1] == "open"


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


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/bien-tap\\evil", "/bien-tapx", "/tim"])
def test_signing_in_leads_nowhere_else(browser: TestClient, path: str) -> None:
    form = {"name": "lan", "password": PASSWORD, "tiep": path}
    assert browser.post("/bien-tap/dang-nhap", data=form, follow_redirects=False).headers["location"] == "/bien-tap"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: TestClient) -> None:
    answer = browser.post("/bien-tap/dang-nhap", data={"name": "lan", "password": PASSWORD}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/bien-tap" in cookie
    assert browser.get("/bien-tap").headers["cache-control"] == "no-store"


def test_a_wrong_password_says_the_same_as_a_wrong_name_and_soon_has_to_wait(browser: TestClient) -> None:
    first = browser.post("/bien-tap/dang-nhap", data={"name": "lan", "password": "sai"})
    other = browser.post("/bien-tap/dang-nhap", data={"name": "ai", "password": "sai"})
    for answer in (first, other):
        assert answer.status_code == 422
        assert "Tên hoặc mật khẩu chưa đúng." in answer.text
    for _ in range(4):
        assert sign_in(browser, password="sai") == 422
    answer = browser.post("/bien-tap/dang-nhap", data={"name": "lan", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "15 phút" in answer.text


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


@pytest.mark.parametrize(
    ("headers", "token"),
    [({}, "wrong"), ({"Origin": "https://evil.example"}, ""), ({"Sec-Fetch-Site": "cross-site"}, ""), ({"Origin": "null"}, "")],
)  # fmt: skip
def test_a_form_from_elsewhere_does_nothing(
    browser: TestClient, database: Database, headers: dict[str, str], token: str
) -> None:
    signed_in(browser)
    number, _ = finding(database, "fee_differs")
    form = {"act": "acknowledged", "csrf": token or csrf(browser)}
    assert browser.post(f"/bien-tap/viec/{number}", data=form, headers=headers).status_code == 403
    assert finding(database, "fee_differs")[1] == "open"


def test_a_sign_in_form_from_elsewhere_is_refused(browser: TestClient) -> None:
    form = {"name": "lan", "password": PASSWORD}
    answer = browser.post("/bien-tap/dang-nhap", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


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


def csrf_of(browser: TestClient, number: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get(f"/bien-tap/viec/{number}").text)
    assert found is not None
    return found[1]


def test_signing_out_and_a_new_password_end_the_session(browser: TestClient) -> None:
    signed_in(browser)
    form = {"csrf": csrf(browser), "old": PASSWORD, "new": "một câu mới dài", "again": "một câu mới dài"}
    assert browser.post("/bien-tap/mat-khau", data={**form, "old": "sai"}).status_code == 422
    assert browser.post("/bien-tap/mat-khau", data={**form, "again": "khác"}).status_code == 422
    assert browser.post("/bien-tap/mat-khau", data={**form, "new": "ngắn", "again": "ngắn"}).status_code == 422
    assert browser.post("/bien-tap/mat-khau", data=form, follow_redirects=False).status_code == 303
    assert sign_in(browser) == 422
    assert sign_in(browser, password="một câu mới dài") == 303
    browser.post("/bien-tap/dang-xuat", data={"csrf": csrf(browser)})
    assert browser.get("/bien-tap", follow_redirects=False).status_code == 303


def test_a_proposed_match_is_confirmed_by_name_and_taken_back(browser: TestClient, database: Database) -> None:
    why = {"agree": ["name"], "differ": ["fee_text"], "urls": ["javascript:x"], "sites": ["s-stp"]}
    with database.write() as connection:
        mine = Proposal("x-1", "1.000894", "Kết hôn", "Đăng ký kết hôn", why)
        others = Proposal("x-2", "1.000894", "Của nơi khác", "Đăng ký kết hôn", why | {"sites": ["s-syt"]})
        matches.propose(connection, ["x-1", "x-2"], [mine, others], NOW)
        known = {match.proposal.key: match.id for match in matches.listed(connection)}
    signed_in(browser)
    page = browser.get("/bien-tap/ghep").text
    assert "Kết hôn" in page
    assert "Của nơi khác" not in page
    assert "javascript:" not in page
    token = csrf(browser)
    assert browser.post(f"/bien-tap/ghep/{known['x-2']}", data={"csrf": token, "act": "confirm"}).status_code == 404
    browser.post(f"/bien-tap/ghep/{known['x-1']}", data={"csrf": token, "act": "confirm", "reason": "cùng hồ sơ"})
    with database.read() as connection:
        assert matches.confirmed(connection) == {"x-1": "1.000894"}
        assert "Nguyễn Thị Lan (lan)" in {match.decided_by for match in matches.listed(connection, ("confirmed",))}
    assert "cùng hồ sơ" in browser.get("/bien-tap/ghep?state=confirmed").text
    browser.post(f"/bien-tap/ghep/{known['x-1']}", data={"csrf": token, "act": "undo"})
    with database.read() as connection:
        assert not matches.confirmed(connection)


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


def test_over_tls_the_cookie_never_travels_without(database: Database, browser: TestClient) -> None:
    secure = TestClient(browser.app, base_url="https://tracuu.example")
    answer = secure.post("/bien-tap/dang-nhap", data={"name": "lan", "password": PASSWORD}, follow_redirects=False)
    assert "; secure" in answer.headers["set-cookie"].lower()


def test_a_form_that_is_too_long_is_refused(browser: TestClient) -> None:
    assert browser.post("/bien-tap/dang-nhap", data={"name": "x" * 200_000}).status_code == 403
    assert browser.post("/bien-tap/dang-nhap", data={str(n): "" for n in range(2_000)}).status_code == 403


@pytest.mark.parametrize("role", ["lan", "minh", "hoa"])
@pytest.mark.parametrize("path", ["/bien-tap", "/bien-tap/ghep", "/bien-tap/nhat-ky", "/bien-tap/xuat", "/bien-tap/mat-khau"])  # fmt: skip
def test_every_page_of_editors_is_whole(browser: TestClient, role: str, path: str) -> None:
    signed_in(browser, role)
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "noindex" in answer.text


def test_a_disabled_account_is_out_at_once(browser: TestClient, database: Database) -> None:
    signed_in(browser)
    with database.write() as connection:
        accounts.set_disabled(connection, "lan", NOW)
    assert browser.get("/bien-tap", follow_redirects=False).status_code == 303
    assert sign_in(browser) == 422


def test_a_list_of_matches_that_is_cut_says_how_many_more_there_are(browser: TestClient, database: Database) -> None:
    made = [
        Proposal(f"x-{n}", "1.000894", f"Kết hôn {n}", "Đăng ký kết hôn", {"sites": ["s-stp"]}) for n in range(MOST + 3)
    ]
    with database.write() as connection:
        matches.propose(connection, [proposal.key for proposal in made], made, NOW)
    signed_in(browser)
    page = browser.get("/bien-tap/ghep").text
    assert page.count('class="match"') == MOST
    assert "Còn 3 mục nữa" in page
