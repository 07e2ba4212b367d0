"""A legal document out of labelled values or a row of a list: number, subject, kind, issuer, signer and its four dates."""

from __future__ import annotations

from datetime import date

from lxml.html import HtmlElement

from core.model import FileLink, Found, LegalDocument, ListItem, Record
from crawler import dates, urls
from crawler.cms.citation import cited, own_number
from crawler.cms.files import files_in
from crawler.cms.labels import Labelled, Value, document_parts
from crawler.cms.selectors import first
from crawler.cms.tables import Row
from crawler.cms.tree import clean
from vietnamese.syllables import fold_text

Parts = dict[str, list[Value]]

_NONE = {"khong so", "khong co", "khong", "dang cap nhat"}


def is_document(parts: Parts) -> bool:
    """Whether labels make the page a legal document: its number's label, and a date, an issuer or a subject beside it."""
    others = {"issued_on", "issuer", "title", "effective_on", "document_type", "signer"} & set(parts)
    return ("number" in parts and bool(others)) or len(others) >= 3


def read_document(
    labelled: Labelled, title: str, url: str, *, body: str = "", around: HtmlElement | None = None
) -> Record:
    """The document whose labels were found; `title` is the page's heading, taken where no subject is labelled; its files
    stand anywhere in `around`."""
    parts = document_parts(labelled)
    issuer, signer = _issuer(parts)
    number = _text(parts, "number")
    document = LegalDocument(
        title=_text(parts, "title") or title,
        number="" if fold_text(number) in _NONE else number,
        document_type=_text(parts, "document_type"),
        issuer=issuer,
        signer=_text(parts, "signer") or signer,
        issued_on=_day(parts, "issued_on"),
        effective_on=_day(parts, "effective_on"),
        gazette_on=_day(parts, "gazette_on"),
        state_raw=_text(parts, "state_raw"),
        sectors=tuple(line.text for name in ("sectors", "branch") for v in parts.get(name, ())[:1] for line in v.lines),
        body=body,
    )
    found = {name: Found(f"label “{values[0].label.rstrip(' :')}”", 0.95) for name, values in parts.items()}
    posted = dates.posted_in(_text(parts, "posted"))
    files = files_in(around if around is not None else labelled.root, url)
    return Record("document", document, document.number or document.title, posted, files, found)


def row_document(row: Row, url: str) -> tuple[ListItem, Record] | None:
    """A row of a list of documents as an entry and as a record; None for a row without subject."""
    number, title = row.text("number"), row.text("title")
    cell = row.cells.get("title") or row.cells.get("number")
    if cell is None or not (title or number):
        return None
    link = next(
        (
            a
            for c in (row.cells.get("title"), row.cells.get("number"))
            if c
            for a in c.element.iter("a")
            if a.get("href")
        ),
        None,
    )
    target = urls.canonical(link.get("href") or "", url) if link is not None else ""
    if (found := first(cell.element, ".substract, .trichyeu, .title")) is not None:
        title = found.text_content().strip() or title
    code = first(row.cells["number"].element, ".code") if "number" in row.cells else None
    if code is not None:
        number = code.text_content().strip()
    kind, issued = row.text("document_type"), dates.day_in(row.text("issued_on"))
    if not number and not kind and (citation := cited(clean(title))):
        kind, number, title, issued = citation.kind, citation.number, citation.subject, issued or citation.day
    number = number or own_number(title)
    posted = dates.posted_in(row.text("posted"))
    files: tuple[FileLink, ...] = tuple(
        file
        for name in ("files", "title", "number")
        if name in row.cells
        for file in files_in(row.cells[name].element, url)
    )
    document = LegalDocument(
        title=title or number,
        number=number,
        document_type=kind,
        issuer=row.text("issuer"),
        signer=row.text("signer"),
        issued_on=issued,
        effective_on=dates.day_in(row.text("effective_on")),
        sectors=(row.text("sectors"),) if row.text("sectors") else (),
    )
    where = {name: Found(f"column “{name}”", 0.9) for name in row.cells if row.text(name)}
    record = Record("document", document, number or title, posted, tuple(dict.fromkeys(files)), where)
    shown = posted.date() if posted else issued
    return ListItem(title or number, target, shown, number, issued), record


def _text(parts: Parts, name: str) -> str:
    return " ".join(line.text for value in parts.get(name, ())[:1] for line in value.lines)


def _day(parts: Parts, name: str) -> date | None:
    return next((day for value in parts.get(name, ()) if (day := dates.day_in(value.text))), None)


def _issuer(parts: Parts) -> tuple[str, str]:
    """Issuer and signer; the compound label "Cơ quan ban hành / Chức danh / Người ký" holds both, in that order."""
    for value in parts.get("issuer", ())[:1]:
        texts = [line.text for line in value.lines]
        if "/" in value.label and len(texts) >= 3:
            return texts[0], texts[-1]
        return " ".join(texts), ""
    return "", ""
