"""Attachments: text where there is any, a named condition where there is none."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from core.model import AttachmentText, Procedure
from crawler.documents import is_document, read_document
from crawler.documents.extract import OLE
from crawler.page import RawPage
from demo import files

FILES = Path(__file__).resolve().parents[1] / "fixtures" / "documents"
BASE = "http://x.gov.vn/tep/"


def read(name: str, body: bytes, content_type: str = "") -> AttachmentText:
    reading = read_document(RawPage(BASE + name, 200, {"content-type": content_type}, body))
    content = reading.records[0].content
    assert isinstance(content, AttachmentText)
    return content


def saved(thing: Any, method: str = "save") -> bytes:
    buffer = io.BytesIO()
    getattr(thing, method)(buffer)
    return buffer.getvalue()


def a_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("TỜ KHAI ĐĂNG KÝ KHAI SINH")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Họ tên", "Số"
    document.add_paragraph("Người khai ký tên")
    return saved(document)


def an_xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.append(["1.001193", "Đăng ký khai sinh", 1])
    return saved(workbook)


def a_pdf(password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    return saved(writer, "write")


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


def test_a_table_inside_a_table_is_read() -> None:
    document = docx.Document()
    for line in HEAD:
        document.add_paragraph(line)
    inner = document.add_table(1, 1).cell(0, 0).add_table(2, 3)
    for cells, texts in zip(inner.rows, ((*COLUMNS[1:4],), (*ROWS[0][1:4],)), strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    assert [one.code for one in listed("qd.docx", saved(document))] == ["1.001193"]


def test_an_office_file_without_text_is_scanned_not_silently_empty() -> None:
    assert read("a.docx", saved(docx.Document())).condition == "scanned"
    assert read("a.xlsx", saved(openpyxl.Workbook())).condition == "scanned"


STAMP = "Người ký: UBND tỉnh Mẫu Email: ubnd@mau.gov.vn Cơ quan: Tỉnh Mẫu Thời gian ký: 09.08.2018 08:00:00 +07:00"


@pytest.mark.parametrize(
    ("text", "blank", "condition"),
    [
        (STAMP, 0, "scanned"),
        (STAMP, 4, "scanned"),
        ("Quyết định công bố danh mục thủ tục hành chính. " * 20, 30, "scanned"),
        ("Quyết định công bố danh mục thủ tục hành chính. " * 20, 1, "ok"),
        (STAMP + " Quyết định công bố danh mục thủ tục hành chính." * 20, 0, "ok"),
    ],
)
def test_a_pdf_is_scanned_when_most_of_its_pages_are_pictures(text: str, blank: int, condition: str) -> None:
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(files.pdf([text]))).pages:
        writer.add_page(page)
    for _ in range(blank):
        writer.add_blank_page(595, 842)
    assert read("qd.pdf", saved(writer, "write")).condition == condition


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"x" * 500, "image/jpeg"),
        (b"Rar!\x1a\x07\x01\0" + b"x" * 500, "application/octet-stream"),
        (b"PK\x03\x04" + b"\0" * 26 + b"a.txt", "application/zip"),
        (OLE + b"PowerPoint", "application/vnd.ms-powerpoint"),
        (b'{"data": [1]}', "application/json"),
        (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "application/octet-stream"),
    ],
    ids=["picture", "rar", "zip", "slides", "json", "odt"],
)
def test_a_file_that_nothing_here_reads_is_no_page(body: bytes, declared: str) -> None:
    page = RawPage("http://x.gov.vn/Download.aspx?id=9", 200, {"content-type": declared}, body)
    assert is_document(page)
    reading = read_document(page)
    assert [record.kind for record in reading.records] == ["attachment"]
    assert (reading.text, reading.notes) == ("", ("attachment_unsupported",))


def test_a_pdf_without_text_is_scanned_not_silently_empty() -> None:
    content = read("qd.pdf", a_pdf())
    assert (content.condition, content.pages) == ("scanned", 1)


def test_an_encrypted_pdf_is_said_to_be_so() -> None:
    assert read("qd.pdf", a_pdf("bí mật")).condition == "encrypted"


def test_a_bomb_is_not_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    assert read("bom.docx", buffer.getvalue()).condition == "too_large"


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.doc", "a.xls"])
@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 broken", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old"])
def test_a_broken_file_has_a_condition_and_never_raises(name: str, body: bytes) -> None:
    assert read(name, body).condition in {"broken", "encrypted", "scanned", "unsupported"}


@given(st.binary(max_size=400), st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b""]))
@settings(max_examples=60)
def test_any_bytes_are_survived(body: bytes, head: bytes) -> None:
    read("a.pdf", head + body)


def test_files_are_known_by_bytes_type_or_address() -> None:
    assert is_document(RawPage(BASE + "tai-ve?id=1", 200, {}, b"%PDF-1.4"))
    assert is_document(RawPage(BASE + "x", 200, {"content-type": "application/pdf"}, b""))
    assert not is_document(RawPage(BASE + "a.pdf", 200, {"content-type": "text/html"}, b"<!doctype html>"))
    assert not is_document(RawPage(BASE + "a.html", 200, {"content-type": "text/html"}, b"<p>"))


def test_the_digest_tells_two_versions_of_a_form_apart() -> None:
    assert read("a.docx", a_docx() + b"\0").digest != read("a.docx", a_docx()).digest


HEAD = (
    "ỦY BAN NHÂN DÂN TỈNH MẪU",
    "Số: 1187/QĐ-UBND",
    "Mẫu, ngày 23 tháng 7 năm 2018",
    "QUYẾT ĐỊNH công bố danh mục thủ tục hành chính mới ban hành",
)
COLUMNS = ("STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí, lệ phí", "Căn cứ pháp lý")
GROUP = "I. Lĩnh vực Hộ tịch"
ROWS = (
    ("1", "1.001193", "Đăng ký khai sinh", "Trong ngày", "Miễn phí", "Luật Hộ tịch số 60/2014/QH13"),
    ("2", "1.000894", "Đăng ký kết hôn", "03 ngày làm việc", "15.000 đồng", "Luật Hộ tịch số 60/2014/QH13"),
)


def listed(name: str, body: bytes) -> list[Procedure]:
    reading = read_document(RawPage(BASE + name, 200, {}, body))
    assert reading.records[0].kind == "attachment"
    return [record.content for record in reading.records[1:] if isinstance(record.content, Procedure)]


def docx_decision(head: tuple[str, ...] = HEAD, *more: tuple[str, ...]) -> bytes:
    document = docx.Document()
    for line in head:
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(COLUMNS))
    for texts in (COLUMNS, (GROUP,) * len(COLUMNS), *ROWS, *more):
        cells = table.add_row().cells
        if len(set(texts)) == 1:
            cells[0].merge(cells[-1]).text = texts[0]
        else:
            for cell, text in zip(cells, texts, strict=True):
                cell.text = text
    return saved(document)


def xlsx_decision() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for line in HEAD:
        sheet.append([line])
    sheet.append([None, *COLUMNS])
    sheet.append([None, GROUP])
    for row in ROWS:
        sheet.append([None, *row])
    return saved(workbook)


def pdf_decision() -> bytes:
    """A page with ruled tables, drawn with the letters of the box's PDF writer."""
    places = (30, 60, 120, 260, 350, 430, 565)
    lines = [*HEAD]
    shown = [f"1 0 0 1 40 {800 - 16 * n} Tm <{line.encode('utf-16-be').hex()}> Tj" for n, line in enumerate(lines)]
    rules = []
    grid = [COLUMNS, (GROUP,), *ROWS]
    top = 700
    for n, texts in enumerate(grid):
        y = top - 40 * n
        columns = places if len(texts) > 1 else (places[0], places[-1])
        for left, right in itertools.pairwise(columns):
            rules.append(f"{left} {y - 40} {right - left} 40 re S")
        for left, text in zip(columns, texts, strict=False):
            words, line, at = text.split(), "", y - 11
            for word in [*words, ""]:
                if not word or (len(f"{line} {word}") > 14 and len(texts) > 1):
                    shown.append(f"1 0 0 1 {left + 3} {at} Tm <{line.strip().encode('utf-16-be').hex()}> Tj")
                    line, at = "", at - 9
                line = f"{line} {word}"
    text = f"BT /F1 8 Tf {' '.join(shown)} ET {' '.join(rules)}".encode()
    letters = sorted({letter for texts in (*grid, lines) for part in texts for letter in part} | {" "})
    whole = files.pdf(["".join(letters)])
    old = whole[whole.index(b"stream\nBT") : whole.rindex(b"endstream")]
    return whole.replace(old, b"stream\n" + text + b"\n")


