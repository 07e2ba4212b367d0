"""Excel 5 to 2003 by `xlrd`; cells in fonts of the time before Unicode come out as the font shows them (.VnTimeH: capitals)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.documents.extract import COLUMNS, PACKAGE, Extracted, sheets_of
from crawler.old_fonts import Reading, shown_in

_OLD_FONTS = re.compile(rb"\.Vn[A-Z]|\.\0V\0n\0|VNI-|V\0N\0I\0-")
"""Names of such fonts, in one byte a letter or two: only then is it asked which font a cell has, for that takes up to three times as long."""


def read_xls(body: bytes) -> Extracted:
    """The text and tables of all sheets."""
    if PACKAGE in body:
        return Extracted(condition="encrypted")
    for with_fonts in (True, False) if _OLD_FONTS.search(body) else (False,):
        try:
            return _read(body, with_fonts=with_fonts)
        except Exception as error:  # the library raises whatever the file makes it raise
            condition = Extracted(condition="encrypted" if "encrypted" in str(error) else "broken")
    return condition


def _read(body: bytes, *, with_fonts: bool) -> Extracted:
    import xlrd

    with xlrd.open_workbook(
        file_contents=body, on_demand=True, formatting_info=with_fonts, logfile=io.StringIO()
    ) as workbook:
        old: set[str] = set()
        found = sheets_of(_rows(sheet, old) for sheet in workbook.sheets())
        return replace(found, notes=tuple(f"attachment_{encoding}" for encoding in sorted(old)))


def _rows(sheet: Any, old: set[str]) -> Iterator[list[object]]:
    """The values of a sheet as openpyxl gives them: whole numbers without ".0", dates as dates; `old` gets the encodings met."""
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT
    from xlrd.xldate import xldate_as_datetime

    def value(cell: Any, row: int, column: int) -> object:
        if cell.ctype == XL_CELL_DATE:
            return xldate_as_datetime(cell.value, sheet.book.datemode)
        if cell.ctype == XL_CELL_NUMBER and cell.value.is_integer():
            return int(cell.value)
        if cell.ctype == XL_CELL_BOOLEAN:
            return bool(cell.value)
        if cell.ctype == XL_CELL_TEXT and cell.xf_index is not None:
            parts = list(_shown(sheet, cell, sheet.rich_text_runlist_map.get((row, column), ())))
            old.update(part.encoding for part in parts if part.encoding)
            return "".join(part.text for part in parts)
        return None if cell.ctype == XL_CELL_ERROR else cell.value

    for number in range(_last(sheet)):
        yield [value(cell, number, column) for column, cell in enumerate(sheet.row(number)[:COLUMNS])]


def _last(sheet: Any) -> int:
    """Rows up to the last that says something: cells that are only coloured count where fonts are asked for."""
    return next((row + 1 for row in reversed(range(sheet.nrows)) if any(sheet.row_values(row))), 0)


def _shown(sheet: Any, cell: Any, runs: tuple[tuple[int, int], ...]) -> Iterator[Reading]:
    """The text of a cell, each part in its own font; the first may have the cell's."""
    book = sheet.book
    starts = [(0, book.xf_list[cell.xf_index].font_index), *runs]
    ends = [start for start, _ in runs] + [len(cell.value)]
    for (start, font), end in zip(starts, ends, strict=True):
        yield shown_in(book.font_list[font].name, cell.value[start:end])
