"""Files that Word and Excel 2003 saved as XML, under the names of their other files: WordprocessingML and SpreadsheetML."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Any, Literal

from lxml import etree

from crawler.documents.extract import (
    COLUMNS,
    MAX_TABLES,
    MAX_TEXT,
    TABLE,
    WIDEST,
    Extracted,
    W,
    blocks,
    cell_text,
    own_text,
    row_line,
    sheets_of,
)
from crawler.documents.grids import ABOVE, Grid

_WORD = b"http://schemas.microsoft.com/office/word/2003/wordml"
_EXCEL = b"urn:schemas-microsoft-com:office:spreadsheet"
_S = f"{{{_EXCEL.decode()}}}"
_HEAD = 4096  # bytes in which the root stands; Word declares twenty namespaces
_NOTES = ("attachment_is_xml",)


def program_of(body: bytes) -> Literal["word", "excel", ""]:
    """Which program saved a file as XML, "" when none of these did."""
    head = body[:_HEAD]
    if not head.removeprefix(BOM_UTF8).lstrip().startswith((b"<?xml", b"<w:wordDocument", b"<Workbook")):
        return ""
    if _WORD in head:
        return "word"
    return "excel" if _EXCEL in head else ""


def read_saved_xml(body: bytes) -> Extracted:
    """The text and tables of such a file; broken XML is read as far as it goes."""
    # No entity is resolved and nothing fetched; lxml's own limits stand against depth and size.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    # The elements of a text are those of later files in another namespace.
    root = etree.fromstring(body.replace(_WORD, W[1:-1].encode()), parser)
    if root is None:
        return Extracted(condition="broken", notes=_NOTES)
    found = _text(root) if program_of(body) == "word" else sheets_of(map(_rows, root.iter(f"{_S}Worksheet")))
    return Extracted(found.text, grids=found.grids, notes=_NOTES)


def _text(root: Any) -> Extracted:
    etree.strip_elements(root, f"{W}sectPr")  # heads and feet of pages stand in it
    lines: list[str] = []
    grids: list[Grid] = []
    for block in (block for text in root.iter(f"{W}body") for block in blocks(text)):
        if block.tag != TABLE:
            lines.append(own_text(block))
            continue
        rows = tuple(tuple(map(_cell, row.iter(f"{W}tc"))) for row in block.iter(f"{W}tr"))
        if rows and len(rows[0]) <= WIDEST:
            grids.append(Grid(rows, tuple(filter(None, lines))[-ABOVE:]))
        lines += map(row_line, rows)
    return Extracted("\n".join(filter(None, lines))[:MAX_TEXT], grids=tuple(grids[:MAX_TABLES]))


def _cell(cell: Any) -> str:
    return cell_text(" ".join(map(own_text, blocks(cell, into_tables=True))))


def _rows(sheet: Any) -> Iterator[list[object]]:
    """The values of each row, where they stand: cells that are empty are left out in the file."""
    for row in sheet.iter(f"{_S}Row"):
        values: list[object] = []
        for cell in row.iterchildren(f"{_S}Cell"):
            place = min(_number(cell, "Index", len(values) + 1) - 1, COLUMNS)
            values += [None] * (place - len(values))
            values.append(_value(cell.find(f"{_S}Data")))
            values += [None] * min(_number(cell, "MergeAcross", 0), COLUMNS)
        yield values[:COLUMNS]


def _number(cell: Any, name: str, default: int) -> int:
    text = cell.get(f"{_S}{name}", "")
    return int(text) if text.isdecimal() and len(text) < 6 else default


def _value(data: Any) -> object:
    text = "" if data is None else "".join(data.itertext())
    if data is not None and data.get(f"{_S}Type") == "Number" and "." in text:
        try:
            return float(text)  # what a code lost as a number is given back by whoever reads the sheets
        except ValueError:
            return text
    return text
