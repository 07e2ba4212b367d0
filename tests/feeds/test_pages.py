"""Service levels never lose their regime, old units lead to new ones, figures name their source, citations their pages."""

from __future__ import annotations

from typing import cast

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.testclient import TestClient

from core.states import SignatureCondition
from search_api import figures
from search_api.dossiers import Dossiers, stated
from search_api.figures import KeptFigures
from search_api.wording import unnumbered
from store import signatures
from store.signatures import Examined
from store.tables import procedures
from tests.feeds.conftest import NOW


def test_a_level_of_2011_is_shown_as_converted(client: TestClient) -> None:
    levels = {row["site_id"]: row for row in client.get("/api/v1/procedures/1.001193").json()["service_levels"]}
    assert levels["h-nongcong"]["raw"] == "Mức độ 4"
    assert levels["h-nongcong"]["text"] == "Trực tuyến toàn trình (quy đổi từ “Mức độ 4”)"
    assert levels["h-nongcong"]["regime"] == "nd43_2011"
    assert (levels["s-stp"]["converted"], levels["s-stp"]["regime"]) == (False, "nd224_2026")
    page = client.get("/thu-tuc/1.001193").text
    assert "Trực tuyến toàn trình (quy đổi)" in page
    assert "NĐ 43/2011" in page


def test_a_row_of_a_list_and_the_procedures_page_are_one_line(client: TestClient) -> None:
    item = client.get("/api/v1/procedures/1.001193").json()
    assert [row["site_id"] for row in item["service_levels"]] == ["h-nongcong", "s-stp"]
    assert [offering["site_id"] for offering in item["offerings"]] == ["h-nongcong", "s-stp"]
    shown = [(page["url"], page["list_only"]) for page in item["offerings"][0]["pages"]]
    assert shown == [("http://h-nongcong.example/1.001193", False), ("http://h-nongcong.example/danh-sach", True)]
    page = client.get("/thu-tuc/1.001193").text
    assert 'cũng ở <a rel="noopener nofollow" href="http://h-nongcong.example/danh-sach">danh sách</a>' in page


def test_a_disagreement_and_what_nobody_verified_are_said(client: TestClient) -> None:
    page = client.get("/thu-tuc/1.001193").text
    assert "chưa xác minh" in page


def test_every_source_of_a_field_is_named_with_page_and_day(client: TestClient) -> None:
    name = client.get("/api/v1/procedures/1.001193").json()["fields"]["name"]
    assert (name["source"], [other["source"] for other in name["conflicts"]]) == ("register", [])
    assert [(one["source"], one["url"]) for one in name["agreeing"]] == [
        ("h-nongcong", "http://h-nongcong.example/1.001193"),
        ("s-stp", "http://s-stp.example/1.001193"),
    ]
    page = client.get("/thu-tuc/1.001193").text
    assert 'cũng ghi như vậy: <a rel="noopener nofollow" href="http://h-nongcong.example/1.001193">' in page
    assert "Nguồn của mức độ dịch vụ: trang" in page


def test_a_district_that_is_gone_leads_to_its_communes(client: TestClient) -> None:
    assert client.get("/api/v1/procedures/1.001193").json()["places"] == []
    places = client.get("/api/v1/procedures/1.999998").json()["places"]
    assert [place["unit"] for place in places] == ["UBND huyện Nông Cống"]
    assert "Xã Nông Cống" in places[0]["now"]
    assert places[0]["extinct_level"] is True
    assert "cấp huyện không còn" in client.get("/thu-tuc/1.999998").text


def test_places_are_asked_for_by_old_names(client: TestClient) -> None:
    answer = client.get("/api/v1/places?q=xã+Hà+Vinh").json()
    assert [move["new_commune"] for move in answer["communes"]] == ["Phường Bỉm Sơn"]
    answer = client.get("/api/v1/places?q=huyện+Nông+Cống").json()
    assert len(answer["successors"]) > 3
    assert client.get("/api/v1/places?q=x").json()["successors"] == []


