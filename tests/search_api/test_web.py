"""The pages: order, safety, headers, weight."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from search_api.pages import commands
from store.database import Database
from store.tables import captures, records

PAGES = ["/", "/tim?q=dang+ky+ket+hon", "/thu-tuc/1.000894", "/nguon", "/nguon/s-stp", "/tin/1", "/ban-luu/1"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_safe(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert '<html lang="vi">' in answer.text
    assert "<script>alert" not in answer.text
    assert 'href="javascript:' not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_first_load_is_light(client: TestClient) -> None:
    page = client.get("/").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(files) == 3
    assert len(page.encode()) + sum(len(client.get(name).content) for name in files) <= 60_000


def test_a_procedure_stands_in_the_order_of_the_portal(client: TestClient) -> None:
    page = client.get("/thu-tuc/1.000894").text
    headings = re.findall(r"<h2[^>]*>([^<]+)", page)
    assert headings == [
        "Cần chuẩn bị", "Nộp ở đâu, bao lâu, bao nhiêu", "Các bước", "Ai được làm, điều kiện", "Kết quả",
        "Căn cứ pháp lý", "Nguồn và độ mới",
    ]  # fmt: skip
    assert "Miễn phí" not in page
    assert "Chưa rõ" in page
    linked = re.search(r'ld\+json">(.*?)</script>', page)
    assert linked is not None
    assert json.loads(linked[1])["@type"] == "GovernmentService"


@pytest.mark.parametrize(
    ("page", "twin"), [("/thu-tuc/1.000894.json", "key"), ("/nguon.json", "sites"), ("/nguon/s-stp.json", "visits")]
)
def test_a_page_has_its_json_twin(client: TestClient, page: str, twin: str) -> None:
    assert twin in client.get(page).json()


def test_what_its_site_took_back_is_not_spread_on(client: TestClient, store: Database) -> None:
    shown = client.get("/tin/1").text
    text = re.search(r"<p>(?!<)([^<]{20})", shown)
    assert text is not None
    assert "/ban-luu/" in shown
    taken = update(records).where(records.c.id == 1)
    with store.write() as connection:
        connection.execute(taken.values(withdrawn_at=datetime(2018, 8, 10, tzinfo=UTC)))
    answer = client.get("/tin/1")
    with store.write() as connection:
        connection.execute(taken.values(withdrawn_at=None))
    assert answer.status_code == 410
    assert "Trang nguồn không còn đăng nội dung này" in answer.text
    assert "10/8/2018" in answer.text
    assert 'content="noindex"' in answer.text
    assert text[1] not in answer.text
    assert "/ban-luu/" not in answer.text


def test_an_archived_copy_is_inert(client: TestClient) -> None:
    answer = client.get("/ban-luu/1/noi-dung")
    assert answer.headers["content-security-policy"].startswith(
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    )
    assert "Đăng ký" in answer.text
    for gone in ("<script", "onload", "<img", "<form", "action="):
        assert gone not in answer.text
    assert "disabled" in answer.text


def test_an_archived_copy_leads_to_the_site_it_is_of(client: TestClient) -> None:
    assert "Trang của" not in client.get("/ban-luu/1").text, "no site of ours has that address"
    parts = client.app.state.parts  # type: ignore[attr-defined]
    address = next(site.hosts[0].url for site in parts.province.sites if site.id == "s-stp")
    with parts.database.write() as connection:
        connection.execute(update(captures).where(captures.c.id == 1).values(url=f"{address}tthc/1"))
    assert 'Trang của <a href="/nguon/s-stp">Sở Tư pháp</a>' in client.get("/ban-luu/1").text
    with parts.database.write() as connection:
        connection.execute(update(captures).where(captures.c.id == 1).values(url="http://["))
    assert client.get("/ban-luu/1").status_code == 200


def test_a_torn_capture_is_a_clear_page(client: TestClient) -> None:
    answer = client.get("/ban-luu/2/noi-dung")
    assert answer.status_code == 404
    assert "bản lưu" in answer.text.lower()


def test_the_engine_gone_names_the_hotline(bare: TestClient) -> None:
    answer = bare.get("/tim?q=kết hôn")
    assert answer.status_code == 503
    assert "Tạm thời chưa tra cứu được. Gọi 02373 900 900 hoặc thử lại sau ít phút." in answer.text
    assert "Người vận hành: chạy <code>tracuu index rebuild</code>." in answer.text
    assert bare.get("/api/v1/search?q=kết hôn").json()["remedy"] == "Người vận hành: chạy `tracuu index rebuild`."


def test_what_stands_in_a_remedy_is_text(client: TestClient) -> None:
    page = client.get("/thay-doi?since=<b>`x`</b>").text
    assert "<b>`x`" not in page
    assert commands("<b> `a` </b>") == "&lt;b&gt; <code>a</code> &lt;/b&gt;"


def test_an_unknown_page_says_where_to_go(client: TestClient) -> None:
    assert client.get("/khong-co").status_code == 404
    assert "1.000894" in client.get("/thu-tuc/1.000899").text
    assert 'value="1000894"' in client.get("/thu-tuc/1000894").text


def test_an_address_that_ends_in_z_is_a_page_too(client: TestClient) -> None:
    answer = client.get("/nguon/xyz")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/opensearch.xml"])
def test_machines_find_their_files(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_what_was_understood_is_shown_and_can_be_undone(client: TestClient) -> None:
    page = client.get("/tim?q=dang+ky+ket+hon").text
    assert "Hiểu là" in page
    assert 'href="/tim?q=dang+ky+ket+hon&amp;raw=1"' in page
    assert "javascript:" not in page


def test_a_phone_leaves_what_was_typed_alone(client: TestClient) -> None:
    """A keyboard of another language makes English words of “ket hon” and a capital of a code's first letter."""
    box = re.search(r'<input id="q"[^>]*>', client.get("/").text)
    assert box is not None
    for attribute in ('autocapitalize="none"', 'autocorrect="off"', 'spellcheck="false"'):
        assert attribute in box[0]


