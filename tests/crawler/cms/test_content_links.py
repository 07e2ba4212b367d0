"""Which links of a page stand in its text: what a broken one is told of must be something its editor wrote there."""

from __future__ import annotations

import pytest

from crawler.cms import read
from crawler.page import RawPage

FRAME = """<html><head><title>Thông báo về việc nộp hồ sơ</title>{head}</head><body>
<div class="menu"><ul><li><a href="/gioi-thieu">Giới thiệu</a></li><li><a href="/lien-he">Liên hệ</a></li></ul></div>
<div class="col"><h1>Thông báo về việc nộp hồ sơ</h1>{text}</div>
<div class="right"><h3>Tin mới nhất</h3><ul><li><a href="/tin/9">Hội nghị sơ kết quý ba</a></li></ul></div>
<div id="footer"><a href="/so-do">Sơ đồ trang</a></div></body></html>"""

PARAGRAPH = (
    "<p>Ủy ban nhân dân tỉnh thông báo về việc tiếp nhận và trả kết quả hồ sơ của công dân trong tuần tới. {}</p>"
)


def content(text: str, head: str = "", url: str = "http://stp/tin/1") -> list[tuple[str, str]]:
    body = FRAME.format(head=head, text=text).encode()
    answer = RawPage(url, 200, {"content-type": "text/html; charset=utf-8"}, body)
    return [(link.url, link.text) for link in read(answer).content_links]


def article(*parts: str, beside: str = "") -> str:
    return "".join(PARAGRAPH.format(part) for part in (*parts, "", "")) + beside


def test_links_of_an_articles_text_are_kept_and_furniture_is_not() -> None:
    text = article('Xem <a href="/van-ban/12">Quyết định số 12</a>.', 'Mẫu: <a href="http://sxd/mau.docx">tải về</a>')
    assert content(text) == [("http://stp/van-ban/12", "Quyết định số 12"), ("http://sxd/mau.docx", "tải về")]


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="share"><a href="/chia-se">Chia sẻ</a></div>',
        '<div class="tin-lien-quan"><a href="/tin/7">Tin bảy</a></div>',
        '<h4>Các tin khác</h4><ul><li><a href="/tin/7">Tin bảy</a></li><li><a href="/tin/8">Tin tám</a></li></ul>',
        '<p><a href="#top">Về đầu trang</a> <a href="mailto:a@b.vn">Thư</a> <a href="/anh.jpg">Ảnh</a></p>',
    ],
)
def test_what_stands_beside_the_text_is_no_link_of_it(beside: str) -> None:
    assert content(article('Xem <a href="/a">tại đây</a>', beside=beside)) == [("http://stp/a", "tại đây")]


def test_an_address_twice_is_one_and_a_base_is_followed() -> None:
    text = article('<a href="a.html">một</a> <a href="a.html">hai</a>')
    assert content(text, head='<base href="http://stp/khac/">') == [("http://stp/khac/a.html", "một")]


def test_links_in_the_parts_of_a_procedure_are_kept() -> None:
    rows = {
        "Tên thủ tục": "Đăng ký kết hôn", "Mã thủ tục": "1.000894", "Lĩnh vực": "Hộ tịch",
        "Trình tự thực hiện": 'Nộp hồ sơ tại <a href="/nop">trang này</a>', "Thời hạn giải quyết": "3 ngày",
        "Phí, lệ phí": "Miễn phí", "Cơ quan thực hiện": "UBND cấp xã",
    }  # fmt: skip
    table = "".join(f"<tr><td><b>{label}</b></td><td>{value}</td></tr>" for label, value in rows.items())
    assert ("http://stp/nop", "trang này") in content(f"<table>{table}</table>", url="http://stp/thu-tuc/1")


def test_a_list_has_entries_and_no_links_of_a_text() -> None:
    entries = "".join(f'<li><a href="/tin/{n}">Tin số {n} của tuần này</a> <span>0{n}/08/2018</span></li>' for n in range(1, 9))  # fmt: skip
    assert content(f"<ul>{entries}</ul>", url="http://stp/tin") == []
