"""Chosen filters on the page of results: always seen, one click from gone, and never before the results."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient


def results(client: TestClient, **params: str) -> str:
    return unescape(client.get("/tim", params={"q": "kết hôn", **params}).text)


def test_chosen_values_are_shown_however_rare(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_api.web.MOST_VALUES", 0)
    assert "✓ Cấp xã (13)" in results(client, tier="xa")
    assert "✓ UBND huyện Nông Cống (0)" in results(client, site="h-nongcong")
    assert "Cấp xã" not in results(client)


def test_chosen_values_stand_above_the_folded_facets(client: TestClient) -> None:
    page = results(client, tier="xa", sector="Hộ tịch")
    assert '<details class="facets"><summary>' in page
    above = page[page.index('aria-label="Đang lọc"') : page.index("<details class")]
    links = re.findall(r'href="([^"]+)"><span>([^<]+)', above)
    assert [label for _, label in links] == ["Nơi nộp: Cấp xã", "Lĩnh vực: Hộ tịch"]
    assert ["tier=" in href for href, _ in links] == [False, True]
    assert ["sector=" in href for href, _ in links] == [True, False]
    assert "Đang lọc" not in results(client)


def test_a_tab_whose_link_drops_the_filters_shows_no_count(client: TestClient) -> None:
    assert ">Tin tức 1</a>" in results(client)
    page = results(client, tier="xa")
    assert ">Tin tức</a>" in page
    assert re.search(r'href="/tim\?q=[^"]+&tier=xa" aria-current="page">Thủ tục 13</a>', page)


def test_a_tab_tells_nothing_found_from_something_near(client: TestClient) -> None:
    page = results(client, q="kết hôn lại lần 2005")
    assert re.search(r'<a href="/tim[^"]+&kind=article">Tin tức \(gần đúng\)</a>', page)
    assert "<span>Văn bản 0</span>" in page
    assert 'aria-current="page">Tin tức (gần đúng)</a>' in results(client, q="kết hôn lại lần 2005", kind="article")


def test_without_results_the_nearest_sectors_are_named(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_api.web.BROAD", "kết hôn")
    page = results(client, q="zzzz")
    assert "Xem theo lĩnh vực:" in page[page.index("Không tìm thấy kết quả") :]
    assert ">Hộ tịch</a>" in page
    assert "Xem theo lĩnh vực:" not in results(client)


def test_a_place_alone_is_asked_what_for(client: TestClient) -> None:
    page = results(client, q="phường Hạc Thành ở đâu")
    assert "Bạn mới nêu nơi" in page
    assert "Không tìm thấy kết quả" not in page


def test_the_number_of_a_result_stands_beside_its_first_line(client: TestClient) -> None:
    sheet = client.get("/static/style.css").text
    assert "\nli a,dd a,p>a,.meta a{display:inline-table;" in sheet
    assert "inline-block" not in re.findall(r"\.results h2 a\{([^}]*)", sheet)[0]
