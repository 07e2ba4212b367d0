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
from crawler.cms.privacy import without_addressee, without_asker
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


SIGNED_QUESTIONS = {
    "in the title": (f"<p>Câu hỏi: {QUESTION}</p>", "Nguyễn Văn Mẫu hỏi về giấy khai sinh"),
    "in brackets": (f"<p>Câu hỏi: {QUESTION}</p><p>(Nguyễn Văn Mẫu, thôn 3, xã Hoằng Ngọc)</p>", ""),
    "with a dash": (f"<p>Câu hỏi: {QUESTION}</p><p align=right>Nguyễn Văn Mẫu - thôn 3, xã Hoằng Ngọc</p>", ""),
    "with an address": (f"<p>Câu hỏi: {QUESTION} Nguyễn Văn Mẫu (mau@gmail.com)</p>", ""),
    "at the start": (f"<p>Câu hỏi: Tôi tên Nguyễn Văn Mẫu, hiện ở thôn 3, xã Hoằng Ngọc. {QUESTION}</p>", ""),
    "called": (f"<p>Câu hỏi: Anh Nguyễn Văn Mẫu ở thôn 3, xã Hoằng Ngọc hỏi: {QUESTION}</p>", ""),
}


@pytest.mark.parametrize(("body", "title"), SIGNED_QUESTIONS.values(), ids=SIGNED_QUESTIONS)
def test_who_signs_a_question_is_not_stored_wherever_the_name_stands(body: str, title: str) -> None:
    reading = page(f"{body}<p>Trả lời: {ANSWER}</p><p>Ngày trả lời: 08/08/2018</p>", title or "Hỏi về giấy khai sinh")
    stored = json.dumps(to_plain([reading.records, reading.items, reading.title]), ensure_ascii=False)
    assert not [trace for trace in ("Văn Mẫu", "gmail", "thôn 3", "Hoằng Ngọc") if trace in stored]
    assert QUESTION in stored
    assert ANSWER in asked_of(reading).answer


def test_a_link_to_a_question_tells_what_was_asked_and_not_by_whom() -> None:
    reading = page('<ul><li><a href="/hoi-dap/b-2.html">Nguyễn Văn Mẫu hỏi về hộ tịch</a></li></ul>', "Hỏi đáp")
    texts = [link.text for link in reading.links]
    assert "… hỏi về hộ tịch" in texts
    assert not any("Mẫu" in text for text in texts)


@pytest.mark.parametrize(
    "label",
    ["Người đặt câu hỏi", "Gửi bởi", "Tên", "Họ, tên", "Họ tên", "Họ và tên người hỏi", "Họ và tên công dân", "Người hỏi -", "Người gửi"],
)  # fmt: skip
def test_a_field_that_names_the_asker_goes_whatever_its_label(label: str) -> None:
    assert without_asker(f"{label if label[-1] == '-' else label + ':'} Nguyễn Văn Mẫu") == ""


