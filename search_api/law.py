"""The dated data that findings are judged by, for whoever wants to check the judge: law, ended texts, outdated words."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from core.clock import local_date
from reports.rules import law_table
from reports.values import Json
from search_api.pages import render
from search_api.parts import parts_of

router = APIRouter()

KINDS = {
    "department": "sở, ban, ngành", "district": "huyện", "commune": "xã, phường", "province": "tỉnh",
    "province_portal": "cổng tỉnh",
}  # fmt: skip

UNITS = {
    "working_days": "ngày làm việc", "calendar_days": "ngày", "working_days_before": "ngày làm việc trước",
    "calendar_days_before": "ngày trước", "immediate": "ngay khi thay đổi",
}  # fmt: skip


@router.get("/api/v1/rules")
def rules(request: Request) -> Json:
    """Every rule of the dated law with its days and how it is measured; texts that ended and words that are outdated."""
    parts = parts_of(request)
    day = local_date(parts.clock())
    national = parts.province.national
    return {
        "as_of": day.isoformat(),
        "rules": law_table(national, day),
        "texts": [_dated(row, "repealed_on", day) for row in _rows(national / "repealed_texts.toml", "text")],
        "terms": [_dated(row, "from", day) for row in _rows(national / "obsolete_terms.toml", "term")],
        "claims": [_dated(row, "from", day) for row in _rows(national / "obsolete_terms.toml", "claim")],
    }


@router.get("/quy-tac.json", include_in_schema=False)
def page_json(request: Request) -> Json:
    """The twin of the page."""
    return rules(request)


@router.get("/quy-tac", include_in_schema=False)
def page(request: Request) -> HTMLResponse:
    """The same for people."""
    return render(request, "law.html", law=rules(request), kinds=KINDS, units=UNITS)


def _dated(row: dict[str, Any], name: str, day: date) -> Json:
    begin = row[name]
    others = {key: value for key, value in row.items() if key != name}
    return {**others, "since": begin.isoformat(), "in_force": begin <= day}


@lru_cache(maxsize=8)
def _rows(path: Path, table: str) -> tuple[dict[str, Any], ...]:
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get(table, []) if path.exists() else []
    return tuple(sorted(rows, key=lambda row: row.get("repealed_on") or row["from"], reverse=True))
