"""What the register changed, for programs: in order, from a mark on, per sector, agency and procedure, and as feeds."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from starlette.testclient import TestClient

ATOM = "{http://www.w3.org/2005/Atom}"


def kinds(client: TestClient, query: str = "") -> list[tuple[str, str]]:
    answer = client.get(f"/api/v1/changes{query}").json()
    return [(item["code"], item["kind"]) for item in answer["items"]]


def test_every_change_is_told_with_both_values(client: TestClient) -> None:
    assert kinds(client) == [
        ("1.004194", "added"),
        ("2.000001", "added"),
        ("1.001193", "amended"),
        ("1.000001", "replaced"),
        ("1.000894", "withdrawn"),
    ]
    items = client.get("/api/v1/changes?kind=amended").json()["items"]
    assert items[0]["fields"] == [
        {
            "field": "agencies",
            "label": "Cơ quan thực hiện",
            "old": ["UBND cấp xã"],
            "new": ["UBND cấp xã", "Sở Tư pháp"],
        }
    ]


def test_a_reader_goes_on_from_its_mark_and_loses_nothing(client: TestClient) -> None:
    seen, mark, more = [], "", True
    while more:
        answer = client.get("/api/v1/changes", params={"since": mark, "limit": 2}).json()
        seen += [item["code"] for item in answer["items"]]
        mark, more = answer["next"], answer["more"]
    assert seen == [code for code, _ in kinds(client)]
    assert client.get("/api/v1/changes", params={"since": mark}).json() == {"items": [], "next": mark, "more": False}


def test_since_may_be_a_day_and_an_odd_one_is_refused_in_vietnamese(client: TestClient) -> None:
    assert len(kinds(client, "?since=2026-10-01")) == 5
    assert kinds(client, "?since=2026-10-02") == []
    refused = client.get("/api/v1/changes?since=hôm+qua")
    assert refused.status_code == 422
    assert "2026-11-01" in refused.json()["remedy"]


def test_the_page_and_the_feeds_know_since_as_well(client: TestClient) -> None:
    assert "2.000001" in client.get("/thay-doi?since=2026-10-01").text
    assert "từ 02/10/2026" in client.get("/thay-doi?since=2026-10-02").text
    assert "2.000001" not in client.get("/thay-doi?since=2026-10-02").text
    assert client.get("/thay-doi.json?since=2026-10-02").json()["items"] == []
    assert "<entry>" not in client.get("/thay-doi.atom?since=2026-10-02").text
    for path in ("/thay-doi", "/thay-doi.json", "/thay-doi.atom"):
        assert client.get(f"{path}?since=abc").status_code == 422


def test_the_page_says_where_it_is_cut(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "thay đổi mới nhất" not in client.get("/thay-doi").text
    monkeypatch.setattr("search_api.changes.FEED_SIZE", 2)
    page = client.get("/thay-doi?sector=Hộ+tịch").text
    assert "Đây là 2 thay đổi mới nhất." in page
    assert 'href="/api/v1/changes?sector=H%E1%BB%99+t%E1%BB%8Bch"' in page


def test_a_filter_that_leaves_nothing_leads_back(client: TestClient) -> None:
    page = client.get("/thay-doi?code=1.999999").text
    assert '<a href="/thay-doi">Xem mọi thay đổi</a>' in page
    assert "bản danh mục thứ hai" not in page, "there are two snapshots"


def test_changes_of_one_sector_agency_or_code(client: TestClient) -> None:
    assert kinds(client, "?sector=Cư+trú") == [("1.004194", "added")]
    assert kinds(client, "?agency=công+an+xã") == [("1.004194", "added")]
    assert kinds(client, "?code=1.000001.000.00.00.H56") == [("1.000001", "replaced")]


def test_the_json_feed_has_what_the_standard_asks_for(client: TestClient) -> None:
    feed = client.get("/thay-doi.json?sector=Hộ+tịch").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith("/thay-doi.json?sector=H%E1%BB%99+t%E1%BB%8Bch")
    assert len(feed["items"]) == 4
    assert len({item["id"] for item in feed["items"]}) == 4
    amended = next(item for item in feed["items"] if "1.001193" in item["title"])
    assert amended["content_text"] == "Cơ quan thực hiện: UBND cấp xã → UBND cấp xã; Sở Tư pháp"
    assert amended["date_published"] == "2026-10-01T07:00:00+07:00"


def test_the_atom_feed_is_well_formed_whatever_the_names_hold(client: TestClient) -> None:
    answer = client.get("/thay-doi.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    assert feed.find(f"{ATOM}title") is not None
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 5
    for entry in entries:
        assert all(entry.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "link", "summary"))


def test_a_feed_that_did_not_change_is_answered_with_304(client: TestClient) -> None:
    for path in ("/thay-doi.json", "/thay-doi.atom?code=1.001193"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_page_of_changes_and_the_history_of_a_procedure(client: TestClient) -> None:
    page = client.get("/thay-doi").text
    assert "Được thay thế" in page
    assert '<a href="/thu-tuc/2.000001">2.000001</a>' in page
    history = client.get("/thu-tuc/1.001193").text
    assert "Lịch sử trong danh mục quốc gia" in history
    assert "<del>UBND cấp xã</del>" in history
    assert 'type="application/atom+xml"' in history
    steps = client.get("/api/v1/procedures/1.001193").json()["history"]
    assert [(step["kind"], step["as_of"]) for step in steps] == [
        ("amended", "2026-10-01"),
        ("first_seen", "2026-09-01"),
    ]