@pytest.mark.parametrize("label", ["Đ/c", "ĐC", "HKTT", "Địa chỉ liên hệ", "Địa chỉ người gửi", "Địa chỉ"])
def test_a_field_with_an_address_goes_unless_it_is_of_an_office(label: str) -> None:
    office = f"{label}: Trung tâm Phục vụ hành chính công, số 28 đại lộ Lê Lợi"
    assert without_asker(f"{label}: thôn 3 Hoằng Ngọc") == ""
    assert without_addressee(office) == office


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Nguyễn Văn An hỏi về cấp sổ đỏ", "… hỏi về cấp sổ đỏ"),
        ("NGUYỄN THỊ LAN ANH HỎI VỀ THỦ TỤC CẤP LÝ LỊCH TƯ PHÁP", "… HỎI VỀ THỦ TỤC CẤP LÝ LỊCH TƯ PHÁP"),
        ("ông nguyễn văn an ở thanh hóa hỏi", "ông … ở thanh hóa hỏi"),
        ("Anh Tuấn (Thanh Hóa) hỏi", "Anh … hỏi"),
        ("Bạn Hùng hỏi: thủ tục thế nào", "Bạn … hỏi: thủ tục thế nào"),
        ("Mình là Lan, mình muốn hỏi", "Mình là …, mình muốn hỏi"),
        ("Vợ chồng tôi Nguyễn Văn An và Hà Thị Mơ đăng ký kết hôn", "Vợ chồng tôi … và … đăng ký kết hôn"),
        ("Nhà tôi ở thôn 3, xã Hoằng Ngọc.", "Nhà tôi ở …."),
        ("Tôi hiện cư trú tại xã Hoằng Ngọc, huyện Hoằng Hóa. Xin hỏi", "Tôi hiện cư trú tại …. Xin hỏi"),
        ("tôi sống ở thôn đông xã hà lâm muốn hỏi về thừa kế", "tôi sống ở … muốn hỏi về thừa kế"),
        ("Thửa đất tại thôn Trung, xã Đông Hòa đứng tên bố tôi", "Thửa đất tại … đứng tên bố tôi"),
        ("Gọi 0912,345,678 hoặc 091.2345678/0987654321", "Gọi … hoặc …/…"),
        ("số đt: (0237) 3 852 246 nhé", "số đt: … nhé"),
        ("Thư gửi về an[at]gmail.com hoặc an (a) gmail.com", "Thư gửi về … hoặc …"),
        ("CMT 171 234 567, số định danh cá nhân 038085001234", "CMT …, số định danh cá nhân …"),
        ("Mã số BHXH 3812345678; tài khoản 3501205012345 Agribank", "Mã số BHXH …; tài khoản … Agribank"),
        ("hồ sơ 000.00.16.H56-230815-0001 của tôi sao chậm", "hồ sơ … của tôi sao chậm"),
    ],
)  # fmt: skip
def test_names_addresses_and_numbers_of_the_asker_are_left_out(text: str, kept: str) -> None:
    assert without_asker(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Thủ tục tách thửa ở xã Hoằng Ngọc thế nào?",  # the place that is asked about, not where the asker lives
        "Theo Luật Đất đai 2024 và Điều 9 Nghị định 123/2015/NĐ-CP ngày 15/11/2015, tách thửa cần giấy tờ gì?",
        "Thủ tục mã 1.001193 và 1.001193.000.00.00.H56 có mất phí 15.000.000 đồng không?",
        "Doanh thu từ 100.000.000 đến 200.000.000 đồng, vốn 1.500.000.000 đồng có phải nộp thuế không?",
        "Tôi mua nhà ở xã hội theo Luật Nhà ở số 27/2023/QH15, hồ sơ gồm những gì?",
        "Con tôi học trường THPT Lê Lợi, xin chuyển sang trường THCS Nguyễn Trãi ở phường Trần Phú được không?",
        "Nhà nước thu hồi đất mở đường Nguyễn Trãi, cầu Hoàng Long, bồi thường thế nào?",
        "Chồng tôi là công dân Hàn Quốc, cư trú tại Hàn Quốc, kết hôn ở Sở Tư pháp tỉnh Thanh Hóa được không?",
        "Người cao tuổi trú tại xã đặc biệt khó khăn hưởng chế độ gì theo Nghị định 20/2021/NĐ-CP?",
        "Em ở Bà Rịa - Vũng Tàu, bạn đỗ đại học có được tạm hoãn nghĩa vụ quân sự?",
        "Mẹ tôi là Bà mẹ Việt Nam anh hùng, chuyển từ Cao Bằng về Hà Nội thì làm thủ tục nào?",
        "Tôi là Đảng viên, lương hưu 8.000.000 đồng/tháng, có được hưởng chế độ người có công không?",
        "Công ty TNHH Lê Gia muốn thay đổi ngành nghề theo Luật Doanh nghiệp 2020, nộp tại Sở Tài chính?",
        "Quyết định số 3241/QĐ-UBND ngày 12/8/2021 của Chủ tịch UBND tỉnh còn hiệu lực không?",
        "Tổng đài 1900 9095 và 18001096 có trả lời về BHXH năm 2023-2024 không?",
        "QUY PHẠM PHÁP LUẬT NÀO VỀ PHẠM VI BẢO VỆ CÔNG TRÌNH, LƯU TRÚ, LÝ LỊCH TƯ PHÁP, NHÀ Ở XÃ HỘI?",
        "Trang https://dichvucong.gov.vn/p/home.html?ma=123456789012 không vào được",
    ],
)
def test_what_is_asked_stays_word_for_word(text: str) -> None:
    assert without_asker(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Trả lời ông Nguyễn Văn An, thôn 3, xã Hoằng Ngọc: theo Luật Hộ tịch", "Trả lời ông …: theo Luật Hộ tịch"),
        ("Nguyễn Văn An (thôn 3, xã Hoằng Ngọc) hỏi", "… (…) hỏi"),
        ("Ông Lê Văn Nam, Chủ tịch UBND xã, đã ký.", "Ông Lê Văn Nam, Chủ tịch UBND xã, đã ký."),
        ("Giám đốc Sở Nguyễn Văn Bình đã chỉ đạo.", "Giám đốc Sở Nguyễn Văn Bình đã chỉ đạo."),
        ("Nộp tại số 110 Trần Phú, phường Ba Đình", "Nộp tại số 110 Trần Phú, phường Ba Đình"),
    ],
)  # fmt: skip
def test_an_answer_loses_the_asker_and_keeps_officials_and_offices(text: str, kept: str) -> None:
    assert without_addressee(text) == kept


