"""Files made for a test, and what is read of a file."""

from __future__ import annotations

import io
from typing import Any

import docx

from core.model import AttachmentText
from crawler.documents import read_document
from crawler.page import RawPage

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
