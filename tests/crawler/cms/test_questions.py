"""Questions and answers become records; who asked never does."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Article, Asked, Reading
from core.plain import to_plain
from crawler.cms import read
from crawler.cms.privacy import without_asker
from crawler.page import RawPage, SiteHints
from crawler.sections import SectionTable
from tests.crawler.cms.test_fixtures import ROOT

SITE = SiteHints(sections=SectionTable.load(ROOT / "config" / "national"))
FRAME = "<title>{title} - Xã Mẫu</title><div class='breadcrumb'><a href='/'>Trang chủ</a> » <a href='/hoi-dap'>Hỏi đáp</a></div><h1>{title}</h1>{body}"
QUESTION = "Con tôi sinh tháng trước, nay muốn làm giấy khai sinh thì cần những giấy tờ gì và nộp ở đâu?"
ANSWER = "Gia đình thực hiện thủ tục “Đăng ký khai sinh” (mã 1.001193) tại Ủy ban nhân dân xã, không mất lệ phí."


def page(body: str, title: str = "Hỏi về giấy khai sinh") -> Reading:
    markup = FRAME.format(title=title, body=body)
    return read(
        RawPage("http://x.gov.vn/hoi-dap/a-1.html", 200, {"content-type": "text/html; charset=utf-8"}, markup.encode()),
        SITE,
    )


def asked_of(reading: Reading) -> Asked:
    content = reading.records[0].content
    assert isinstance(content, Article)
    assert content.asked is not None
    return content.asked


MARKUPS = {
    "paragraphs": "<p>Người gửi: Nguyễn Văn Mẫu</p><p>Địa chỉ: thôn 3, xã Mẫu</p><p>Ngày gửi: 02/08/2018</p><p><b>Câu hỏi:</b> {q}</p><p><b>Trả lời:</b></p><p>{a}</p><p>Ngày trả lời: 08/08/2018</p>",
    "table": "<table><tr><td>Họ tên:</td><td>Nguyễn Văn Mẫu</td></tr><tr><td>Email:</td><td>mau@x.vn</td></tr><tr><td>Ngày hỏi:</td><td>02/08/2018</td></tr><tr><td>Nội dung câu hỏi:</td><td>{q}</td></tr><tr><td>Ngày trả lời:</td><td>08/08/2018</td></tr><tr><td>Nội dung trả lời:</td><td>{a}</td></tr></table>",
    "blocks": "<div class='hoi'><div>Hỏi:</div><div>{q}</div><div>Gửi lúc: 02/08/2018 08:15</div></div><div class='dap'><div>Trả lời:</div><div>{a}</div><div>Ngày trả lời: 08/08/2018</div></div>",
}


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS)
def test_a_question_is_read_whatever_the_markup(markup: str) -> None:
    found = asked_of(page(markup.format(q=QUESTION, a=ANSWER)))
    assert (found.question, found.answer) == (QUESTION, ANSWER)
    assert (found.asked_on, found.answered_on) == (date(2018, 8, 2), date(2018, 8, 8))
    assert (found.codes, found.procedures) == (("1.001193",), ("Đăng ký khai sinh",))


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS)
def test_who_asked_is_nowhere_in_what_is_stored(markup: str) -> None:
    body = markup.format(
        q=f"Tôi là Nguyễn Văn Mẫu, điện thoại 0912 345 678. {QUESTION}", a=f"Chào ông Nguyễn Văn Mẫu! {ANSWER}"
    )
    reading = page(body, "Ông Nguyễn Văn Mẫu hỏi về khai sinh")
    stored = json.dumps(to_plain([reading.records, reading.items, reading.title]), ensure_ascii=False)
    for trace in ("Văn Mẫu", "0912", "mau@x.vn", "thôn 3"):
        assert trace not in stored


@pytest.mark.parametrize(
    "address", ["/thu-tuc/1.001193", "https://dichvucong.gov.vn/p/home/dvc-chi-tiet.html?ma_thu_tuc=1.001193"]
)
def test_a_link_without_a_name_tells_the_procedure_by_its_address(address: str) -> None:
    link = f'Xem <a href="{address}">tại đây</a>.'
    body = f"<p>Câu hỏi: {QUESTION}</p><p>Trả lời: {link}</p>"
    assert asked_of(page(body)).codes == ("1.001193",)
    assert asked_of(page(f"<p>Câu hỏi: {QUESTION}</p><p>Trả lời: {link * 6}</p>")).codes == ()  # a list of procedures


def test_several_questions_of_a_page_are_so_many_records() -> None:
    one = "<div><p>Câu hỏi: {q}</p><p>Trả lời: {a}</p></div>"
    body = "".join(one.format(q=f"{QUESTION} (lần {n})", a=ANSWER) for n in (1, 2, 3))
    reading = page(body, "Hỏi đáp")
    assert [
        record.content.asked.question
        for record in reading.records
        if isinstance(record.content, Article) and record.content.asked
    ] == [f"{QUESTION} (lần {n})" for n in (1, 2, 3)]
    assert len({record.key for record in reading.records}) == 3


def test_a_question_without_an_answer_yet_has_none() -> None:
    found = asked_of(page(f"<p>Ngày hỏi: 02/08/2018</p><p>Câu hỏi: {QUESTION}</p><p>Trả lời:</p>"))
    assert (found.question, found.answer, found.answered_on) == (QUESTION, "", None)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Tôi tên là Lê Thị Hoa, hiện trú tại thôn 5, xã Mẫu, tôi muốn hỏi", "Tôi tên là …, hiện trú tại …, tôi muốn hỏi"),
        ("Kính gửi ông Chủ tịch Ủy ban nhân dân xã", "Kính gửi ông Chủ tịch Ủy ban nhân dân xã"),
        ("Liên hệ anh.b-c@mail.example.vn hoặc 0237.3852.246", "Liên hệ … hoặc …"),
        ("CCCD số 038199001234 của tôi hết hạn", "CCCD số … của tôi hết hạn"),
        ("Bà Trần Thị Na (phường Mẫu) hỏi về đất ở", "Bà … hỏi về đất ở"),
        ("Theo Nghị định 123/2015/NĐ-CP ngày 15/11/2015, phí 150.000 đồng", "Theo Nghị định 123/2015/NĐ-CP ngày 15/11/2015, phí 150.000 đồng"),
        ("Mã 1.001193, mức 8.000.000 đồng, 2018-2020", "Mã 1.001193, mức 8.000.000 đồng, 2018-2020"),
    ],
)  # fmt: skip
def test_persons_go_and_offices_laws_and_sums_stay(text: str, kept: str) -> None:
    assert without_asker(text) == kept


@given(st.from_regex(r"0[35789]\d{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_no_telephone_number_is_left_however_it_is_written(number: str, sign: str) -> None:
    written = sign.join((number[:4], number[4:7], number[7:]))
    assert not any(map(str.isdigit, without_asker(f"Tôi cần hỏi, gọi {written} giúp tôi")))


@given(st.text(max_size=200))
def test_any_text_survives_and_a_second_time_changes_nothing(text: str) -> None:
    once = without_asker(text)
    assert without_asker(once) == once