def test_every_figure_has_a_source_or_says_that_there_is_none(client: TestClient) -> None:
    groups = {group["id"]: group["items"] for group in client.get("/api/v1/figures").json()["groups"]}
    for items in groups.values():
        for item in items:
            assert item["source"]
            assert (item["value"] is None) == (item["source"] == "không có nguồn")
    services = {item["label"]: item for item in groups["services"]}
    assert services["Dịch vụ công mức độ 2"]["value"] == 1772
    assert services["Trực tuyến toàn trình"]["by_unit"] == [
        {"site": "h-nongcong", "unit": services["Trực tuyến toàn trình"]["by_unit"][0]["unit"], "value": 1},
        {"site": "s-stp", "unit": "Sở Tư pháp", "value": 1},
    ]
    assert [services[f"Mức độ {number} (trang ghi)"]["value"] for number in (2, 3, 4)] == [0, 0, 1]
    assert services["Mức độ 4 (trang ghi)"]["by_unit"][0]["site"] == "h-nongcong"
    assert services["Tổng mức độ 2, 3, 4 (trang ghi)"]["value"] == 1
    assert [item["value"] for item in groups["totals"]] == [2, 3]
    shares = {item["label"]: item["value"] for item in groups["dossiers"]}
    assert [shares[f"Đúng hạn năm {year}"] for year in (2015, 2016, 2017)] == [97.08, 97.71, 98.33]
    assert shares["Đúng hạn, Sở Tư pháp"] == 97.09
    reviewed = {item["label"]: item["value"] for item in groups["reviewed"]}
    assert (reviewed["Giữ nguyên"], reviewed["Sửa đổi, bãi bỏ, thay thế"], reviewed["Cộng"]) == (0, 3, 3)
    assert groups["signed"][0]["source"] == "không có nguồn"


def test_figures_read_no_more_of_a_procedure_than_they_count(own_client: TestClient) -> None:
    before = own_client.get("/so-lieu.json").json()["groups"]
    table, state = procedures, cast(FastAPI, own_client.app).state
    with state.parts.database.write() as connection:
        for row in connection.execute(select(table)).all():
            odd = {**row.content, "fields": "no fields at all"}
            connection.execute(update(table).where(table.c.key == row.key).values(content=odd))
    state.figures = KeptFigures()
    assert own_client.get("/so-lieu.json").json()["groups"] == before


