"""Attachments: text where there is any, a named condition where there is none."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from core.model import AttachmentText
from crawler.documents import is_document, read_document
from crawler.page import RawPage

BASE = "http://x.gov.vn/tep/"


def read(name: str, body: bytes, content_type: str = "") -> AttachmentText:
    reading = read_document(RawPage(BASE + name, 200, {"content-type": content_type}, body))
    content = reading.records[0].content
    assert isinstance(content, AttachmentText)
    return content


def a_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("TỜ KHAI ĐĂNG KÝ KHAI SINH")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Họ tên", "Số"
    document.add_paragraph("Người khai ký tên")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def an_xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.append(["1.001193", "Đăng ký khai sinh", 1])
    buffer = io.BytesIO()
    workbook.save(buffer)
    workbook.close()
    return buffer.getvalue()


def a_pdf(password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_a_docx_is_read_in_order_with_cells_apart() -> None:
    content = read("mau.docx", a_docx())
    assert content.condition == "ok"
    assert content.text == "TỜ KHAI ĐĂNG KÝ KHAI SINH\nHọ tên | Số\nNgười khai ký tên"


def test_an_xlsx_is_read_row_by_row() -> None:
    assert read("ds.xlsx", an_xlsx()).text == "1.001193 | Đăng ký khai sinh | 1"


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


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.xlsx", "a.doc"])
@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 broken", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old"])
def test_a_broken_file_has_a_condition_and_never_raises(name: str, body: bytes) -> None:
    assert read(name, body).condition in {"broken", "encrypted", "scanned"}


@given(st.binary(max_size=400), st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b""]))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_survived(body: bytes, head: bytes) -> None:
    read("a.pdf", head + body)


def test_files_are_known_by_bytes_type_or_address() -> None:
    assert is_document(RawPage(BASE + "tai-ve?id=1", 200, {}, b"%PDF-1.4"))
    assert is_document(RawPage(BASE + "x", 200, {"content-type": "application/pdf"}, b""))
    assert not is_document(RawPage(BASE + "a.pdf", 200, {"content-type": "text/html"}, b"<!doctype html>"))
    assert not is_document(RawPage(BASE + "a.html", 200, {"content-type": "text/html"}, b"<p>"))


def test_the_digest_tells_two_versions_of_a_form_apart() -> None:
    assert read("a.docx", a_docx() + b"\0").digest != read("a.docx", a_docx()).digest
