"""Sections by the words of menus."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigError
from core.model import Reading
from crawler.cms import read
from crawler.page import RawPage, SiteHints
from crawler.sections import SectionTable
from crawler.sections_of_links import link_sections

NATIONAL = Path(__file__).resolve().parents[2] / "config" / "national"


@pytest.mark.parametrize(
    ("wording", "section"),
    [
        ("Tin tức", "news"),
        ("TIN TỨC - SỰ KIỆN", "news"),
        ("tin-tuc-su-kien", "news"),
        ("Thủ tục hành chính", "procedures"),
        ("Lấy ý kiến văn bản dự thảo", "consultation"),
        ("Văn bản - Công văn", "legal_docs"),
        ("Hỏi đáp", "qna"),
        ("Thư viện ảnh", ""),
        ("", ""),
    ],
)
def test_a_menu_entry_belongs_to_the_section_of_its_words(wording: str, section: str) -> None:
    assert SectionTable.load(NATIONAL).section_of(wording) == section


def test_a_link_takes_the_section_of_the_menu_entry_above_it() -> None:
    markup = "<ul><li><a href='/gt'>Giới thiệu</a><ul><li><a href='/gt/so-do'>Sơ đồ</a></li></ul></li></ul>"
    site = SiteHints(sections=SectionTable.load(NATIONAL))
    links = read(RawPage("http://x.gov.vn/a", 200, {}, markup.encode()), site).links
    assert {link.url: link.section for link in links} == {
        "http://x.gov.vn/gt": "about",
        "http://x.gov.vn/gt/so-do": "about",
    }


def test_a_missing_table_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        SectionTable.load(tmp_path)


@pytest.mark.parametrize(
    "headline",
    [
        "Đẩy mạnh công tác cải cách hành chính đợt 3 số 120",
        "Chủ tịch huyện kiểm tra tiến độ dự án đường ven biển",
        "Hội nghị lấy ý kiến góp ý dự thảo quy hoạch chung đô thị Nghi Sơn",
    ],
)
def test_a_headline_with_a_menus_words_is_no_menu_entry(headline: str) -> None:
    assert SectionTable.load(NATIONAL).section_of(headline) == ""


def reading_of(markup: str, url: str) -> Reading:
    site = SiteHints(sections=SectionTable.load(NATIONAL))
    return read(RawPage(url, 200, {"content-type": "text/html; charset=utf-8"}, markup.encode()), site)


ENTRIES = "".join(
    f"<li><a href='/bai/{n}'>Huyện ủy họp giao ban tháng {n} năm 2018</a> <span>0{n}/08/2018</span></li>"
    for n in (1, 2, 3)
)
SIDE = "<div><h4>Xem nhiều</h4><ul><li><a href='/bai/77'>Tập huấn công tác hòa giải ở cơ sở</a></li></ul></div>"


def test_a_lists_entries_belong_to_its_section_and_a_side_bars_to_none() -> None:
    page = f"<title>Tin tức - Xã Mẫu</title><h2>Tin tức</h2><ul>{ENTRIES}</ul><a href='/tin?page=2'>2</a>{SIDE}"
    reading = reading_of(page, "http://x.gov.vn/tin")
    assert reading.page_kind == "list"
    assert link_sections(reading, "http://x.gov.vn/tin") == {
        **{f"http://x.gov.vn/bai/{n}": "news" for n in (1, 2, 3)},
        "http://x.gov.vn/tin?page=2": "news",
    }


def test_a_list_without_a_name_gives_the_section_it_was_linked_under() -> None:
    reading = reading_of(f"<ul>{ENTRIES}</ul>{SIDE}", "http://x.gov.vn/chuyen-muc/17")
    found = link_sections(reading, "http://x.gov.vn/chuyen-muc/17", "direction")
    assert found == {f"http://x.gov.vn/bai/{n}": "direction" for n in (1, 2, 3)}


def test_entries_of_a_front_page_belong_to_the_heading_of_their_block() -> None:
    blocks = f"<div><h3>Văn bản chỉ đạo</h3><ul>{ENTRIES}</ul></div><div><h3>Tin nổi bật</h3><ul>{ENTRIES.replace('/bai/', '/tin/')}</ul></div>"
    found = link_sections(reading_of(blocks, "http://x.gov.vn/"), "http://x.gov.vn/")
    assert found == {f"http://x.gov.vn/bai/{n}": "legal_docs" for n in (1, 2, 3)}


def test_links_of_an_article_say_nothing_of_their_section() -> None:
    text = "<p>" + "Nội dung giới thiệu về huyện, vị trí và lịch sử. " * 9 + "</p>"
    page = (
        f"<title>Giới thiệu - Xã Mẫu</title><h1>Giới thiệu</h1>{text}<div><h4>Tin mới nhất</h4><ul>{ENTRIES}</ul></div>"
    )
    assert (
        link_sections(reading_of(page, "http://x.gov.vn/gioi-thieu.html"), "http://x.gov.vn/gioi-thieu.html", "about")
        == {}
    )
