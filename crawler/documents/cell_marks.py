"""Tables out of the marks that Word 97–2003 sets: one behind each cell, one more behind each row – an empty cell looks like a row's end.

catdoc gives a mark as 0x1C, and two in a row as 0x1E. How many cells a row has is known from the first row, whose cells are
headings and none of them empty; rows follow each other without a gap, so that a wrong division comes out wrong at the end.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawler.documents.grids import ABOVE, Grid

CELL, TWICE = "\x1c", "\x1e"
FEWEST = 3  # cells of a heading row; narrower tables are forms
WIDEST = 40
LONGEST_HEADING = 120  # characters of a heading; a wider cell is a letter's head set as a table


def grids_of(text: str) -> tuple[Grid, ...]:
    """The tables of a text with marks; one whose rows cannot be told apart is left out, its text stands in the text anyhow."""
    return tuple(grid for above, fields in _tables(text) if (grid := _grid(above, fields)))


def _tables(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """The lines above each table, and its fields: texts between marks, of which that behind a row's last cell is empty."""
    above, fields = list[str](), list[str]()
    *marked, _after = text.replace(TWICE, CELL * 2).split(CELL)
    for field in marked:
        before, border, begins = field.strip("\n").rpartition("\n")
        if border and (not fields or (not fields[-1] and _looks_outside(before))):
            if fields:
                yield above, fields
            above, fields, field = before.split("\n")[-ABOVE:], [], begins
        fields.append(" ".join(field.split()))
    if fields:
        yield above, fields


def _looks_outside(text: str) -> bool:
    """Whether lines before a first cell are text between two tables and no paragraphs of the cell: these are short."""
    return len(text) > LONGEST_HEADING or "\n" in text


def _grid(above: list[str], fields: list[str]) -> Grid | None:
    width = next((n for n, field in enumerate(fields) if not field), 0)
    if not FEWEST <= width <= WIDEST or any(len(field) > LONGEST_HEADING for field in fields[:width]):
        return None
    rows = _rows(fields, width)
    return Grid(tuple(rows), tuple(line.strip() for line in above if line.strip())) if rows else None


def _rows(fields: list[str], width: int) -> list[tuple[str, ...]]:
    """The fields divided into rows of `width` and headings of groups (one cell over all columns); none when it does not come out."""
    count = len(fields)
    fits = [False] * (count + width + 2)
    fits[count] = True
    for place in range(count - 1, -1, -1):
        fits[place] = (_ends(fields, place + width) and fits[place + width + 1]) or (
            _is_group(fields, place) and fits[place + 2]
        )
    rows, place = list[tuple[str, ...]](), 0
    while place < count and fits[place]:
        if _is_group(fields, place) and fits[place + 2]:
            rows.append((fields[place],) * width)
            place += 2
        else:
            rows.append(tuple(fields[place : place + width]))
            place += width + 1
    return rows if place == count else []


def _ends(fields: list[str], place: int) -> bool:
    return place < len(fields) and not fields[place]


def _is_group(fields: list[str], place: int) -> bool:
    return not fields[place].strip(".)").isdigit() and bool(fields[place]) and _ends(fields, place + 1)
