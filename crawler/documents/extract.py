"""Text layers of PDF, DOCX and XLSX within caps of pages, cells and decompressed size.

The libraries are loaded where they are used: only reader processes need them, and those have them from the start
(`LIBRARIES`). They are a sixth of what a crawl loads.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crawler.documents.grids import ABOVE, Grid

MAX_PAGES = 400  # pages of a PDF; the longest provincial annex seen has 310
MAX_TEXT = 2_000_000  # characters
MAX_UNPACKED = 200_000_000  # bytes a packed office file may grow to
MAX_RATIO = 200  # times; ordinary office files pack 3 to 20 times
MAX_ROWS = 20_000
OLE = b"\xd0\xcf\x11\xe0"  # container of Word 97–2003, and of encrypted newer files
SCANNED = 20  # characters of text a page on average; below, the file is pictures of pages

MAX_TABLE_PAGES = 60  # pages of a PDF whose tables are looked for: about 0.1 s each
MAX_TABLES = 300
WIDEST = 40  # columns; wider sheets are forms and calendars

LIBRARIES = ("docx", "openpyxl", "pypdf")

Condition = Literal["ok", "scanned", "encrypted", "broken", "too_large", "unsupported", "no_tool"]


@dataclass(frozen=True, slots=True)
class Extracted:
    """Text with its condition, the number of pages where the format has pages, the tables, and notes for the page."""

    text: str = ""
    condition: Condition = "ok"
    pages: int | None = None
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()


def read_pdf(body: bytes) -> Extracted:
    """The text layer of a PDF; `scanned` when its pages hold next to none."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PdfReadError

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
    if len(text) < SCANNED * max(1, len(texts)):
        return Extracted(text, "scanned", count)
    return Extracted(text[:MAX_TEXT], "ok" if count <= MAX_PAGES else "too_large", count)


def read_docx(body: bytes) -> Extracted:
    """Paragraphs and tables of a DOCX in order; a table's row is one line, its cells divided by " | "."""
    import docx

    if trouble := _packed_trouble(body):
        return Extracted(condition=trouble)
    try:
        document = docx.Document(io.BytesIO(body))
        lines: list[str] = []
        grids: list[Grid] = []
        for block in document.iter_inner_content():
            if isinstance(block, docx.table.Table):
                rows = [tuple(cell_text(cell.text) for cell in row.cells) for row in block.rows]
                if len(grids) < MAX_TABLES and rows and len(rows[0]) <= WIDEST:
                    grids.append(Grid(tuple(rows), tuple(line for line in lines if line)[-ABOVE:]))
                lines += [_row(row) for row in rows]
            else:
                lines.append(cell_text(block.text))
    except Exception:  # the library raises whatever its XML raises; the condition is the answer
        return Extracted(condition="broken")
    return Extracted("\n".join(line for line in lines if line)[:MAX_TEXT], grids=tuple(grids))


def read_xlsx(body: bytes) -> Extracted:
    """Rows of every sheet, one a line, cells divided by " | "."""
    import openpyxl

    if trouble := _packed_trouble(body):
        return Extracted(condition=trouble)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        try:
            lines: list[str] = []
            grids: list[Grid] = []
            for sheet in workbook.worksheets:
                rows: list[tuple[str, ...]] = []
                for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=60)):
                    if number >= MAX_ROWS or len(lines) >= MAX_ROWS:
                        break
                    rows.append(tuple("" if value is None else cell_text(str(value)) for value in values))
                    lines.append(_row(rows[-1]))
                grids.append(_sheet(rows))
        finally:
            workbook.close()
    except Exception:  # as above
        return Extracted(condition="broken")
    return Extracted("\n".join(line for line in lines if line)[:MAX_TEXT], grids=tuple(grids))


def _sheet(rows: list[tuple[str, ...]]) -> Grid:
    """A sheet as a table: the lines above its headings are those with one filled cell, without its empty columns."""
    start = next((n for n, row in enumerate(rows) if sum(map(bool, row)) >= 3), len(rows))
    above = tuple(_row(row) for row in rows[:start] if any(row))
    used = [n for n in range(max(map(len, rows), default=0)) if any(len(row) > n and row[n] for row in rows[start:])]
    kept = tuple(tuple(row[n] if n < len(row) else "" for n in used[:WIDEST]) for row in rows[start:])
    return Grid(tuple(row for row in kept if any(row)), above[-ABOVE:])


def pdf_grids(body: bytes) -> tuple[Grid, ...]:
    """The ruled tables of a PDF; nothing where it cannot be taken apart: its text has been read by then."""
    import pdfplumber  # slow to load, and few files need it

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    found: list[Grid] = []
    try:
        with pdfplumber.open(io.BytesIO(body)) as document:
            for page in document.pages[:MAX_TABLE_PAGES]:
                for table in page.find_tables()[: MAX_TABLES - len(found)]:
                    rows = tuple(tuple(cell_text(cell or "") for cell in row) for row in table.extract())
                    top = page.bbox[1]
                    over = page.crop((page.bbox[0], top, page.bbox[2], max(table.bbox[1], top + 1))).extract_text()
                    found.append(Grid(_without_empty_columns(rows), tuple(over.splitlines())[-ABOVE:]))
                page.close()
    except Exception:  # the library raises whatever the file makes it raise
        return tuple(found)
    return tuple(found)


def _without_empty_columns(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    width = max(map(len, rows), default=0)
    used = [n for n in range(width) if any(len(row) > n and row[n] for row in rows)]
    return tuple(tuple(row[n] if n < len(row) else "" for n in used) for row in rows)


def _packed_trouble(body: bytes) -> Condition | None:
    if body.startswith(OLE):
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


def cell_text(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def _row(cells: Sequence[str]) -> str:
    kept: list[str] = []
    for cell in cells:  # merged cells repeat their text
        text = cell_text(cell)
        if text and (not kept or kept[-1] != text):
            kept.append(text)
    return " | ".join(kept)


def _lines(text: str) -> str:
    return re.sub(r"[ \t\u00a0]+", " ", text)
