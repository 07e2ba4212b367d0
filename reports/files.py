"""Sheets as files: XLSX with real dates and numbers, CSV and DOCX with texts in Vietnamese form."""

from __future__ import annotations

import csv
import io
import re
from copy import copy
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core.states import Verdict
from reports.board import safe_cell
from reports.sheets import Column, Report, Sheet
from reports.wording import day, dmy, number, percent

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMATS = {
    "day": "dd/mm/yyyy",
    "number": "[$-42A]#,##0",  # 42A = Vietnamese: 1.236 wherever the program honours it
    "percent": "[$-42A]0.00 %",
    "points": "[$-42A]+0.00;[$-42A]-0.00;0",
}
_FILLS = {
    Verdict.FRESH.vietnamese: "DFF1E5",
    Verdict.DUE.vietnamese: "FDECC8",
    Verdict.OVERDUE.vietnamese: "FBDCD9",
    Verdict.UNKNOWN.vietnamese: "E9ECF1",
}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LINE = Side(style="thin", color="B8C0CC")
HEAD_ROW = 4
LINE = 15.0
MOST_LINES = 12
"""Points of a line of 11-point type, and the most lines that a row shows; the rest is in the cell."""


def plain(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _UNPRINTABLE.sub("", text)


def form(value: Any, kind: str) -> str:
    """A value as a Vietnamese reader writes it."""
    if value is None:
        return ""
    if kind == "day":
        return dmy(value)
    if kind == "percent":
        return percent(value, places=2)
    if kind == "points":
        return f"{value:+.2f}".replace(".", ",")
    return number(value) if kind == "number" else str(value)


def as_csv(sheet: Sheet) -> str:
    """One sheet; with semicolons, because Excel splits at them where the comma is the decimal sign, and a mark for UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in sheet.columns])
    for row in sheet.rows:
        cells = zip(row, sheet.columns, strict=True)
        writer.writerow([value if _is_signed(c) else safe_cell(value) for value, c in _formed(cells)])
    return "\ufeff" + out.getvalue()


def _formed(cells: Any) -> Any:
    return ((plain(form(value, column.kind)), column) for value, column in cells)


def _is_signed(column: Column) -> bool:
    return column.kind == "points"  # “-1,25” and “+0,5” are numbers here, not formulas of somebody's


def as_xlsx(report: Report) -> bytes:
    """Every sheet in one workbook: frozen headings, filters, links, ready to print on A4 across."""
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    for sheet in report.sheets:
        _fill(book.create_sheet(sheet.title[:31]), sheet, report)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(place: Worksheet, sheet: Sheet, report: Report) -> None:
    last = get_column_letter(len(sheet.columns))
    place["A1"] = f"{sheet.title} – trang thành phần tỉnh {report.province}"
    place["A1"].font = Font(name="Times New Roman", size=14, bold=True)
    place["A2"] = f"Ngày {day(report.today)}. {sheet.note}"
    place["A2"].font = Font(name="Times New Roman", size=11)
    place["A2"].alignment = Alignment(wrap_text=True, vertical="top")
    place.merge_cells(f"A2:{last}2")
    place.row_dimensions[2].height = 32
    for n, column in enumerate(sheet.columns, 1):
        cell = place.cell(HEAD_ROW, n, column.title)
        cell.font = Font(name="Times New Roman", size=11, bold=True)
        cell.fill = PatternFill("solid", fgColor="E4EAF4")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = Border(_LINE, _LINE, _LINE, _LINE)
        place.column_dimensions[get_column_letter(n)].width = column.width
    place.row_dimensions[HEAD_ROW].height = 48
    looks: Looks = {}
    for at, row in enumerate(sheet.rows, HEAD_ROW + 1):
        for n, (value, column) in enumerate(zip(row, sheet.columns, strict=True), 1):
            _put(place.cell(at, n), value, column, looks)
        place.row_dimensions[at].height = LINE * _lines(row, sheet.columns)
    end = HEAD_ROW + len(sheet.rows)
    place.freeze_panes = f"B{HEAD_ROW + 1}"
    place.auto_filter.ref = f"A{HEAD_ROW}:{last}{max(end, HEAD_ROW + 1)}"
    place.print_area = f"A1:{last}{max(end, HEAD_ROW + 1)}"  # a long link at the edge makes the page no wider
    place.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    place.page_setup.orientation, place.page_setup.paperSize = "landscape", "9"  # A4
    place.page_setup.fitToWidth, place.page_setup.fitToHeight = 1, 0
    place.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    place.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="Trang &P/&N"))


def _lines(row: tuple[Any, ...], columns: tuple[Column, ...]) -> int:
    """Lines that the longest text of a row takes: programs differ in whether they fit rows by themselves."""
    texts = ((str(value), c.width) for value, c in zip(row, columns, strict=True) if c.kind == "text" and value)
    return max((min(MOST_LINES, -(-len(text) // max(1, round(width * 1.1)))) for text, width in texts), default=1)


LONGEST_LINK = 2_079
"""Characters that Excel takes in a link; a workbook with a longer one it calls damaged. The address stays, as text."""

Looks = dict[tuple[str, str], Any]
"""Kind of column and colour → how such a cell looks in this workbook. Working it out takes ten times as long as the value."""


def _put(cell: Any, value: Any, column: Column, looks: Looks) -> None:
    fill = ""
    if isinstance(value, (int, float, date)):
        cell.value = value
    elif value:
        text = plain(str(value))[:32_767]
        cell.value = text
        cell.data_type = "s"  # a text that begins with “=” stays a text
        fill = _FILLS.get(text, "")
        if column.kind == "link" and len(text) <= LONGEST_LINK:
            cell.hyperlink = text
    look = (column.kind, fill)
    if look not in looks:
        _dress(cell, *look)
        looks[look] = cell._style
    cell._style = copy(looks[look])


def _dress(cell: Any, kind: str, fill: str) -> None:
    is_link = kind == "link"
    cell.font = Font(
        name="Times New Roman", size=11, color="0B3F91" if is_link else None, underline="single" if is_link else None
    )
    cell.border = Border(_LINE, _LINE, _LINE, _LINE)
    cell.alignment = Alignment(wrap_text=kind == "text", vertical="top")
    cell.number_format = _FORMATS.get(kind, "General")
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