def test_the_first_thing_that_is_read_aloud_says_how_many_were_found(client: TestClient) -> None:
    total = client.get("/tim.json?q=kết+hôn").json()["total"]
    assert f"<title>kết hôn – {total} kết quả · " in client.get("/tim?q=kết+hôn").text
    assert "<title>xyzxyz – không có kết quả · " in client.get("/tim?q=xyzxyz").text


def test_there_is_nothing_to_undo_where_nothing_was_changed(client: TestClient) -> None:
    undo = "Tìm đúng chữ đã gõ"
    assert undo in client.get("/tim?q=dang+ky+ket+hon").text
    assert undo not in client.get("/tim?q=đăng+ký+kết+hôn").text
    assert undo not in client.get("/tim?q=1.000894").text


def test_what_is_hidden_is_not_drawn(client: TestClient) -> None:
    """Inputs are given a display of their own, which outweighs the attribute: a name without a label stood on a form."""
    assert "[hidden]{display:none!important}" in client.get("/static/style.css").text


def test_a_sheet_of_paper_says_where_it_came_from(client: TestClient) -> None:
    """The header, the footer and the address bar are not printed; “hôm nay” means nothing without the day."""
    page, sheet = client.get("/thu-tuc/1.000894").text, client.get("/static/style.css").text
    told = re.search(
        r'<p class="onprint">http://testserver/thu-tuc/1.000894 · in ngày (\S+) · hỏi: 02373 900 900</p>', page
    )
    assert told
    assert re.fullmatch(r"\d\d/\d{1,2}/\d{4}", told[1])
    assert ".onprint{display:none}" in sheet
    on_paper = sheet.partition("@media print")[2]
    assert ".onprint{display:block" in on_paper
    assert "@page{size:A4;" in on_paper
    assert "html{font-size:10pt}" in on_paper, "with larger letters a marriage took two sheets"


def test_the_board_is_a_table_on_paper(client: TestClient) -> None:
    """As cards, 48 sites took eight sheets."""
    sheet = client.get("/static/style.css").text
    assert "@media screen and (max-width:62rem){.board thead" in sheet
    assert "body.wide{page:wide}" in sheet.partition("@media print")[2]


def test_the_narrowest_page_has_no_sideways_scrolling_and_no_buttons_that_touch(client: TestClient) -> None:
    style = client.get(re.findall(r'href="(/static/style[^"]+)"', client.get("/").text)[0]).text
    assert "minmax(min(17rem,100%),1fr)" in style, "17rem and the margins are more than 320 pixels"
    assert "p>.chip,p>.button{margin:.2rem" in style


def test_links_begin_at_the_margin_and_can_be_touched(client: TestClient) -> None:
    """A line of links that wraps at 390 px began further in; an inline link has no height of its own."""
    sheet = client.get("/static/style.css").text
    assert "\n.top a{padding-left:0}" in sheet
    assert ".match a{display:inline-flex" in sheet


@pytest.mark.parametrize(
    "path", ["/", "/nguon", "/healthz", "/api/v1/procedures/1.000894", "/static/style.css", "/khong-co"]
)
def test_head_tells_what_get_would(client: TestClient, path: str) -> None:
    asked, got = client.head(path), client.get(path)
    assert asked.status_code == got.status_code
    assert asked.headers["content-type"] == got.headers["content-type"]
    assert asked.content == b""


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("POST", "/api/v1/search", "GET, HEAD"), ("OPTIONS", "/api/v1/freshness", "GET, HEAD"), ("POST", "/healthz", "GET, HEAD"),
     ("DELETE", "/tim", "GET, HEAD"), ("PUT", "/bien-tap/dang-nhap", "GET, HEAD, POST"), ("GET", "/bien-tap/dang-xuat", "POST"),
     ("POST", "/static/icon.svg", "GET, HEAD")],
)  # fmt: skip
def test_a_method_that_an_address_does_not_take_is_told_those_it_takes(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert f"Địa chỉ này nhận: {allowed}." in answer.text
    if path.startswith("/api/"):
        assert answer.json() | {"remedy": f"Địa chỉ này nhận: {allowed}."} == answer.json()
        assert "allowed" not in answer.json()


def test_a_browser_finds_an_icon(client: TestClient) -> None:
    """Without one it asked for /favicon.ico and was given a whole page that says 404."""
    address = re.search(r'<link rel="icon" type="image/svg\+xml" href="([^"]+)">', client.get("/").text)
    assert address
    assert client.get(address[1]).headers["content-type"] == "image/svg+xml"
