"""A legal text changed: which pages of which sites cite it."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection, String, cast, select

from core.clock import local_date
from core.errors import QueryRefused
from reports.values import Json
from search_api.pages import render
from search_api.parts import AppParts, parts_of
from search_api.schemas import procedure_url
from store.tables import pages, records
from vietnamese.numbers import document_numbers

router = APIRouter()

_START = re.compile(r"\s*0*(\d{1,4}/\d{4})\s*/")


@router.get("/api/v1/citations")
def citations(request: Request, number: Annotated[str, Query(max_length=60)] = "") -> Json:
    """The live pages that cite a text, by site; when it ended and what replaced it, where that is known."""
    parts = parts_of(request)
    with parts.database.read() as connection:
        return cited_by(connection, parts, number)


@router.get("/van-ban-vien-dan.json", include_in_schema=False)
def page_json(request: Request, number: Annotated[str, Query(max_length=60)] = "") -> Json:
    """The twin of the page."""
    return citations(request, number)


@router.get("/van-ban-vien-dan", include_in_schema=False)
def page(request: Request, number: Annotated[str, Query(max_length=60)] = "") -> HTMLResponse:
    """The same for people."""
    try:
        found = citations(request, number) if number else None
    except QueryRefused as refused:  # said beside the box, with what was typed still in it
        return render(request, "citations.html", status=422, number=number, found=None, refused=refused)
    return render(request, "citations.html", number=number, found=found, refused=None)


def cited_by(connection: Connection, parts: AppParts, number: str) -> Json:
    """The answer of `/api/v1/citations`; QueryRefused when `number` is not that of a legal text."""
    read = _START.match(number)
    terms = document_numbers(number)
    if read is None or not terms:
        raise QueryRefused(f"“{number[:60]}” không phải số ký hiệu văn bản.", "Ghi như 61/2018/NĐ-CP.")
    wanted, begin = terms[0], f"{read[1]}/"
    # The JSON text is escaped beyond ASCII; number and year are not, the rest is compared when it is read.
    query = select(records, pages.c.url).join(pages, pages.c.id == records.c.page_id)
    query = query.where(records.c.withdrawn_at.is_(None), records.c.kind == "procedure")
    query = query.where(cast(records.c.content, String).like(f"%{begin}%")).order_by(records.c.id)
    by_site: dict[str, list[Json]] = defaultdict(list)
    for row in connection.execute(query):
        if any(_cites(text, wanted) for text in _texts(row.content) if begin in text):
            by_site[row.site_id].append(_page(row))
    day = local_date(parts.clock())
    owners = parts.province.owners_on(day)
    sites = [{"id": s, "owner": owners.get(s, s), "pages": found} for s, found in sorted(by_site.items())]
    known = _ended(parts.province.national).get(wanted)
    return {
        "number": number.strip(),
        "ended_on": known["repealed_on"].isoformat() if known else None,
        "has_ended": bool(known and known["repealed_on"] <= day),
        "replaced_by": known["replaced_by"] if known else "",
        "total": sum(len(site["pages"]) for site in sites),
        "sites": sites,
    }


def _cites(text: str, wanted: str) -> bool:
    """Whether a text has this number. Words behind a dash (“63/2010/NĐ-CP - về …”) are read as more of it."""
    return any(term == wanted or term.startswith(f"{wanted}-") for term in document_numbers(text))


def _page(row: Any) -> Json:
    copy = f"/ban-luu/{row.capture_id}" if row.capture_id else None
    return {"title": row.title, "code": row.code, "url": row.url, "procedure": procedure_url(row.code) if row.code else None, "archived_copy": copy}  # fmt: skip


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []


@lru_cache(maxsize=8)
def _ended(national: Path) -> dict[str, dict[str, Any]]:
    path = national / "repealed_texts.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("text", []) if path.exists() else []
    return {
        term: row for row in rows if isinstance(row["repealed_on"], date) for term in document_numbers(row["number"])
    }
