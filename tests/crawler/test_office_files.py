"""Word and Excel files give their text in order, wherever it stands, in old letters too."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from made_documents import BASE, a_docx, read, saved

from crawler.documents import read_document
from crawler.page import RawPage

FILES = Path(__file__).resolve().parents[1] / "fixtures" / "documents"


def an_xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.append(["1.001193", "Đăng ký khai sinh", 1])
    return saved(workbook)


def test_a_docx_is_read_in_order_with_cells_apart() -> None:
    content = read("mau.docx", a_docx())
    assert content.condition == "ok"
    assert content.text == "TỜ KHAI ĐĂNG KÝ KHAI SINH\nHọ tên | Số\nNgười khai ký tên"


def test_a_docx_in_the_letters_of_an_old_font_is_repaired_and_said_to_be_so() -> None:
    document = docx.Document()
    for line in ("§¬n ®Ò nghÞ cÊp l¹i giÊy phÐp", "Ngày 12 tháng 3", "T«i ®Ò nghÞ ®­îc cÊp l¹i giÊy phÐp ®· mÊt"):
        document.add_paragraph(line)
    reading = read_document(RawPage(BASE + "a.docx", 200, {}, saved(document)))
    assert reading.text == "Đơn đề nghị cấp lại giấy phép\nNgày 12 tháng 3\nTôi đề nghị được cấp lại giấy phép đã mất"
    assert reading.notes == ("attachment_tcvn3",)


def test_an_xlsx_is_read_row_by_row() -> None:
    assert read("ds.xlsx", an_xlsx()).text == "1.001193 | Đăng ký khai sinh | 1"


def test_capitals_that_a_font_makes_are_capitals_in_an_old_sheet() -> None:
    reading = read_document(RawPage(f"{BASE}ds.xls", 200, {}, (FILES / "capitals.xls").read_bytes()))
    assert reading.text.splitlines() == [
        "UỶ BAN NHÂN DÂN TỈNH MẪU",
        "DANH MỤC THỦ TỤC NĂM 2018",
        "Đăng ký khai sinh | Đăng ký kết hôn | NƠI NỘP: bộ phận một cửa",
    ]
    assert reading.notes == ("attachment_tcvn3",)


OLD_SHEET = (FILES / "decision.xls").read_bytes()


def test_an_old_sheet_is_read_like_a_new_one() -> None:
    content = read("qd.xls", OLD_SHEET, "application/vnd.ms-excel")
    assert (content.condition, content.media_type) == ("ok", "application/vnd.ms-excel")
    lines = content.text.splitlines()
    assert lines[:2] == ["ỦY BAN NHÂN DÂN TỈNH MẪU", "Số: 1187/QĐ-UBND"]
    assert lines[-2] == "2 | 1.000890 | Đăng ký kết hôn | 03 ngày làm việc | 15000 | Luật Hộ tịch số 60/2014/QH13"
    assert lines[-1] == "Cập nhật | 2018-07-25 00:00:00 | True | 2.5"


@given(st.lists(st.tuples(st.integers(0, len(OLD_SHEET) - 1), st.integers(0, 255)), max_size=40), st.integers(1))
@settings(max_examples=60)
def test_a_damaged_old_sheet_has_a_condition(changes: list[tuple[int, int]], end: int) -> None:
    body = bytearray(OLD_SHEET)
    for place, value in changes:
        body[place] = value
    assert read("qd.xls", bytes(body[:end])).condition in {"ok", "broken", "encrypted", "scanned"}


def test_a_page_under_the_name_of_an_old_sheet_is_read_as_a_page() -> None:
    body = "<html><table><tr><td>1.001193</td><td>Đăng ký khai sinh</td></tr></table></html>".encode()
    reading = read_document(RawPage(f"{BASE}ds.xls", 200, {"content-type": "application/vnd.ms-excel"}, body))
    assert (reading.text, reading.notes) == ("1.001193\nĐăng ký khai sinh", ("attachment_is_html",))


def test_the_zeros_that_a_sheet_cuts_off_a_code_come_back() -> None:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.append([1.00119, 2.5, 1.05, "Đăng ký khai sinh lưu động"])
    assert read("ds.xlsx", saved(workbook)).text == "1.001190 | 2.5 | 1.05 | Đăng ký khai sinh lưu động"


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SENTENCE = "Kính gửi Ủy ban nhân dân xã Mẫu"
BOX = f"<w:txbxContent><w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p></w:txbxContent>"
TWO_PROGRAMS = (
    f"<w:p {W} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><w:r><mc:AlternateContent>"
    f"<mc:Choice>{BOX}</mc:Choice><mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)


@pytest.mark.parametrize(
    "xml",
    [
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p></w:sdtContent></w:sdt>",
        f"<w:p {W}><w:ins w:id='1' w:author='a'><w:r><w:t>{SENTENCE}</w:t></w:r></w:ins></w:p>",
        f"<w:p {W}><w:r><w:pict>{BOX}</w:pict></w:r></w:p>",
        TWO_PROGRAMS,
        f"<w:p {W}><w:del w:id='1' w:author='a'><w:r><w:delText>Gửi</w:delText></w:r></w:del>"
        f"<w:r><w:t>{SENTENCE}</w:t></w:r></w:p>",
    ],
    ids=["content control", "tracked insertion", "text box", "text box for two programs", "tracked deletion"],
)
def test_a_docx_gives_its_text_wherever_it_stands(xml: str) -> None:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(xml))
    assert read("mau.docx", saved(document)).text == SENTENCE


def test_a_text_box_in_a_cell_is_read_once() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell._tc.append(parse_xml(TWO_PROGRAMS))
    assert read("mau.docx", saved(document)).text == SENTENCE
