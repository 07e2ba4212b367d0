"""Units that are no more, on the pages: where to file instead, whose address it is, and under which name they spoke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from core.clock import fixed
from core.model import Article, Record
from core.site_files import load_province
from core.unified import ONE_UNITS, Offering, UnifiedField
from search_api.app import create_app
from search_api.known import KnownProcedures
from search_api.pages import owner_names
from store import page_records, procedures
from store.prepared import prepare
from store.tables import pages
from tests.search_api.conftest import CODE, CONFIG, NOW, parts, seed, unified
from tests.shared import new_store

ADDRESS = "Bộ phận tiếp nhận và trả kết quả, UBND thành phố Thanh Hóa"
OWNERS = {
    "h-tpthanhhoa": "UBND thành phố Thanh Hóa", "h-dongson": "UBND huyện Đông Sơn", "h-tinhgia": "UBND huyện Tĩnh Gia",
}  # fmt: skip
ALONE = "1.002012"
EACH = "1.000003"


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The day after the reorganisation: a procedure that three old units offer, one of the city alone, an old article."""
    folder = tmp_path_factory.mktemp("old")
    database = new_store(folder / "store.db")
    seed(database)
    offers = [
        Offering(site, f"http://{site}.example/1", "", unit, NOW, NOW, 1, 1, service_level_raw="Mức độ 4")
        for site, unit in OWNERS.items()
    ]
    of_all = replace(
        unified(),
        fields={**(unified().fields or {}), "address": UnifiedField(ADDRESS, "h-tpthanhhoa", NOW, ONE_UNITS)},
        offerings=tuple(offers),
    )
    of_one = replace(
        of_all,
        key=ALONE,
        code=ALONE,
        fields={**(of_all.fields or {}), "address": UnifiedField(ADDRESS, "h-tpthanhhoa", NOW)},
        offerings=(offers[0],),
    )
    of_each = replace(of_all, key=EACH, code=EACH, agencies=())
    with database.write() as connection:
        procedures.write(connection, [procedures.prepare(item) for item in (of_all, of_one, of_each)], NOW)
        page = {"server": "127.0.0.2", "first_seen": NOW, "next_due": NOW, "last_good": NOW, "outcome": "ok"}
        connection.execute(insert(pages).values(**page, id=9, site_id="h-bathuoc", url="http://bt.example/9"))
        origin = page_records.Origin(9, "h-bathuoc", "news", "nukeviet", 1, NOW)
        article = Record("article", Article("Hội nghị cải cách", body="Nội dung"), published=NOW)
        page_records.write(connection, origin, [prepare(article)])
    app = replace(parts(database, folder), clock=fixed(datetime(2026, 11, 2, tzinfo=UTC)))
    with TestClient(create_app(app)) as client:
        yield client
    database.close()


def test_an_address_of_one_unit_is_not_where_everyone_files(today: TestClient) -> None:
    page = today.get(f"/thu-tuc/{CODE}").text
    box = page[page.index('id="noi-nop"') : page.index("Các bước")]
    assert "Nơi nộp: UBND cấp xã" in box
    assert ADDRESS not in box
    told = page[page.index('id="nguon"') :]
    assert f"Địa chỉ tiếp nhận của riêng một đơn vị: {ADDRESS}" in told
    assert "Nguồn của địa chỉ: trang UBND thành phố Thanh Hóa, 09/8/2018 · của riêng đơn vị này" in told


def test_where_each_unit_names_itself_it_depends_on_where_one_lives(today: TestClient) -> None:
    page = today.get(f"/thu-tuc/{EACH}").text
    box = page[page.index('id="noi-nop"') : page.index("Các bước")]
    assert f'Nơi nộp: tùy nơi bạn ở, một trong <a href="#nguon">{len(OWNERS)} đơn vị đăng thủ tục này</a>' in box


def test_the_address_of_the_only_unit_stands_with_its_source(today: TestClient) -> None:
    page = today.get(f"/thu-tuc/{ALONE}").text
    box = page[page.index('id="noi-nop"') : page.index("Các bước")]
    assert "Nơi nộp: UBND cấp xã" in box
    assert f"Địa chỉ: {ADDRESS}" in box
    assert "Nguồn của địa chỉ: trang UBND thành phố Thanh Hóa" in box


def test_a_snippet_tells_no_address_of_one_unit(today: TestClient) -> None:
    with today.app.state.parts.database.read() as connection:  # type: ignore[attr-defined]
        shown = KnownProcedures().of(connection, [CODE, ALONE])
    assert shown[CODE].text(("place",)) != f"Địa chỉ tiếp nhận: {ADDRESS}"
    assert shown[ALONE].text(("place",)) == f"Địa chỉ tiếp nhận: {ADDRESS}"


def test_districts_that_only_their_sites_know_lead_on_too(today: TestClient) -> None:
    places = {p["unit"]: p["now"] for p in today.get(f"/api/v1/procedures/{CODE}").json()["places"]}
    assert set(places) == set(OWNERS.values())
    assert "UBND phường Đông Sơn" in places["UBND huyện Đông Sơn"]
    for q in ("huyện Tĩnh Gia", "huyen tinh gia", "UBND huyện Tĩnh Gia"):
        names = [place["name"] for place in today.get("/api/v1/places", params={"q": q}).json()["successors"]]
        assert {"Phường Nghi Sơn", "UBND phường Tĩnh Gia"} <= set(names)
    assert today.get("/api/v1/places", params={"q": "UBND phường Đông Sơn"}).json()["successors"] == []


def test_old_units_are_folded_but_for_the_one_that_is_named(today: TestClient) -> None:
    page = today.get(f"/thu-tuc/{CODE}").text
    assert '<details class="offprint"><summary>Đơn vị cũ nay nộp ở đâu (3)</summary>' in page
    assert '<p class="note">UBND' not in page
    page = today.get(f"/thu-tuc/{CODE}", params={"don-vi": "khai sinh huyen dong son"}).text
    assert "nay nộp ở đâu (2)" in page
    assert '<p class="note">UBND huyện Đông Sơn (cấp huyện không còn): nay nộp tại một trong 3 xã, phường' in page
    assert "theo nơi ở: phường Đông Tiến, phường Đông Quang, phường Đông Sơn." in page


def test_a_record_is_of_the_owner_of_its_day(today: TestClient) -> None:
    page = today.get("/tin/2").text
    assert '">UBND huyện Bá Thước</a> · 09/8/2018' in page


def test_an_owner_is_named_for_a_day_or_as_one_of_old() -> None:
    owner_of = owner_names(load_province(CONFIG, "thanhhoa"), date(2026, 11, 2))
    assert owner_of("h-bathuoc") == "UBND xã Bá Thước"
    assert owner_of("h-bathuoc", "2018-08-09T01:00:00+00:00") == "UBND huyện Bá Thước"
    assert owner_of("h-quangxuong") == "UBND huyện Quảng Xương (cũ)"
    assert owner_of("s-skhdt", NOW) == "Sở Kế hoạch và Đầu tư"
    assert owner_of("x-none") == "x-none"
