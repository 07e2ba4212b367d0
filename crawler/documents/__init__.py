"""Text of PDF, DOCX, XLSX and old Word files: what cannot be read is recorded with its condition, never raised."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from core.model import AttachmentText, Found, Reading, Record
from crawler.charset import mended
from crawler.documents.extract import Extracted, pdf_grids, read_docx, read_pdf, read_xlsx
from crawler.documents.grids import listed_procedures
from crawler.documents.old_word import read_doc
from crawler.page import RawPage, SiteHints
from crawler.urls import kind_of
from vietnamese.syllables import fold_text, nfc

MAX_BYTES = 20_000_000
"""Larger files are recorded as too_large; the largest scanned decision seen has 14 MB."""

_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BY_SUFFIX = {
    ".pdf": _PDF,
    ".docx": _DOCX,
    ".xlsx": _XLSX,
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
}
_DOC = "application/msword"
_READERS = {_PDF: read_pdf, _DOCX: read_docx, _XLSX: read_xlsx, _DOC: read_doc}
_FILENAME = re.compile(r"filename\*?=(?:UTF-8'')?[\"']?([^\"';]+)", re.I)


def is_document(page: RawPage) -> bool:
    """Whether an answer is a file to be read here: by its first bytes, its type, then its address."""
    return bool(_media_type(page))


def read_document(page: RawPage, site: SiteHints | None = None) -> Reading:
    """The text of a file as an `attachment` record. `site` is taken for symmetry with the page readers."""
    media_type = _media_type(page) or "application/octet-stream"
    if len(page.body) > MAX_BYTES:
        extracted = Extracted(condition="too_large")
    elif media_type in _READERS:
        extracted = _READERS[media_type](page.body)
    else:
        old_sheet = media_type == _BY_SUFFIX[".xls"]  # no packaged tool reads it
        extracted = Extracted(condition="unsupported" if old_sheet else "broken")
    text, old_fonts = mended(extracted.text.replace("\x00", ""))
    text = nfc(text)
    title = _title(page)
    digest = hashlib.sha256(page.body).hexdigest()
    content = AttachmentText(title, text, media_type, extracted.condition, extracted.pages, digest)
    record = Record("attachment", content, key=title, found={"text": Found(media_type, 0.9)})
    notes = () if extracted.condition in ("ok", "no_tool") else (f"attachment_{extracted.condition}",)
    listed: tuple[Record, ...] = ()
    if _announces(text):
        grids = pdf_grids(page.body) if media_type == _PDF and extracted.condition == "ok" else extracted.grids
        listed = listed_procedures(grids, text, page.url)
    return Reading(
        "documents",
        f"{media_type} by its first bytes, type or address",
        "attachment",
        title,
        records=(record, *listed),
        text=text,
        notes=tuple(dict.fromkeys((*notes, *extracted.notes, *(f"attachment_{font}" for font in old_fonts)))),
    )


def _announces(text: str) -> bool:
    """Whether a file speaks of procedures and of announcing or listing them: only then its tables are looked at."""
    folded = fold_text(text[:20_000])
    return "thu tuc" in folded and ("danh muc" in folded or "cong bo" in folded or "ma thu tuc" in folded)


def _media_type(page: RawPage) -> str:
    head = page.body[:1024].lstrip()
    suffix = PurePosixPath(_file_name(page)).suffix.lower()
    if head.startswith(b"%PDF-"):
        return _PDF
    if head.startswith(b"PK\x03\x04"):
        return (
            _XLSX
            if b"xl/" in page.body[:4096] or suffix == ".xlsx"
            else _DOCX
            if suffix == ".docx" or b"word/" in page.body or "wordprocessing" in page.content_type
            else ""
        )
    declared = page.content_type.partition(";")[0].strip().lower()
    if declared in _READERS or declared in _BY_SUFFIX.values():
        return declared
    if suffix == ".doc" and declared and not declared.startswith(("text/", "application/xhtml")):
        return _DOC  # whatever is in it: programs save HTML and RTF under this name
    looks_like_html = head[:200].lower().startswith((b"<!doctype", b"<html", b"<?xml"))
    return (
        _BY_SUFFIX.get(suffix, "")
        if kind_of(page.url) == "document" and not looks_like_html and "html" not in declared
        else ""
    )


def _file_name(page: RawPage) -> str:
    named = _FILENAME.search(page.headers.get("content-disposition", ""))
    return unquote(named[1].strip() if named else urlsplit(page.url).path.rsplit("/", 1)[-1])


def _title(page: RawPage) -> str:
    return nfc(_file_name(page)).strip() or "tệp"
