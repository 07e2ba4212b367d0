"""The page of results and its JSON twin: reasons, offers, variants, intents, gaps, and a switch for suggestions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.settings import load_settings
from indexer import documents
from indexer.query.answer import Answer, Understood
from search_api import closed
from search_api.api import matches
from search_api.app import create_app
from search_api.highlight import differing_words
from store.database import Database
from tests.search_api.conftest import parts


def found(client: TestClient, **params: str) -> dict[str, object]:
    answer = client.get("/api/v1/search", params=params)
    assert answer.status_code == 200
    return dict(answer.json())


def test_every_item_says_why_and_the_parts_add_up(client: TestClient) -> None:
    item = client.get("/api/v1/search", params={"q": "ket hon o xa"}).json()["items"][0]
    assert "kết" in item["why"]["title"]
    assert sum(feature["part"] for feature in item["why"]["features"]) == pytest.approx(item["score"], abs=0.01)
    page = client.get("/tim", params={"q": "ket hon o xa"}).text
    assert "Vì sao có kết quả này?" in page
    assert "Trong tên: kết, hôn" in page


def test_variants_stand_under_the_first_hit_with_what_tells_them_apart(client: TestClient) -> None:
    items = client.get("/api/v1/search", params={"q": "đăng ký kết hôn"}).json()["items"]
    under = [item for item in items if item["variant_of"] == "1.000894"]
    assert under
    assert all(item["differs"].startswith("lại lần") for item in under)
    page = client.get("/tim", params={"q": "đăng ký kết hôn"}).text
    assert page.count('class="variants"') == 1
    assert "khác ở: lại lần 2005" in page


def test_a_page_counts_procedures_without_their_variants(client: TestClient) -> None:
    asked = {"q": "đăng ký kết hôn", "limit": "10"}
    assert len(client.get("/api/v1/search", params=asked).json()["items"]) == 10
    grouped = client.get("/api/v1/search", params={**asked, "grouped": "1"}).json()
    assert [item["variant_of"] for item in grouped["items"]] == [None, *["1.000894"] * 12]
    assert grouped["next"] is None
    page = client.get("/tim", params={"q": "đăng ký kết hôn"}).text
    assert page.count("khác ở: lại lần") == 12
    assert "Trang sau" not in page


def test_the_last_page_says_that_more_match_than_are_shown(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "kết quả sát nhất" not in client.get("/tim", params={"q": "đăng ký kết hôn"}).text
    monkeypatch.setattr("search_api.web.CANDIDATES", 5)
    assert "Đây là 5 kết quả sát nhất trong 13." in client.get("/tim", params={"q": "đăng ký kết hôn"}).text


def test_what_was_asked_for_chooses_snippet_and_anchor(client: TestClient) -> None:
    item = client.get("/api/v1/search", params={"q": "kết hôn cần giấy tờ gì"}).json()["items"][0]
    assert item["snippet"].replace("<mark>", "").replace("</mark>", "") == "Thành phần hồ sơ: Tờ khai"
    assert 'href="/thu-tuc/1.000894#chuan-bi"' in client.get("/tim", params={"q": "kết hôn cần giấy tờ gì"}).text


def test_filters_named_in_words_are_offered_and_not_forced(client: TestClient) -> None:
    shown = found(client, q="đăng ký kết hôn ở xã")
    assert {"facet": "tier", "value": "xa", "label": "Nộp ở cấp xã", "note": ""} in shown["offers"]  # type: ignore[operator]
    assert found(client, q="đăng ký kết hôn ở xã", tier="xa")["offers"] == []


def test_a_number_that_no_document_has_is_named(client: TestClient) -> None:
    page = client.get("/tim", params={"q": "60/2014/<b>QH13"}).text
    assert "Không có văn bản nào mang số" not in page, "no number and nothing else"
    assert found(client, q="2005/QĐ-UBND", kind="procedure")["relaxed"] == "number"
    page = client.get("/tim", params={"q": "2005/QĐ-UBND"}).text
    assert "Không có văn bản nào mang số “2005/QĐ-UBND”. Đây là kết quả gần nhất." in page


def test_a_pointer_is_shown_on_the_page(client: TestClient) -> None:
    assert found(client, q="đơn ly hôn")["pointers"][0]["title"] == "Ly hôn do Tòa án giải quyết"  # type: ignore[index]
    assert "Ly hôn do Tòa án giải quyết" in client.get("/tim", params={"q": "don ly hon"}).text


def test_filters_that_leave_nothing_can_be_taken_away(client: TestClient) -> None:
    page = client.get("/tim", params={"q": "kết hôn", "sector": "Đất đai"}).text
    assert "Bỏ bộ lọc: " in page


@pytest.mark.parametrize(
    ("facet", "value"),
    [("agency", "không có"), ("audience", "không có"), ("cost", "mien_phi"), ("days", "5"), ("form", "co"), ("tier", "bo"),
     ("state", "bi_bai_bo"), ("site", "không có"), ("sector", "không có"), ("service_level", "toan_trinh")],
)  # fmt: skip
def test_every_filter_is_taken_from_the_address(client: TestClient, facet: str, value: str) -> None:
    assert found(client, q="kết hôn", **{facet: value})["total"] == 0
    assert client.get("/tim", params={"q": "kết hôn", facet: value}).status_code == 200
    assert found(client, q="kết hôn", **{facet: ""}) == found(client, q="kết hôn")


@pytest.mark.parametrize(
    ("facet", "value", "remedy", "label"),
    [("days", "7", "days nhận: 1, 3, 5, 10, 15, 20, 30, 60.", "Thời hạn"), ("days", "-1", "days nhận: 1, ", "Thời hạn"),
     ("tier", "foo", "tier nhận: bo, tinh, huyen, xa, khac.", "Nơi nộp"), ("cost", "abc", "cost nhận: mien_phi.", "Phí")],
)  # fmt: skip
def test_a_value_that_a_filter_does_not_have_is_told(
    client: TestClient, facet: str, value: str, remedy: str, label: str
) -> None:
    for path in ("/api/v1/search", "/tim.json"):
        answer = client.get(path, params={"q": "kết hôn", facet: value})
        assert (answer.status_code, answer.json()["detail"]) == (422, f"Tham số {facet} không nhận “{value}”.")
        assert answer.json()["remedy"].startswith(remedy)
    page = client.get("/tim", params={"q": "kết hôn", facet: value}).text
    assert f"đã bỏ qua: {label} “{value}”." in page
    assert "Thủ tục 13</a>" in page


def test_limits_of_days_are_those_that_are_indexed() -> None:
    assert closed.DAY_LIMITS == documents.DAY_LIMITS


def test_what_is_not_found_is_a_gap_without_anything_personal(client: TestClient) -> None:
    for q in ("qqzzq 0912345678",) * 5 + ("qqzzr",) * 4:
        client.get("/api/v1/search", params={"q": q})
    items = client.get("/api/v1/gaps").json()["items"]
    assert {"q": "qqzzq [điện thoại]", "count": 5} in items
    assert not any(item["q"] == "qqzzr" for item in items), "too rare to be shown to everyone"


def test_a_place_alone_that_news_name_is_no_gap() -> None:
    read = Understood("Hoằng Quỳ", "hoằng quỳ", (), ("hoằng", "quỳ"), ())
    answer = Answer(read, 0, (), {"procedure": 0, "article": 3}, relaxed="place")
    assert (matches(answer), matches(replace(answer, relaxed="any_word"))) == (3, 0)


def test_suggestions_can_be_switched_off(store: Database, index: Path) -> None:
    off = replace(parts(store, index), settings=load_settings(None, {"suggestions": "false"}))
    with TestClient(create_app(off)) as client:
        assert client.get("/api/v1/suggest?q=dang ky").json() == {"items": []}
        assert client.get("/tim?q=ket hon").status_code == 200


def test_the_communes_of_old_are_told(store: Database, index: Path) -> None:
    from datetime import UTC, datetime

    from core.clock import fixed

    later = replace(parts(store, index), clock=fixed(datetime(2026, 11, 2, tzinfo=UTC)))
    with TestClient(create_app(later)) as client:
        places = client.get("/api/v1/search", params={"q": "kết hôn ở phường lam sơn"}).json()["places"]
    assert any("nay thuộc" in place for place in places)


def test_names_are_told_apart_and_bared() -> None:
    assert differing_words("Đăng ký kết hôn có yếu tố nước ngoài", "Đăng ký kết hôn") == "có yếu tố nước ngoài"
    assert differing_words("Đăng ký kết hôn", "đăng ký kết hôn") == ""
