"""What no page may do to a reader, and what a reader must never do to a page's words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Article, Procedure, Reading
from crawler.cms import read
from crawler.cms.amounts import amount_of, duration_of
from crawler.page import RawPage, SiteHints

PROCEDURE = (
    "<h1>Thủ tục mẫu</h1><table><tr><td>Mã thủ tục</td><td>1.001193</td></tr><tr><td>Trình tự thực hiện</td><td>Nộp tờ khai</td></tr>"
    "<tr><td>Thời hạn giải quyết</td><td>{time}</td></tr><tr><td>Lệ phí</td><td>{fee}</td></tr></table>"
)


def reading_of(
    markup: str, url: str = "http://x.gov.vn/a/b.html", content_type: str = "text/html; charset=utf-8"
) -> Reading:
    return read(RawPage(url, 200, {"content-type": content_type}, markup.encode()), SiteHints())


def procedure_of(markup: str) -> Procedure:
    content = reading_of(markup).records[0].content
    assert isinstance(content, Procedure)
    return content


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_give_a_reading(body: bytes) -> None:
    assert read(RawPage("http://x.gov.vn/a", 200, {}, body)).reader


@given(
    st.lists(
        st.sampled_from(
            [
                "<table>",
                "<tr>",
                "<td>",
                "</td>",
                "Mã thủ tục",
                "1.001193",
                "<p>",
                "</div>",
                "<li>",
                "Lệ phí:",
                "<b>",
                "<a href='x'>",
                "09/08/2018",
                "Trình tự thực hiện",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=150)
def test_broken_markup_gives_a_reading(pieces: list[str]) -> None:
    assert reading_of("".join(pieces)).reader


def test_words_never_stick_together_at_borders_of_blocks_and_cells() -> None:
    text = reading_of(PROCEDURE.format(time="<p>03 ngày</p><p>làm việc</p>", fee="Tờ khai<br>số 1")).text
    assert "ngàylàm" not in text
    assert "khaisố" not in text


@pytest.mark.parametrize(("fee", "amount"), [("15.000 đồng", 15000), ("8000", 8000), ("Miễn phí", None), ("Theo quy định của HĐND tỉnh", None), ("1", None), ("Từ 5.000 đến 8.000 đồng", None)])  # fmt: skip
def test_a_fee_is_the_pages_wording_and_a_number_only_when_plain(fee: str, amount: int | None) -> None:
    found = procedure_of(PROCEDURE.format(time="03 ngày", fee=fee)).channels[0].durations[0].fees[0]
    assert (found.text, found.amount) == (fee, amount)


def test_no_fee_on_the_page_is_no_fee_in_the_record() -> None:
    channels = procedure_of(PROCEDURE.format(time="03 ngày", fee="")).channels
    assert channels[0].durations[0].fees == ()


@pytest.mark.parametrize(("text", "amount", "unit"), [("03 ngày làm việc", 3, "ngay_lam_viec"), ("Không quá 15 (mười lăm) ngày", 15, "ngay"), ("1,5 ngày", 1.5, "ngay"), ("08 giờ", 8, "gio"), ("trong ngày", None, ""), ("02 tháng", 2, "thang")])  # fmt: skip
def test_time_limits_are_parsed(text: str, amount: float | None, unit: str) -> None:
    found = duration_of(text)
    assert (found.amount, found.unit, found.text) == (amount, unit, text)


def test_amounts_take_both_ways_of_grouping() -> None:
    assert amount_of("1.250.000 đồng") == amount_of("1,250,000 đ") == amount_of("1250000") == 1_250_000


def test_decomposed_letters_are_composed_and_said() -> None:
    reading = reading_of(unicodedata.normalize("NFD", PROCEDURE.format(time="03 ngày", fee="Miễn phí")))
    assert "nfd" in reading.notes
    assert unicodedata.is_normalized("NFC", reading.text)
    assert isinstance(reading.records[0].content, Procedure)


def test_a_side_bar_and_a_header_date_are_not_the_articles() -> None:
    body = "<p>" + "Nội dung bài viết về hoạt động của xã trong tháng. " * 6 + "</p>"
    page = f"<div class='top'>Thứ Sáu, 10/08/2018</div><div class='sidebar'><a href='/x'>Tin khác</a> 12/10/2018</div><div class='c'><h1>Bài viết không ghi ngày</h1>{body}</div><div class='footer'>© 2018, 01/01/2018</div>"
    record = reading_of(page).records[0]
    assert isinstance(record.content, Article)
    assert record.published is None


def posted_of(*lines: str) -> str:
    text = "Hội nghị nghe báo cáo kết quả sáu tháng đầu năm và bàn nhiệm vụ sáu tháng cuối năm của ngành. " * 5
    paragraphs = "".join(f"<p>{line}</p>" for line in lines).replace("...", text)
    (record,) = reading_of(f"<div><h1>Hội nghị sơ kết công tác tư pháp</h1>{paragraphs}</div>").records
    return str(record.published or "")[:10]


@pytest.mark.parametrize(
    "line",
    [
        "09/08/2018 08:00",
        "(Thứ năm, 09/08/2018)",
        "Ngày đăng: 09/08/2018 - Lượt truy cập: 315",
        "Đăng bởi Chi cục Thống kê lúc 09/08/2018 10:00",
        "Cập nhật lúc: 10:00 AM ngày 09/08/2018",
        "Văn phòng Sở | Thứ năm, 09/08/2018 08:15",
        "09/08/2018 08:15 - Nguyễn Thị Mẫu",
    ],
)
def test_a_line_that_says_when_the_page_was_posted_is_believed(line: str) -> None:
    assert posted_of(line, "...") == "2018-08-09"
    assert posted_of("Ngày 01/8/2018, Sở Tư pháp tổ chức hội nghị.", "...", line) == "2018-08-09"


@pytest.mark.parametrize(
    "line",
    [
        "Theo Quyết định số 1234/QĐ-UBND ngày 05/6/2015.",
        "Số quyết định: 3816/QĐ-UBND ngày 12/03/2018",
        "Hội nghị sẽ họp vào ngày 15/9/2018.",
        "Nhận hồ sơ đến hết ngày 30/9/2018.",
        "Đăng ký trước ngày 15/9/2018",
        "Thời gian: 01/8/2018 - 15/8/2018",
    ],
)
def test_a_sentence_with_a_day_says_nothing_of_the_posting(line: str) -> None:
    assert posted_of(line, "...") == ""


def listed(*rows: str) -> list[tuple[str, str]]:
    items = reading_of("<h1>Tin tức</h1><ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>").items
    return [(item.title, str(item.published or "")) for item in items]


def test_the_day_of_an_entry_is_the_one_beside_it_not_one_of_which_it_tells() -> None:
    decision, plan = "Quyết định số 12/QĐ-UBND ngày 05/6/2018 ban hành quy chế", "Kế hoạch công tác từ 01/8/2018"
    link = "<a href='/{}'>{}</a> {}".format
    assert listed(
        link(1, decision, "<span>09/08/2018</span>"),
        link(2, plan, "(08/08/2018)"),
        link(3, "Công bố số liệu tháng 7", ""),
    ) == [(decision, "2018-08-09"), (plan, "2018-08-08"), ("Công bố số liệu tháng 7", "")]
    assert listed(*(link(n, f"{decision} {n}", "") for n in range(3))) == [(f"{decision} {n}", "") for n in range(3)]


@pytest.mark.parametrize("words", ["{} (09/08/2018)", "<b>Ngày: 09/08/2018</b> {}", "{} <i>(Thứ năm, 09/08/2018)</i>"])
def test_the_day_that_stands_apart_in_an_entrys_link_is_its_day(words: str) -> None:
    title = "Lễ kỷ niệm ngày 02/9/1945 tại tỉnh"
    assert listed(f"<a href='/1'>{words.format(title)}</a>", "<a href='/2'>Khai mạc kỳ họp</a> 08/08/2018") == [
        (title, "2018-08-09"), ("Khai mạc kỳ họp", "2018-08-08"),
    ]  # fmt: skip


def test_each_field_says_where_it_was_found() -> None:
    found = reading_of(PROCEDURE.format(time="03 ngày", fee="Miễn phí")).records[0].found
    assert found["steps"].where == "label “Trình tự thực hiện”"
    assert 0 < found["steps"].confidence <= 1


def test_links_are_canonical_and_traps_of_the_page_are_kept_for_the_caller() -> None:
    links = reading_of(
        "<a href='../c.html;jsessionid=1?b=2&amp;a=1#x'>Bài viết</a><a href='javascript:void(0)'>x</a><a href='a.jpg'>y</a>"
    ).links
    assert [link.url for link in links] == ["http://x.gov.vn/c.html?b=2&a=1"]


@pytest.mark.parametrize(
    ("family", "shown", "kept"),
    [
        ("liferay", "/tin?p_p_id=101&p_p_auth=x1&_101_redirect=%2Fa&_101_cur=2", "/tin?p_p_id=101&_101_cur=2"),
        (
            "sharepoint",
            "/Lists/Posts/Post.aspx?ItemID=39&PublishedDate=2013-01-15&Source=%2Fhome",
            "/Lists/Posts/Post.aspx?ItemID=39",
        ),
        ("nukeviet", "/vi/news/?nv_redirect=abc", "/vi/news/"),
        ("generic", "/tin?redirect=%2Fa", "/tin?redirect=%2Fa"),
    ],
)
def test_an_address_has_one_form_in_its_family(family: str, shown: str, kept: str) -> None:
    page = RawPage(
        "http://x.gov.vn/", 200, {}, f"<a href='{shown}'>Một bài viết của xã</a><a href='{kept}'>Bài</a>".encode()
    )
    assert [link.url for link in read(page, SiteHints(family=family)).links] == [f"http://x.gov.vn{kept}"]


def test_a_linked_files_name_holds_no_control_characters() -> None:
    text = "Ủy ban nhân dân tỉnh ban hành quyết định. " * 20
    markup = f'<h1>Quyết định</h1><div><a href="/t%00e%0Ap.pdf"></a><p>{text}</p></div>'
    assert [file.name for record in reading_of(markup).records for file in record.files] == ["tep.pdf"]


def test_text_in_a_box_that_looks_like_furniture_is_rescued_with_little_confidence() -> None:
    sentence = (
        "Ủy ban nhân dân xã hướng dẫn người dân làm thủ tục cấp lại giấy chứng nhận đã mất trong đợt lũ vừa qua. "
    )
    body = "".join(f"<p>{sentence * 2}</p>" for _ in range(4))
    menu = "<div class='menu'><ul><li><a href='/a'>Tin tức</a></li><li><a href='/b'>Văn bản</a></li></ul></div>"
    reading = reading_of(f"<title>Hướng dẫn cấp lại giấy tờ</title>{menu}<div class='sidebar-content'>{body}</div>")
    record = reading.records[0]
    assert isinstance(record.content, Article)
    assert sentence.strip() in record.content.body
    assert (record.found["body"].where, record.found["body"].confidence < 0.5) == ("trafilatura", True)
    assert record.published is None


def test_menus_and_lists_of_files_are_not_rescued() -> None:
    rows = "".join(f"<li>bieu-mau-so-{n}.docx</li><li>Tìm hiểu</li>" for n in range(40))
    assert reading_of(f"<title>Tệp</title><div class='menu'><ul>{rows}</ul></div>").records == ()


WRITTEN = "<p>Ngày 9/8, Ủy ban nhân dân xã tổ chức hội nghị tiếp xúc cử tri với sự tham gia của đại biểu.</p>"
COMMENTS = "".join(
    f"<p>Nguyễn Thị Mai</p><p>Tôi ở thôn {n}, rất mong xã sớm làm đường để bà con đi lại.</p>" for n in range(8)
)


@pytest.mark.parametrize(
    "box",
    [
        f"<div><h3>Ý kiến bạn đọc (8)</h3>{COMMENTS}</div>",
        f"<p>8 bình luận</p>{COMMENTS}",
        f"<div class='box-binh-luan'>{COMMENTS}</div>",
        f"<b>Bình luận</b><form><textarea></textarea></form>{COMMENTS}",
    ],
)
def test_what_readers_wrote_below_an_article_is_no_part_of_it(box: str) -> None:
    for text in (f"<div>{WRITTEN * 2}</div>{box}", f"<div>{WRITTEN * 2}{box}</div>"):
        said = reading_of(f"<h1>Hội nghị tiếp xúc cử tri</h1><p>Bình luận</p>{text}")
        (record,) = said.records
        assert isinstance(record.content, Article)
        assert "tiếp xúc cử tri" in record.content.body
        assert "Nguyễn" not in f"{record.content} {said.text}"


COUNT = "<p>12 bình luận</p>"
SIDE = "<table><tr><td><h3>Ý kiến bạn đọc</h3><a href='/gop-y'>Gửi ý kiến</a></td><td>{}</td></tr></table>"
BREAKS = WRITTEN.replace("<p>", "").replace("</p>", "<br>")


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Hội nghị</h1><div><p><b>Sáng 9/8, xã tổ chức hội nghị tiếp xúc cử tri.</b></p>{COUNT}{WRITTEN * 3}</div>",
        f"<div>Chào mừng đến với trang thông tin điện tử của xã!</div>{SIDE.format(f'<h1>Hội nghị</h1><div>{WRITTEN * 3}</div>')}",
        f"<div>Trang thông tin điện tử Sở Tư pháp tỉnh Thanh Hóa</div>{SIDE.format(f'<div>{WRITTEN * 3}</div>')}",
        f"<h1>Án lệ số 5</h1><div><h3>Nội dung</h3>{WRITTEN}<h3>Bình luận</h3>{WRITTEN * 2}</div>",
        f"<table><tr><td>Giờ tiếp dân: thứ hai<td>{BREAKS * 3}Bình luận (8)<br>Mai<br>Rất mong xã làm đường.</table>",
    ],
)
def test_text_below_a_mere_mention_of_comments_is_the_article(body: str) -> None:
    (record,) = reading_of(body).records
    assert isinstance(record.content, Article)
    assert record.content.body.count("tham gia của đại biểu") == 3
    assert "Mai" not in record.content.body
    assert "Giờ tiếp dân" not in record.content.body


@pytest.mark.parametrize("name", ["id='y-kien-ban-doc'", "class='binhluan'", "class='list-binh-luan'"])
def test_a_section_that_is_named_as_comments_are_is_read(name: str) -> None:
    said = reading_of(f"<title>Ý kiến</title><div {name}><h1>Mong xã sớm làm đường</h1>{WRITTEN * 2}</div>")
    assert said.records[0].found["body"].where == "text weight"
    rows = "".join(
        f"<li><a href='/thu-{n}'>Thư số {n}: mong xã làm đường</a> <span>0{n}/08/2018</span></li>" for n in range(1, 9)
    )
    assert len(reading_of(f"<div {name}><h1>Bạn đọc viết</h1><ul>{rows}</ul></div>").items) == 8


def test_a_letter_in_the_section_of_readers_letters_is_read() -> None:
    for title in ("Mong xã sớm làm đường", "Mong xã sớm làm đường cho bà con thôn 5 đi lại"):
        said = reading_of(f"<h1>{title}</h1><h2>Ý kiến bạn đọc</h2><div>{COMMENTS}</div>")
        assert "sớm làm đường để bà con" in said.text
