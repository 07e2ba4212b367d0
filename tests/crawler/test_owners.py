"""Whose page an answer is: another host's, another body's, or still the owner's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_page import MENU, TEXT, answer

from core.states import Outcome
from crawler.guards import judge
from crawler.page import SiteHints


def test_an_answer_of_another_host_has_moved() -> None:
    site = SiteHints(hosts=frozenset({"x.gov.vn"}))
    assert judge(answer(TEXT), site).outcome is Outcome.OK
    assert judge(answer(TEXT, url="http://y.gov.vn/a"), site).outcome is Outcome.MOVED


def test_a_page_signed_by_another_body_in_two_places_has_a_new_owner() -> None:
    company = "Công ty Cổ phần Thương mại Bình Minh"
    foot = f"<div id='footer'><p>{company}</p><p>Địa chỉ: Số 1 đường Lê Lợi</p></div>"
    head = f"<div class='banner'><h1>{company}</h1></div>"
    site = SiteHints(owner="Ban Dân tộc")
    assert judge(answer(f"{head}{MENU}{TEXT}{foot}", title=f"Trang chủ - {company}"), site).outcome is Outcome.NEW_OWNER
    # One name in one place may be a sponsor's, and a page that names nobody says nothing about its owner.
    assert judge(answer(f"{MENU}{TEXT}{foot}", title="Trang chủ"), site).outcome is Outcome.OK
    assert judge(answer(f"{MENU}{TEXT}", title="Cổng thông tin điện tử"), site).outcome is Outcome.OK
    beside = f"{head}<div class='header'>BAN DÂN TỘC TỈNH THANH HÓA</div>{MENU}{TEXT}{foot}"
    assert judge(answer(beside, title=f"Tin - {company}"), site).outcome is Outcome.OK


def test_a_page_signed_by_another_unit_has_a_new_owner() -> None:
    foot = "<div class='footer'>Cơ quan chủ quản: UBND xã Nông Cống</div>"
    page = answer(f"{MENU}<h1>Tin</h1>{TEXT}{foot}", title="Trang thông tin điện tử xã Nông Cống")
    assert judge(page, SiteHints(owner="UBND xã Nông Cống")).outcome is Outcome.OK
    assert judge(page, SiteHints(owner="UBND huyện Thọ Xuân")).outcome is Outcome.NEW_OWNER


@pytest.mark.parametrize("other", ["tỉnh Nghệ An", "thành phố Hà Nội", "TP. Hồ Chí Minh", "Hà Tĩnh"])
def test_a_body_of_that_name_in_another_province_is_another(other: str) -> None:
    site = SiteHints(owner="Sở Tư pháp", province="Thanh Hóa")
    name = f"Sở Tư pháp {other}"
    page = f"<div class='header'>{name}</div>{MENU}{TEXT}<div class='footer'>Cơ quan chủ quản: {name}</div>"
    assert judge(answer(page, title=f"Trang chủ - {name}"), site).outcome is Outcome.NEW_OWNER
    at_home = replace(site, province=other.removeprefix("tỉnh ").removeprefix("thành phố ").removeprefix("TP. "))
    assert judge(answer(page, title=f"Trang chủ - {name}"), at_home).outcome is Outcome.OK


@pytest.mark.parametrize("name", ["SỞ TƯ PHÁP", "Sở Tư pháp tỉnh Thanh Hóa", "Sở Tư pháp Thanh Hoá - Nghệ An"])
def test_the_body_itself_stays_the_owner_beside_its_neighbours(name: str) -> None:
    site = SiteHints(owner="Sở Tư pháp tỉnh Thanh Hóa", province="Thanh Hóa")
    neighbours = "<div class='footer'>Sở Tư pháp tỉnh Nghệ An</div>"
    page = f"<div class='header'>{name}</div>{MENU}{TEXT}{neighbours}"
    assert judge(answer(page, title="Sở Tư pháp tỉnh Nghệ An - Tin"), site).outcome is Outcome.OK
