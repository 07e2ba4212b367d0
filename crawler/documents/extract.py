"""Text layers of PDF, DOCX and XLSX within caps of pages, cells and decompressed size."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from dataclasses import dataclass
from typing import Literal

import docx
import openpyxl
from pypdf import PdfReader
from pypdf.errors import DependencyError, PdfReadError

MAX_PAGES = 400  # pages of a PDF; the longest provincial annex seen has 310
MAX_TEXT = 2_000_000  # characters
MAX_UNPACKED = 200_000_000  # bytes a packed office file may grow to
MAX_RATIO = 200  # times; ordinary office files pack 3 to 20 times
MAX_ROWS = 20_000
_SCANNED = 20  # characters of text a page on average; below, the file is pictures of pages

Condition = Literal["ok", "scanned", "encrypted", "broken", "too_large"]


@dataclass(frozen=True, slots=True)
class Extracted:
    """Text with its condition, and the number of pages where the format has pages."""

    text: str = ""
    condition: Condition = "ok"
    pages: int | None = None


def read_pdf(body: bytes) -> Extracted:
    """The text layer of a PDF; `scanned` when its pages hold next to none."""
    logging.getLogger("pypdf").setLevel(
        logging.CRITICAL
    )  # it logs every flaw of every file; the condition says it once
    try:
        reader = PdfReader(io.BytesIO(body), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return Extracted(condition="encrypted")
        count = len(reader.pages)
        texts: list[str] = []
        size = 0
        for page in reader.pages[:MAX_PAGES]:
            texts.append(page.extract_text())
            size += len(texts[-1])
            if size > MAX_TEXT:
                break
    except DependencyError:
        return Extracted(condition="encrypted")
    except (
        PdfReadError,
        RecursionError,
        MemoryError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        AssertionError,
        NotImplementedError,
        ArithmeticError,
        EOFError,
    ):
        return Extracted(condition="broken")
    text = "\n".join(_lines(chunk) for chunk in texts).strip()
    if len(text) < _SCANNED * max(1, len(texts)):
        return Extracted(text, "scanned", count)
    return Extracted(text[:MAX_TEXT], "ok" if count <= MAX_PAGES else "too_large", count)


def read_docx(body: bytes) -> Extracted:
    """Paragraphs and tables of a DOCX in order; a table's row is one line, its cells divided by " | "."""
    if trouble := _packed_trouble(body):
        return Extracted(condition=trouble)
    try:
        document = docx.Document(io.BytesIO(body))
        lines: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, docx.table.Table):
                lines += [_row([cell.text for cell in row.cells]) for row in block.rows]
            else:
                lines.append(" ".join(block.text.split()))
    except Exception:  # the library raises whatever its XML raises; the condition is the answer
        return Extracted(condition="broken")
    return Extracted("\n".join(line for line in lines if line)[:MAX_TEXT])


def read_xlsx(body: bytes) -> Extracted:
    """Rows of every sheet, one a line, cells divided by " | "."""
    if trouble := _packed_trouble(body):
        return Extracted(condition=trouble)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        try:
            lines: list[str] = []
            for sheet in workbook.worksheets:
                for number, row in enumerate(sheet.iter_rows(values_only=True)):
                    if number >= MAX_ROWS or len(lines) >= MAX_ROWS:
                        break
                    lines.append(_row(["" if value is None else str(value) for value in row[:60]]))
        finally:
            workbook.close()
    except Exception:  # as above
        return Extracted(condition="broken")
    return Extracted("\n".join(line for line in lines if line)[:MAX_TEXT])


def _packed_trouble(body: bytes) -> Condition | None:
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        return "encrypted"  # an encrypted office file is an OLE container
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            infos = archive.infolist()
            if any(info.flag_bits & 1 for info in infos):
                return "encrypted"
            unpacked = sum(info.file_size for info in infos)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "broken"
    return "too_large" if unpacked > MAX_UNPACKED or unpacked > max(len(body), 50_000) * MAX_RATIO else None


def _row(cells: list[str]) -> str:
    kept: list[str] = []
    for cell in cells:  # merged cells repeat their text
        text = " ".join(cell.split())
        if text and (not kept or kept[-1] != text):
            kept.append(text)
    return " | ".join(kept)


def _lines(text: str) -> str:
    return re.sub(r"[ \t\u00a0]+", " ", text)
