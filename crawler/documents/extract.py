"""Text layers of PDF, DOCX and XLSX within caps of pages, cells and decompressed size.

The libraries are loaded where they are used: only reader processes need them, and those have them from the start
(`LIBRARIES`). They are a sixth of what a crawl loads.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from crawler.documents.grids import ABOVE, Grid

MAX_PAGES = 400  # pages of a PDF; the longest provincial annex seen has 310
MAX_TEXT = 2_000_000  # characters
MAX_UNPACKED = 200_000_000  # bytes a packed office file may grow to
MAX_RATIO = 200  # times; ordinary office files pack 3 to 20 times
MAX_ROWS = 20_000  # of all sheets
COLUMNS = 60  # of a sheet that are read
OLE = b"\xd0\xcf\x11\xe0"  # container of Word and Excel 97–2003, and of encrypted newer files
PACKAGE = "EncryptedPackage".encode("utf-16-le")  # a newer file with a password, in a container of the old kind
SCANNED = 20  # characters of text; a file or page with fewer is a picture
STAMPED = 250  # of a page that a signature's stamp is on; the longest stamp seen has 150
_CUT_CODE = re.compile(r"[1-6]\.0\d{2,4}")
_STAMP = re.compile(r"(?:Người ký|Ký bởi|Thời gian ký|Ngày ký|Signed by|Signing time)\s*:", re.I)

MAX_TABLE_PAGES = 60  # pages of a PDF whose tables are looked for: about 0.1 s each
MAX_TABLES = 300
WIDEST = 40  # columns; wider sheets are forms and calendars

LIBRARIES = ("docx", "openpyxl", "pypdf", "xlrd")

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
            texts.append(_whole_characters(page.extract_text()))
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
    text = "\n".join(map(_lines, texts)).strip()
    if 2 * sum(map(_is_picture, texts)) > len(texts):
        return Extracted(text, "scanned", count)
    return Extracted(text[:MAX_TEXT], "ok" if count <= MAX_PAGES else "too_large", count)


def _whole_characters(text: str) -> str:
    """Pairs of surrogates as the characters that they are, lone ones replaced: fonts map to both, and no file holds them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_picture(text: str) -> bool:
    """Whether a page has next to no text of its own: a scan that was signed has the signature's stamp."""
    return len(text.strip()) < (STAMPED if _STAMP.search(text) else SCANNED)


def read_docx(body: bytes) -> Extracted:
    """Paragraphs and tables of a DOCX in order; a table's row is one line, its cells divided by " | "."""
    import docx

    if trouble := _packed_trouble(body):
        return Extracted(condition=trouble)
    try:
        document = docx.Document(io.BytesIO(body))
        lines: list[str] = []
        grids: list[Grid] = []
        for block in blocks(document.element.body):
            if block.tag == TABLE:
                above = tuple(filter(None, lines))[-ABOVE:]
                lines += map(row_line, _table(block, document))
                inside = (_table(table, document) for table in block.iter(TABLE))
                grids += [Grid(rows, above) for rows in inside if rows and len(rows[0]) <= WIDEST]
            else:
                lines.append(own_text(block))
    except Exception:  # the library raises whatever its XML raises; the condition is the answer
        return Extracted(condition="broken")
    return Extracted("\n".join(filter(None, lines))[:MAX_TEXT], grids=tuple(grids[:MAX_TABLES]))


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARAGRAPH, TABLE, _TEXT = f"{W}p", f"{W}tbl", f"{W}t"
_SPACES = (f"{W}tab", f"{W}br", f"{W}cr")
_AGAIN = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # a text box as older programs know it


def blocks(element: Any, *, into_tables: bool = False) -> Iterator[Any]:
    """Paragraphs and outermost tables in order, those in content controls, text boxes and tracked insertions too;
    `into_tables`: the paragraphs in tables instead of these."""
    for child in element:
        if child.tag == _PARAGRAPH or (child.tag == TABLE and not into_tables):
            yield child
        if child.tag != _AGAIN and (child.tag != TABLE or into_tables):
            yield from blocks(child, into_tables=into_tables)


def _table(element: Any, document: Any) -> tuple[tuple[str, ...], ...]:
    from docx.table import Table

    def text(cell: Any) -> str:
        return cell_text(" ".join(map(own_text, blocks(cell._tc, into_tables=True))))

    return tuple(tuple(map(text, row.cells)) for row in Table(element, document).rows)


def own_text(element: Any) -> str:
    """The text of a paragraph without the paragraphs of its text boxes; deleted text is no `w:t`."""
    return cell_text("".join(_pieces(element)))


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _SPACES:
            yield " "
        elif child.tag not in (_PARAGRAPH, _AGAIN):
            yield from _pieces(child)


def read_xlsx(body: bytes) -> Extracted:
    """Rows of every sheet, one a line, cells divided by " | "."""
    import openpyxl

    if trouble := _packed_trouble(body):
        return Extracted(condition=trouble)
    try:
        with closing(openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True)) as workbook:
            return sheets_of(sheet.iter_rows(values_only=True, max_col=COLUMNS) for sheet in workbook.worksheets)
    except Exception:  # as above
        return Extracted(condition="broken")


def sheets_of(sheets: Iterable[Iterable[Iterable[object]]]) -> Extracted:
    """The text and tables of sheets, row by row."""
    lines: list[str] = []
    grids: list[Grid] = []
    for sheet in sheets:
        rows: list[tuple[str, ...]] = []
        for values in islice(sheet, MAX_ROWS - len(lines)):
            rows.append(tuple(map(_value, values)))
            lines.append(row_line(rows[-1]))
        grids.append(_sheet(rows))
    return Extracted("\n".join(line for line in lines if line)[:MAX_TEXT], grids=tuple(grids))


def _value(value: object) -> str:
    """A cell's text; a code that the program took for a number gets the zeros back that it lost: 1.00119 is 1.001190."""
    text = "" if value is None else cell_text(str(value))
    return text.ljust(8, "0") if isinstance(value, float) and _CUT_CODE.fullmatch(text) else text


def _sheet(rows: list[tuple[str, ...]]) -> Grid:
    """A sheet as a table: the lines above its headings are those with one filled cell, without its empty columns."""
    start = next((n for n, row in enumerate(rows) if sum(map(bool, row)) >= 3), len(rows))
    above = tuple(row_line(row) for row in rows[:start] if any(row))
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


def row_line(cells: Sequence[str]) -> str:
    """A table's row on one line, its cells divided by " | "."""
    kept: list[str] = []
    for cell in cells:  # merged cells repeat their text
        text = cell_text(cell)
        if text and (not kept or kept[-1] != text):
            kept.append(text)
    return " | ".join(kept)


def _lines(text: str) -> str:
    return re.sub(r"[ \t\u00a0]+", " ", text)
