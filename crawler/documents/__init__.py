"""Text of PDF, Word and Excel files, old and new: what cannot be read is recorded with its condition, never raised."""

from __future__ import annotations

import hashlib
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from core.model import AttachmentText, Found, Reading, Record
from crawler.charset import mended
from crawler.cms.files import file_name
from crawler.documents.extract import OLE, SCANNED, Extracted, pdf_grids, read_docx, read_pdf, read_xlsx
from crawler.documents.grids import listed_procedures
from crawler.documents.old_excel import read_xls
from crawler.documents.old_word import RTF, read_doc
from crawler.documents.saved_html import is_html, is_mhtml, read_mhtml, read_saved_html
from crawler.documents.saved_xml import program_of, read_saved_xml
from crawler.page import RawPage, SiteHints
from crawler.urls import kind_of
from vietnamese.syllables import fold_text, nfc

MAX_BYTES = 20_000_000
"""Larger files are recorded as too_large; the largest scanned decision seen has 14 MB."""

_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOC = "application/msword"
_XLS = "application/vnd.ms-excel"
_OPEN = b"application/vnd.oasis.opendocument"
_BY_SUFFIX = {".pdf": _PDF, ".docx": _DOCX, ".xlsx": _XLSX, ".doc": _DOC, ".xls": _XLS, ".rtf": _DOC}
_READERS = {_PDF: read_pdf, _DOCX: read_docx, _XLSX: read_xlsx, _DOC: read_doc, _XLS: read_xls}
_FIRST_BYTES = (b"%PDF-", b"PK\x03\x04", OLE)
_OLD = (".doc", ".xls")
_FILENAME = re.compile(r"filename\*?=(?:UTF-8'')?[\"']?([^\"';]+)", re.I)


def is_document(page: RawPage) -> bool:
    """Whether an answer is a file and no page: by its first bytes, its type, then its address."""
    return bool(_media_type(page))


def begins_as_file(body: bytes) -> bool:
    """Whether an answer is a PDF, Word or Excel file (or any archive) by its first bytes alone."""
    return body.startswith(_FIRST_BYTES)


def read_document(page: RawPage, site: SiteHints | None = None) -> Reading:
    """The text of a file as an `attachment` record. `site` is taken for symmetry with the page readers."""
    media_type = _media_type(page) or "application/octet-stream"
    if len(page.body) > MAX_BYTES:
        extracted = Extracted(condition="too_large")
    elif media_type in (_DOC, _XLS) and (read := _saved_otherwise(page.body)):
        extracted = read(page.body)
    elif media_type in _READERS:
        extracted = _READERS[media_type](page.body)
    else:
        extracted = Extracted(condition="unsupported")
    if extracted.condition == "ok" and len(extracted.text) < SCANNED:
        extracted = replace(extracted, condition="scanned")
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


def _saved_otherwise(body: bytes) -> Callable[[bytes], Extracted] | None:
    """What reads a file that was saved in another format than its name says."""
    if is_html(body):
        return read_saved_html
    if is_mhtml(body):
        return read_mhtml
    return read_saved_xml if program_of(body) else None


def _announces(text: str) -> bool:
    """Whether a file speaks of procedures and of announcing or listing them: only then its tables are looked at."""
    folded = fold_text(text[:20_000])
    return "thu tuc" in folded and ("danh muc" in folded or "cong bo" in folded or "ma thu tuc" in folded)


def _media_type(page: RawPage) -> str:
    """The type of a file; "" of a page. First bytes decide, then what the server says, then the name."""
    head = page.body[:1024].lstrip(BOM_UTF8 + b" \t\r\n")
    suffix = PurePosixPath(_file_name(page)).suffix.lower()
    declared = page.content_type.partition(";")[0].strip().lower()
    if head.startswith(b"%PDF-"):
        return _PDF
    if head.startswith(RTF):
        return _DOC
    if head.startswith(b"PK\x03\x04"):
        return _packed_type(page.body, suffix, declared)
    program = program_of(page.body)
    if program or is_mhtml(page.body):
        return _XLS if program == "excel" or (not program and suffix == ".xls") else _DOC
    if declared in _READERS:
        return declared
    if suffix in _OLD and declared and not declared.startswith(("text/", "application/xhtml")):
        return _BY_SUFFIX[suffix]  # whatever is in it: programs save HTML and RTF under these names
    if head[:200].lower().startswith((b"<!doctype", b"<html", b"<?xml")) or "html" in declared:
        return ""
    named = _BY_SUFFIX.get(suffix, "") if kind_of(page.url) == "document" else ""
    return named or (_other(declared) if _is_no_text(page.body) or declared.endswith("json") else "")


def _packed_type(body: bytes, suffix: str, declared: str) -> str:
    if body[30:38] == b"mimetype" and body[38:].startswith(_OPEN):  # OpenDocument 1.2, part 3, 3.3
        return body[38:100].partition(b"PK")[0].decode("ascii", "replace")
    if b"xl/" in body[:4096] or suffix == ".xlsx":
        return _XLSX
    if suffix == ".docx" or b"word/" in body or "wordprocessing" in declared:
        return _DOCX
    return _other(declared)


def _other(declared: str) -> str:
    return declared if "/" in declared and "html" not in declared else "application/octet-stream"


def _is_no_text(body: bytes) -> bool:
    """Pictures, archives, films: a byte 0 near the start, and neither a tag nor UTF-16 before it."""
    return body.startswith(OLE) or (
        b"\0" in body[:1024] and not body.lstrip().startswith((b"<", b"\0<", BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE))
    )


def _file_name(page: RawPage) -> str:
    named = _FILENAME.search(page.headers.get("content-disposition", ""))
    return file_name(named[1].strip() if named else urlsplit(page.url).path.rsplit("/", 1)[-1])


def _title(page: RawPage) -> str:
    return nfc(_file_name(page)).strip() or "tệp"
