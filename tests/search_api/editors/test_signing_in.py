"""Who may come in to `/bien-tap`, and that no other page can come in for them."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from store import accounts
from store.database import Database
from tests.search_api.editors.conftest import NOW, PASSWORD, csrf, finding, sign_in, signed_in

pytestmark = pytest.mark.slow


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


@pytest.mark.parametrize(
    ("headers", "token"),
    [({}, "wrong"), ({"Origin": "https://evil.example"}, ""), ({"Sec-Fetch-Site": "cross-site"}, ""), ({"Origin": "null"}, ""), ({"Origin": "http://["}, "")],
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


def test_over_tls_the_cookie_never_travels_without(database: Database, browser: TestClient) -> None:
    secure = TestClient(browser.app, base_url="https://tracuu.example")
    answer = secure.post("/bien-tap/dang-nhap", data={"name": "lan", "password": PASSWORD}, follow_redirects=False)
    assert "; secure" in answer.headers["set-cookie"].lower()


def test_a_form_that_is_too_long_is_refused(browser: TestClient) -> None:
    assert browser.post("/bien-tap/dang-nhap", data={"name": "x" * 200_000}).status_code == 403
    assert browser.post("/bien-tap/dang-nhap", data={str(n): "" for n in range(2_000)}).status_code == 403


def test_a_disabled_account_is_out_at_once(browser: TestClient, database: Database) -> None:
    signed_in(browser)
    with database.write() as connection:
        accounts.set_disabled(connection, "lan", NOW)
    assert browser.get("/bien-tap", follow_redirects=False).status_code == 303
    assert sign_in(browser) == 422
