"""The operators' page: readers that find less than they did, and certificates taken on trust."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert
from starlette.testclient import TestClient

from search_api.parts import AppParts
from store.findings import Finding, replace
from store.tables import visits

NOW = datetime(2026, 11, 2, tzinfo=UTC)
GOOD = {"nukeviet": {"procedures": 20, "steps": 0.95}}
POOR = {"nukeviet": {"procedures": 20, "steps": 0.1}}


def visit(parts: AppParts, site: str, days_ago: int, **more: object) -> None:
    at = NOW - timedelta(days=days_ago)
    values = {"site_id": site, "worker": "w", "started_at": at, "ended_at": at, "outcome": "ok"}
    with parts.database.write() as connection:
        connection.execute(insert(visits).values(**{**values, **more}))


def test_nothing_wrong_is_said_in_words(client: TestClient) -> None:
    assert client.get("/van-hanh.json").json()["drift"] == []
    assert client.get("/van-hanh").text.count("Không có.") == 3


def test_a_round_with_holes_says_which_and_why(own_client: TestClient) -> None:
    parts = own_client.app.state.parts  # type: ignore[attr-defined]
    visit(parts, "h-nongcong", 0)
    visit(parts, "s-stp", 0, outcome="blocked")
    visit(parts, "s-syt", 3)  # too long ago to count
    with parts.database.write() as connection:
        replace(connection, [Finding("outcome.login", "s-stp", "Bị chuyển tới trang đăng nhập.")], [], NOW)
    shown = own_client.get("/van-hanh.json").json()
    assert (shown["watch"]["visited"], shown["watch"]["sites"]) == (2, len(parts.province.sites_on(NOW.date())))
    assert [(s["site"], s["outcome_text"]) for s in shown["watch"]["not_seen"]] == [("s-stp", "Bị tường lửa chặn")]
    assert "s-syt" in {site["site"] for site in shown["watch"]["without_visit"]}
    assert [fault["rule"] for fault in shown["faults"]] == ["outcome.login"], "what editors mend is not here"
    page = own_client.get("/van-hanh").text
    assert f"2/{shown['watch']['sites']} trang đã kiểm tra trong 26 giờ qua" in page
    assert "Sở Tư pháp</a>: Bị chuyển tới trang đăng nhập. " in page


def test_a_reader_that_finds_less_is_a_row_with_its_sites(own_client: TestClient) -> None:
    parts = own_client.app.state.parts  # type: ignore[attr-defined]
    for days in (4, 3, 2):
        visit(parts, "h-nongcong", days, coverage=GOOD)
    visit(parts, "h-nongcong", 1, coverage=POOR)
    (alarm,) = own_client.get("/van-hanh.json").json()["drift"]
    assert (alarm["family"], alarm["field"], alarm["sites"]) == ("nukeviet", "steps", ["h-nongcong"])
    page = own_client.get("/van-hanh").text
    assert "nukeviet" in page
    assert '<a href="/nguon/h-nongcong">' in page


def test_a_certificate_taken_on_trust_is_told_with_reason_and_last_day(own_client: TestClient) -> None:
    parts = own_client.app.state.parts  # type: ignore[attr-defined]
    visit(parts, "h-nongcong", 1, counters={"tls_exception": "tự ký, đã báo (until 2026-12-31)"})
    (told,) = own_client.get("/van-hanh.json").json()["unverified"]
    assert (told["site"], told["reason"], told["until"]) == ("h-nongcong", "tự ký, đã báo", "2026-12-31")
    assert "tự ký, đã báo (cho phép đến 31/12/2026)" in own_client.get("/van-hanh").text
    assert "Chứng thư TLS không được xác minh" in own_client.get("/nguon/h-nongcong").text
    visit(parts, "h-nongcong", 0)
    assert own_client.get("/van-hanh.json").json()["unverified"] == []