PIECES = st.sampled_from(
    ["Nguyễn Văn An", "Lê Hoa", "Anh Tuấn", "tôi tên Lan", "tôi ở", "thôn 3", "xã Hoằng Ngọc", "0912 345 678", "171234567", "an@x.vn",
     "Địa chỉ:", "đường Trần Phú", "hỏi", "Luật Đất đai", "…", ",", "(", ")", "-", ".", "\n", "cảm ơn.", "Trân trọng", "NGUYỄN THỊ BÌNH"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_however_names_and_addresses_are_joined_the_person_goes(text: str) -> None:
    for clean in (without_asker(text), without_asker(without_asker(text))):
        assert not [trace for trace in ("Văn An", "345", "171234567", "@", "thôn 3", "THỊ BÌNH") if trace in clean]


@pytest.mark.parametrize(
    "piece", ["1", "\n", "1.000.", "tôi hiện nay đang ", "Tôi ở xã An, ", "Nguyễn Văn An ", "0 9 "]
)
def test_a_long_hostile_text_is_cleaned(piece: str) -> None:
    """At once; a pattern that takes the square of its length makes the suite stand still for minutes."""
    cleaned = without_asker(piece * (20_000 // len(piece)) + "\nNguyễn Văn An, thôn 3")
    assert "Văn An" not in cleaned
    assert "thôn 3" not in cleaned


def test_a_name_in_an_address_is_not_shown_and_the_address_stays_to_be_asked_for() -> None:
    address = "http://x.gov.vn/hoi-dap/nguyen-thi-mai-hoi-ve-so-do.html"
    said = page(
        f"<p><b>Câu hỏi:</b> {QUESTION}</p><p><b>Trả lời:</b> {ANSWER} Xem <a href='{address}'>{address}</a></p>"
    )
    assert address in {link.url for link in (*said.links, *said.content_links)}
    shown = [*(link.text for link in (*said.links, *said.content_links)), said.title, str(said.records)]
    assert "nguyen-thi-mai" not in " ".join(shown)
    assert without_asker("/hoi-dap/quy-hoach-do-thi-o-thi-tran-van-ha") == "/hoi-dap/quy-hoach-do-thi-o-thi-tran-van-ha"
