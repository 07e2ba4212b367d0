"""Sections by the words of menus."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigError
from crawler.cms import read
from crawler.page import RawPage, SiteHints
from crawler.sections import SectionTable

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
