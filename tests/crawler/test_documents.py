"""Attachments: text where there is any, a named condition where there is none."""

from __future__ import annotations

import io
import zipfile
from typing import get_args

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_documents import BASE, a_docx, read, saved
from pypdf import PdfReader, PdfWriter

from crawler.documents import is_document, read_document
from crawler.documents.extract import OLE, Condition
from crawler.page import RawPage
from demo import files


def a_pdf(password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    return saved(writer, "write")


def test_an_office_file_without_text_is_scanned_not_silently_empty() -> None:
    assert read("a.docx", saved(docx.Document())).condition == "scanned"
    assert read("a.xlsx", saved(openpyxl.Workbook())).condition == "scanned"


def test_half_a_character_is_replaced() -> None:
    """A lone surrogate can be in no digest and no store: the visit ended there, and every later crawl at its start."""
    body = files.pdf(["Quyết định công bố A"])
    assert body.count(b"<0041> <0041>") == 1
    assert read("a.pdf", body.replace(b"<0041> <0041>", b"<0041> <D835>")).text == "Quyết định công bố \ufffd"


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
    assert read("a.pdf", head + body).condition in get_args(Condition)


def test_files_are_known_by_bytes_type_or_address() -> None:
    assert is_document(RawPage(BASE + "tai-ve?id=1", 200, {}, b"%PDF-1.4"))
    assert is_document(RawPage(BASE + "x", 200, {"content-type": "application/pdf"}, b""))
    assert not is_document(RawPage(BASE + "a.pdf", 200, {"content-type": "text/html"}, b"<!doctype html>"))
    assert not is_document(RawPage(BASE + "a.html", 200, {"content-type": "text/html"}, b"<p>"))


def test_a_files_name_holds_no_control_characters() -> None:
    """PostgreSQL refuses NUL: the visit ended there, and every later crawl at its start."""
    assert read("t%00e%0Ap.pdf", b"%PDF-1.4").title == "tep.pdf"


def test_the_digest_tells_two_versions_of_a_form_apart() -> None:
    assert read("a.docx", a_docx() + b"\0").digest != read("a.docx", a_docx()).digest