@pytest.mark.parametrize(
    ("name", "made"), [("a.docx", docx_decision), ("a.xlsx", xlsx_decision), ("a.pdf", pdf_decision)]
)
def test_the_procedures_of_a_decision_are_records_without_content(name: str, made: Callable[[], bytes]) -> None:
    body = made()
    found = listed(name, body)
    assert [(one.code, one.name) for one in found] == [
        ("1.001193", "Đăng ký khai sinh"),
        ("1.000894", "Đăng ký kết hôn"),
    ]
    assert all(one.list_only and one.sectors == ("Hộ tịch",) for one in found)
    assert {(one.decision_number, str(one.decision_date)) for one in found} == {("1187/QĐ-UBND", "2018-07-23")}
    assert found[1].channels[0].durations[0].text == "03 ngày làm việc"
    assert found[1].channels[0].durations[0].fees[0].amount == 15_000
    assert not found[0].state_raw


def test_repealed_procedures_are_marked_so() -> None:
    head = (*HEAD[:3], "QUYẾT ĐỊNH công bố danh mục thủ tục hành chính bị bãi bỏ")
    assert {one.state_raw for one in listed("a.docx", docx_decision(head))} == {"bị bãi bỏ"}


def test_a_form_with_a_table_lists_no_procedure() -> None:
    assert listed("a.docx", a_docx()) == []
