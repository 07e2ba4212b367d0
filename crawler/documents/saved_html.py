"""Pages saved under the name of a Word or Excel file, as these programs themselves and many others do, alone or with all that
belongs to them in one file (MHTML, RFC 2557)."""

from __future__ import annotations

from email import message_from_bytes

from crawler.charset import decode
from crawler.cms import tree
from crawler.cms.tables import rows
from crawler.documents.extract import MAX_TABLES, MAX_TEXT, Extracted
from crawler.documents.grids import ABOVE, Grid


def is_html(body: bytes) -> bool:
    """Whether a file begins like a page, whatever its name says."""
    return body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith((b"<!doctype html", b"<html"))


def is_mhtml(body: bytes) -> bool:
    """Whether a file is a page with its pictures, as the message that a browser or an office program makes of them."""
    head = body[:2048].lstrip().lower()
    return head.startswith((b"mime-version:", b"from:", b"content-type:")) and b"multipart/related" in head


def read_mhtml(body: bytes) -> Extracted:
    """The text and tables of all its pages: a workbook has one for each sheet."""
    try:
        parts = [part for part in message_from_bytes(body).walk() if part.get_content_type() == "text/html"]
        pages = [content for part in parts if isinstance(content := part.get_payload(decode=True), bytes)]
    except (RecursionError, ValueError, LookupError):
        pages = []
    if not pages:
        return Extracted(condition="broken", notes=("attachment_is_mhtml",))
    found = [read_saved_html(page) for page in pages]
    text = "\n".join(page.text for page in found)
    grids = tuple(grid for page in found for grid in page.grids)
    return Extracted(text[:MAX_TEXT], grids=grids[:MAX_TABLES], notes=("attachment_is_mhtml",))


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
