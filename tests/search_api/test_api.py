"""The contract of every endpoint."""

from __future__ import annotations

import unicodedata

import pytest
from starlette.testclient import TestClient

ITEM = {
    "kind", "code", "name", "url", "sectors", "agencies", "tier", "service_level", "fee", "time", "offered_by",
    "conflicts", "state", "snippet", "checked_at", "score",
}  # fmt: skip


def test_a_search_answers_in_the_agreed_shape(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"q": "dang ky ket hon"}).json()
    assert {"query", "total", "items", "facets", "next"} <= set(found)
    assert {"typed", "read_as", "changes"} == set(found["query"])
    first = found["items"][0]
    assert set(first) >= ITEM
    assert (first["code"], first["conflicts"], first["offered_by"]) == ("1.000894", 1, 1)
    assert first["checked_at"] == "2018-08-09T01:00:00+00:00"
    assert "<mark>" in first["snippet"]
    assert "<script" not in first["snippet"]


def test_an_article_has_title_site_and_date(client: TestClient) -> None:
    item = client.get("/api/v1/search", params={"q": "hội nghị", "kind": "article"}).json()["items"][0]
    assert (item["title"], item["site"], item["published"][:10]) == ("Hội nghị đăng ký hộ tịch", "s-stp", "2018-08-09")


def test_a_cursor_leads_on_and_a_stale_one_is_gone(client: TestClient) -> None:
    first = client.get("/api/v1/search", params={"q": "đăng ký kết hôn", "limit": 3}).json()
    second = client.get("/api/v1/search", params={"q": "đăng ký kết hôn", "limit": 3, "cursor": first["next"]}).json()
    codes = [item["code"] for item in first["items"] + second["items"]]
    assert len(set(codes)) == 6
    gone = client.get("/api/v1/search", params={"q": "đăng ký kết hôn", "cursor": "old-3-00000000"})
    assert (gone.status_code, gone.headers["content-type"]) == (410, "application/problem+json")


@pytest.mark.parametrize("code", ["1.000894", "1.000894.000.00.00.H56"])
def test_a_procedure_shows_source_and_conflicts(client: TestClient, code: str) -> None:
    item = client.get(f"/api/v1/procedures/{code}").json()
    assert item["fields"]["time_text"]["conflicts"][0]["source"] == "h-nongcong"
    assert item["fields"]["papers"]["source"] == "s-stp"
    assert item["offerings"][0]["archived_copy"] == "/ban-luu/1"
    assert item["register"]["issued_by"] == "Bộ Tư pháp"


@pytest.mark.parametrize("path", ["/api/v1/procedures/1.999999", "/api/v1/sites/s-none", "/api/v1/nothing"])
def test_what_is_unknown_is_a_problem_with_a_remedy(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["remedy"]


@pytest.mark.parametrize("path", ["/api/v1/suggest?q=dang", "/api/v1/findings?site=s-stp", "/healthz", "/readyz"])
def test_the_small_endpoints_answer(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_the_board_is_worst_first_and_never_green_by_silence(client: TestClient) -> None:
    board = client.get("/api/v1/freshness").json()
    assert (board["total"], board["sites"][0]["id"], board["counts"]["unknown"]) == (48, "s-stp", 47)
    assert len(client.get("/api/v1/freshness.csv").text.splitlines()) == 49
    assert client.get("/api/v1/sites").json()["total"] == 48
    assert client.get("/api/v1/sites/s-stp").json()["findings"][0]["rule"] == "fee_differs"


def test_without_an_index_the_remedy_is_a_command(bare: TestClient) -> None:
    for path in ("/api/v1/search?q=a", "/api/v1/suggest?q=dang", "/readyz"):
        answer = bare.get(path)
        assert answer.status_code == 503, path
        assert "tracuu index rebuild" in answer.json()["remedy"]
    assert bare.get("/api/v1/procedures/1.000894").status_code == 200


@pytest.mark.parametrize(
    "q",
    [
        "x" * 10_000,
        "?!…",
        "😀",
        unicodedata.normalize("NFD", "đăng ký"),
        "a\x00b\x1b",
        "<b>'\"&",
        "đăng ký",
        "\u202e%_*",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/search", "/tim", "/tim.json", "/api/v1/suggest"])
def test_no_query_breaks_the_server(client: TestClient, path: str, q: str) -> None:
    answer = client.get(path, params={"q": q})
    assert answer.status_code in (200, 422)
    if path == "/tim":
        assert "<b>'" not in answer.text


@pytest.mark.parametrize("query", ["q=", "q=a&limit=0", "q=a&kind=other", "q=%3F"])
def test_a_bad_request_is_422(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/v1/search?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "detail", "remedy"),
    [
        ("findings?state=done", "Tham số state không nhận “done”.", "state nhận: open, acknowledged, snoozed, resolved, false_alarm."),
        ("search?q=a&kind=foo", "Tham số kind không nhận “foo”.", "kind nhận: procedure, article, document."),
        ("search?q=a&limit=0", "Tham số limit không nhận “0”.", "limit nhận: từ 1 trở lên."),
        ("gaps?limit=abc", "Tham số limit không nhận “abc”.", "limit nhận: số nguyên."),
        ("changes?kind=x&limit=2000", "Tham số kind không nhận “x”. Tham số limit không nhận “2000”.",
         "kind nhận: added, amended, withdrawn, replaced. limit nhận: không quá 1000."),
    ],
)  # fmt: skip
def test_a_problem_names_the_parameter_and_what_it_takes(
    client: TestClient, path: str, detail: str, remedy: str
) -> None:
    problem = client.get(f"/api/v1/{path}").json()
    assert (problem["detail"], problem["remedy"]) == (detail, remedy)


def test_findings_come_in_pages_and_are_all_counted(client: TestClient) -> None:
    whole = client.get("/api/v1/findings").json()
    assert whole["total"] == len(whole["items"]) >= 1
    pages = [client.get("/api/v1/findings", params={"limit": 1, "offset": n}).json() for n in range(whole["total"] + 1)]
    assert [page["items"] for page in pages] == [*([item] for item in whole["items"]), []]
    assert {page["total"] for page in pages} == {whole["total"]}


@pytest.mark.parametrize(
    ("query", "status"),
    [("state=abc", 422), ("limit=0", 422), ("limit=501", 422), ("offset=-1", 422), (f"offset={2**70}", 422), ("rule=abc", 404),
     ("rule=fee", 404), ("site=s-xxx", 404), ("state=open", 200), ("state=", 200), ("rule=fee_differs", 200)],
)  # fmt: skip
def test_findings_that_cannot_be_are_not_just_none(client: TestClient, query: str, status: int) -> None:
    answer = client.get(f"/api/v1/findings?{query}")
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["remedy"]
    if query == "rule=fee":
        assert "/api/v1/findings?rule=fee_differs" in answer.text
