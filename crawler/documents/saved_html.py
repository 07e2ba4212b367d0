"""Pages saved under the name of a Word or Excel file, as these programs themselves and many others do."""

from __future__ import annotations

from crawler.charset import decode
from crawler.cms import tree
from crawler.cms.tables import rows
from crawler.documents.extract import MAX_TABLES, MAX_TEXT, Extracted
from crawler.documents.grids import ABOVE, Grid


def is_html(body: bytes) -> bool:
    """Whether a file begins like a page, whatever its name says."""
    return body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith((b"<!doctype html", b"<html"))


def read_saved_html(body: bytes) -> Extracted:
    """The text and tables of such a page."""
    root = tree.parse(decode(body).text)
    lines = tree.lines(root)
    grids = []
    for table in root.iter("table"):
        inside = set(table.iter())
        first = next((n for n, line in enumerate(lines) if line.element in inside), 0)
        cells = tuple(tuple(cell.text for cell in row) for row in rows(table))
        grids.append(Grid(cells, tuple(line.text for line in lines[max(0, first - ABOVE) : first])))
    text = "\n".join(line.text for line in lines)
    return Extracted(text[:MAX_TEXT], grids=tuple(grids[:MAX_TABLES]), notes=("attachment_is_html",))