def test_figures_are_counted_again_after_a_file_was_examined(
    own_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An examination of a signature is no change of the sequence."""
    own_client.get("/so-lieu.json")
    counted: list[object] = []

    def count(*_: object) -> dict[str, object]:
        counted.append(1)
        return {}

    monkeypatch.setattr(figures, "_count", count)
    own_client.get("/so-lieu.json")
    assert counted == []
    with cast(FastAPI, own_client.app).state.parts.database.write() as connection:
        signatures.write(connection, "a" * 64, Examined(SignatureCondition.UNSIGNED), NOW)
    own_client.get("/so-lieu.json")
    assert counted == [1]


def test_the_page_of_figures_writes_numbers_as_they_are_read_here(client: TestClient) -> None:
    page = client.get("/so-lieu").text
    assert "1.772" in page
    assert "97,08 % trên 3.150.179 hồ sơ tiếp nhận" in page
    assert "27 trên 27 huyện, thị xã, thành phố" in page
    assert "Theo đơn vị (2)" in page
    assert '<a href="/nguon/h-nongcong">' in page
    assert "không có nguồn" in page
    assert '<td class="day">09/8/2018</td>' in page, "a day is never broken in two"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đã tiếp nhận 1.236 hồ sơ, trả đúng hạn 1.200 hồ sơ", Dossiers(1236, None, 1200)),
        ("Tiếp nhận 3.150.179 hồ sơ; giải quyết đúng hạn 3.058.058 hồ sơ.", Dossiers(3150179, None, 3058058)),
        ("Trong kỳ đã giải quyết 500 hồ sơ, trong đó đúng hạn 490", Dossiers(None, 500, 490)),
        ("100 hồ sơ đúng hạn", None),
        ("Nộp 02 bộ hồ sơ đúng hạn", None),
        ("Không có số liệu", None),
    ],
)
def test_a_statement_of_dossiers_needs_both_numbers(text: str, expected: Dossiers | None) -> None:
    assert stated(text) == expected


def test_a_text_that_changed_names_the_pages_that_cite_it(client: TestClient) -> None:
    answer = client.get("/api/v1/citations", params={"number": "61/2018/nđ-cp"}).json()
    assert (answer["total"], answer["has_ended"], answer["replaced_by"]) == (1, True, "118/2025/NĐ-CP")
    assert answer["sites"][0]["pages"][0]["code"] == "1.001193"
    assert client.get("/api/v1/citations?number=luật").status_code == 422
    assert "1.001193" in client.get("/van-ban-vien-dan?number=61/2018/NĐ-CP").text


@pytest.mark.parametrize(
    ("number", "total"),
    [("61/2018/NÐ-CP", 1), ("61/2018/NĐ–CP", 1), ("061/2018/NĐ-CP", 1), ("1/2018/NĐ-CP", 0), ("61/2018/NĐ-CPX", 0)],
)
def test_a_number_is_compared_whole_and_however_it_is_written(client: TestClient, number: str, total: int) -> None:
    assert client.get("/api/v1/citations", params={"number": number}).json()["total"] == total


@pytest.mark.parametrize(
    ("page", "object"),
    [
        ("/so-lieu", "/api/v1/figures"), ("/quy-tac", "/api/v1/rules"), ("/bang-chung/1", "/api/v1/findings/1"),
        ("/van-ban-vien-dan.json?number=61/2018/NĐ-CP", "/api/v1/citations?number=61/2018/NĐ-CP"),
    ],
)  # fmt: skip
def test_every_page_has_its_twin(client: TestClient, page: str, object: str) -> None:
    twin = page if ".json" in page else f"{page}.json"
    assert client.get(twin).json() == client.get(object).json()
    if twin != page:
        assert f'href="{twin}"' in client.get(page).text


def test_the_site_of_a_unit_that_is_no_more_says_so_and_who_came_after(client: TestClient) -> None:
    page = client.get("/nguon/s-stttt").text
    assert "Sở Thông tin và Truyền thông không còn từ 01/3/2025; nhiệm vụ nay thuộc Sở Khoa học và Công nghệ." in page
    assert '<a href="/nguon">Các trang của hôm nay</a>' in page
    district = client.get("/nguon/h-nongcong").text
    assert "UBND huyện Nông Cống không còn từ 01/7/2025; nhiệm vụ nay thuộc xã" in district
    assert "Các trang của hôm nay" not in district, "the commune of that name has the site"
    assert client.get("/nguon/s-stp.json").json()["former"] == []
    assert "Kế thừa" not in page


def test_a_number_that_is_none_stands_in_the_box_with_what_is_wrong(client: TestClient) -> None:
    answer = client.get("/van-ban-vien-dan?number=luật")
    assert answer.status_code == 422
    assert 'value="luật"' in answer.text
    assert "không phải số ký hiệu văn bản" in answer.text


def test_steps_are_numbered_once() -> None:
    assert unnumbered(["Bước 1: Nộp", "bước 2. Nhận"]) == ["Nộp", "Nhận"]
    for kept in (["Nộp", "Bước 2: Nhận"], ["Bước 2: Nộp"], ["Bước 1:", "Bước 2: Nhận"], []):
        assert unnumbered(kept) == kept


def test_the_dated_law_is_shown_with_its_days_and_how_it_is_measured(client: TestClient) -> None:
    rules = {rule["id"]: rule for rule in client.get("/api/v1/rules").json()["rules"]}
    assert len(rules) == 35
    own = rules["43.vbqppl_tu_ban_hanh"]
    assert (own["max_age"], own["unit"], own["in_force_to"], own["in_force"]) == (
        2,
        "working_days",
        "2022-08-14",
        False,
    )
    assert rules["tctt.du_phong"]["in_force"]
    assert rules["224.nguoi_dung"]["measured"].startswith("Không đo")
    page = client.get("/quy-tac").text
    assert 'id="43.vbqppl_tu_ban_hanh"' in page
    assert '<span class="day">01/10/2011 –</span> <span class="day">14/8/2022</span>' in page
    assert (
        '<a href="/van-ban-vien-dan?number=61%2F2018%2FN%C4%90-CP">61/2018/NĐ-CP</a> hết hiệu lực từ 01/7/2025' in page
    )


def test_the_monitor_says_that_nobody_looked(client: TestClient) -> None:
    answer = client.get("/api/v1/monitor")
    assert answer.status_code == 503
    assert answer.json()["sites"] == len(answer.json()["without_verdict"]) > 30
