"""Titles, summaries and entries that no heading, selector or link marks, and what must not be taken for them."""

from __future__ import annotations

import pytest

from core.model import Article, Reading
from crawler.cms import read
from crawler.page import RawPage, SiteHints

BODY = (
    "<p>Sáng nay, Ủy ban nhân dân xã tổ chức ra quân làm đường giao thông nông thôn tại thôn Đông, dài một cây số.</p>"
    * 3
)
SUMMARY = "Hơn hai trăm người dân đã tham gia buổi ra quân đầu năm."


def reading_of(markup: str) -> Reading:
    page = RawPage("http://x.gov.vn/tin", 200, {"content-type": "text/html; charset=utf-8"}, markup.encode())
    return read(page, SiteHints("generic"))


def summary_of(between: str) -> str:
    content = reading_of(f"<h1>Ra quân làm đường</h1>{between}<div>{BODY}</div>").records[0].content
    assert isinstance(content, Article)
    return content.summary


@pytest.mark.parametrize("between", [f"<p>{SUMMARY}</p>", f"<div>12/3/2019 08:15</div><div class='x'>{SUMMARY}</div>"])
def test_the_paragraph_between_heading_and_body_sums_it_up(between: str) -> None:
    assert summary_of(between) == SUMMARY


@pytest.mark.parametrize(
    "between",
    [
        "",
        "<div>12/3/2019 08:15</div>",
        "<p>Người viết: Ban biên tập trang thông tin điện tử xã</p>",
        f"<p>{SUMMARY} <a href='/them'>Xem thêm</a></p>",
        f"<ul><li>{SUMMARY}</li></ul>",
    ],
)
def test_dates_bylines_links_and_lists_sum_up_nothing(between: str) -> None:
    assert not summary_of(between)


def test_a_block_that_says_it_is_the_title_names_a_page_that_nothing_else_names() -> None:
    page = "<title>Website Xã Mẫu</title><div class='bai-tieude'></div><div class='tieu-de'>{}</div><div>{}</div>"
    assert reading_of(page.format("Ra quân làm đường", BODY)).title == "Ra quân làm đường"
    twice = page.format("Ra quân làm đường", f"<div class='tieu-de'>Tin khác của xã</div>{BODY}")
    assert reading_of(twice).title == "Website Xã Mẫu"


ISSUES = "<ul><li>Bản tin số 12 – 28/3/2019</li><li>Bản tin số 11 (14/3/2019)</li></ul>"


def test_lines_that_end_with_a_date_are_entries_even_without_links() -> None:
    items = reading_of(f"<p class='title'>Các số bản tin</p>{ISSUES}").items
    assert [str(item.published) for item in items] == ["2019-03-28", "2019-03-14"]


@pytest.mark.parametrize(
    "box",
    [
        "<div><p>Ngày đăng: 28/3/2019</p><p>Ngày cập nhật: 29/3/2019</p></div>",
        "<div><p>Ngày ban hành 28/3/2019</p><p>Ngày hiệu lực 29/3/2019</p></div>",
        "<div><p>28/3/2019: họp giao ban</p><p>29/3/2019: tiếp công dân</p></div>",
        "<div><p>Họp ngày 28/3/2019</p><p class='x'>Tiếp công dân ngày 29/3/2019</p></div>",
    ],
)
def test_labelled_dates_and_diaries_are_no_entries(box: str) -> None:
    assert not reading_of(box).items


def test_the_links_of_a_side_bar_are_no_entries_of_a_short_page() -> None:
    newest = "".join(
        f"<li><a href='/tin/{day}'>Họp giao ban tuần, tiếp công dân</a> <i>({day}/3/2019)</i></li>"
        for day in range(10, 20)
    )
    side = f"<div><h4>Tin mới nhất</h4><ul>{newest}</ul></div>"
    page = f"<title>Liên hệ - Xã Mẫu</title><div><h2>Liên hệ</h2><p>Địa chỉ: thôn Đông, xã Mẫu, huyện Mẫu, tỉnh Mẫu.</p></div>{side}"
    assert reading_of(page).page_kind == "article"


def test_an_article_that_holds_such_lines_stays_an_article() -> None:
    assert reading_of(f"<h1>Ra quân làm đường</h1><div>{BODY}{ISSUES}</div>").page_kind == "article"
