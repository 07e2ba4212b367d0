"""Tables with column headings: papers, ways of filing, legal bases, lists of procedures and of documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawler.cms.tree import text_of
from crawler.cms.vocabulary import COLUMN_INDEX, key_of

_GROUP = re.compile(
    r"^\s*(?:[IVX]+|\d+|[A-Z])?\s*[.):/-]?\s*(?:thủ tục hành chính\s+)?(?:thuộc\s+)?lĩnh vực\s*:?\s*", re.I
)
UNNAMED = 2  # cells behind the last heading that a row may have: icons, downloads
_GROUP_NUMBER = re.compile(r"^\s*(?:[IVX]+|\d+|[A-Z])\s*[.):/-]\s*")


@dataclass(slots=True)
class Cell:
    """A cell of a table with its text."""

    element: HtmlElement
    text: str


@dataclass(slots=True)
class Row:
    """A row: cells by column name, and the group heading it stands under (its sector)."""

    cells: dict[str, Cell]
    group: str = ""

    def text(self, name: str) -> str:
        """Text of a column, "" when there is none."""
        cell = self.cells.get(name)
        return cell.text if cell else ""


@dataclass(slots=True)
class Table:
    """A table whose columns are known by name."""

    element: HtmlElement
    columns: list[str]
    rows: list[Row] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        """Whether all these columns are there."""
        return all(name in self.columns for name in names)


def rows(table: HtmlElement) -> Iterator[list[Cell]]:
    """The rows of a table, of its own and not of tables nested in it; also of bare `tr` without a table."""
    for row in table.iter("tr"):
        if row is not table and next(row.iterancestors("table"), table if table.tag != "table" else None) is not table:
            continue
        cells = [Cell(cell, text_of(cell)) for cell in row if cell.tag in ("td", "th")]
        if cells:
            yield cells


def data_tables(root: HtmlElement) -> list[Table]:
    """Every table under `root` with at least two known columns."""
    found = [table for element in root.iter("table") if (table := _read(element))]
    bare = [body for body in (root, *root.iter("body")) if any(child.tag == "tr" for child in body)]
    return found + [table for element in bare[:1] if (table := _read(element))]


def _read(element: HtmlElement) -> Table | None:
    table: Table | None = None
    group = ""
    for cells in rows(element):
        if table is None:
            columns = _columns(cells)
            if columns:
                table = Table(element, columns)
            elif sum(1 for cell in cells if cell.text) > 2 and not _is_title(cells):
                return None
        elif heading := _heading(cells, len(table.columns)):
            group = heading
        elif not table.rows and cells[0].element.tag == "td" and COLUMN_INDEX.get(key_of(cells[0].text)):
            return None  # label | value | label | value: no column headings at all
        elif row := _row(table, cells, group):
            table.rows.append(row)
    return table


def _columns(cells: list[Cell]) -> list[str]:
    """Column names when a row is one of headings: at least two known, and more known than not."""
    if not 2 <= len(cells) <= 20 or any(len(cell.text) > 60 for cell in cells):
        return []
    names = [COLUMN_INDEX.get(key_of(cell.text), "") for cell in cells]
    known = sum(1 for name in names if name)
    strange = sum(1 for name, cell in zip(names, cells, strict=True) if not name and cell.text)
    return names if known >= 2 and known > strange else []


def _is_title(cells: list[Cell]) -> bool:
    return all(cell.element.tag == "th" for cell in cells)


def _heading(cells: list[Cell], width: int) -> str:
    """The group a row announces: one filled cell alone in a wider table."""
    filled = [cell for cell in cells if cell.text]
    spans = sum(int(span) if (span := cell.element.get("colspan") or "1").isdigit() else 1 for cell in cells)
    if len(cells) <= 2 and width >= 3 and filled and (len(filled) == 1 or _GROUP.match(filled[-1].text)):
        if len(cells) < width and (spans >= width or len(cells) == 1):
            return _group_name(filled[-1].text)
    elif len(filled) == 1 and width >= 3 and _GROUP.match(filled[0].text):
        return _group_name(filled[0].text)
    return ""


def _group_name(text: str) -> str:
    return (_GROUP.sub("", text) or text) if _GROUP.match(text) else _GROUP_NUMBER.sub("", text)


def _row(table: Table, cells: list[Cell], group: str) -> Row | None:
    if len(cells) < 2 or len(cells) > len(table.columns) + UNNAMED:
        return None
    cells = cells[: len(table.columns)]
    columns = table.columns if len(cells) == len(table.columns) else table.columns[-len(cells) :]
    named: dict[str, Cell] = {}
    for name, cell in zip(columns, cells, strict=True):
        if name and name not in named:
            named[name] = cell
    return Row(named, group) if any(cell.text for cell in named.values()) else None
