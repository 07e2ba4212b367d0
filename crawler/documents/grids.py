"""Tables of attached files as rows of texts, and the procedures that a decision's tables list (`list_only`).

Provincial decisions announce procedures as tables without content (NĐ 63/2010 Đ13): code, name, time, place, fee, basis. The
rows are put into an HTML table, so that the one reader of tables reads them, whatever file they came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lxml import html
from lxml.html import HtmlElement

from core.model import Procedure, Record
from crawler import dates
from crawler.cms.base import LIST_COLUMNS
from crawler.cms.citation import NUMBER
from crawler.cms.draft import procedure_list
from crawler.cms.tables import data_tables
from vietnamese.syllables import fold_text

REPEALED = "bị bãi bỏ"
ABOVE = 3  # lines before a table that say what it lists
_REPEALS = re.compile(r"\b(?:bi )?(?:bai bo|huy bo)\b")
_OTHERS = re.compile(r"\b(?:moi ban hanh|sua doi|bo sung|thay the|chuan hoa)\b")
_DECISION = re.compile(r"\bSố\s*:?\s*")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cell texts (merged cells repeat theirs), and the lines that stand above it."""

    rows: tuple[tuple[str, ...], ...]
    above: tuple[str, ...] = ()


def listed_procedures(grids: Iterable[Grid], text: str, url: str) -> tuple[Record, ...]:
    """The procedures that a file's tables list, each once, with the number and day of the decision that lists them."""
    number, day = decision_of(text)
    found: dict[str, Record] = {}
    columns: tuple[str, ...] = ()
    for grid in grids:
        rows = grid.rows
        if columns and _goes_on(rows, columns):
            rows = (columns, *rows)  # a table cut by the end of a page: its headings are on the page before
        table = next(iter(data_tables(_as_html(rows))), None)
        if table is None or not table.has("name") or not LIST_COLUMNS & set(table.columns):
            continue
        columns = rows[_heading_row(rows)]
        repealed = _lists_repealed(grid.above, columns)
        for record in procedure_list(table, "", url).records:
            content = record.content
            assert isinstance(content, Procedure)
            state = REPEALED if repealed else content.state_raw
            content = replace(content, decision_number=number, decision_date=day, state_raw=state)
            found.setdefault(record.key, replace(record, content=content))
    return tuple(found.values())


def decision_of(text: str) -> tuple[str, date | None]:
    """Number and day of the decision at whose head a text begins; "" and None when it has none."""
    head = text[:1500]
    labelled = _DECISION.search(head)
    number = NUMBER.search(head, labelled.end() if labelled else 0)
    if number is None or "QĐ" not in number[0].upper():
        return "", None
    return number[0], dates.day_in(head[labelled.start() if labelled else 0 :])


def _lists_repealed(above: Sequence[str], columns: Sequence[str]) -> bool:
    title = fold_text(" ".join(above[-ABOVE:]))
    if _REPEALS.search(title) and not _OTHERS.search(title):
        return True
    return any(_REPEALS.search(fold_text(column)) for column in columns)


def _goes_on(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> bool:
    return bool(rows) and len(rows[0]) == len(columns) and next(iter(data_tables(_as_html(rows))), None) is None


def _heading_row(rows: Sequence[Sequence[str]]) -> int:
    return next((n for n, _ in enumerate(rows) if data_tables(_as_html(rows[n : n + 1]))), 0)


def _as_html(rows: Sequence[Sequence[str]]) -> HtmlElement:
    """The rows as a table of HTML; cells that repeat their neighbour's text are one, as wide as both."""
    body = html.Element("body")
    table = html.Element("table")
    body.append(table)
    for texts in rows:
        row = html.Element("tr")
        for text, width in _runs(texts):
            cell = html.Element("td")
            cell.text = _printable(text)
            if width > 1:
                cell.set("colspan", str(width))
            row.append(cell)
        table.append(row)
    return body


def _runs(texts: Sequence[str]) -> list[tuple[str, int]]:
    if len(set(texts)) == 1 and len(texts) > 2:
        return [(texts[0], len(texts))]
    filled = [text for text in texts if text]
    if len(filled) == 1 and len(texts) > 2 and len(filled[0]) > 8:  # a heading of a group that the file did not merge
        return [(filled[0], len(texts))]
    return [(text, 1) for text in texts]


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())
