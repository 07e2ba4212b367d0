"""The JSON API under /api/v1, and the two health checks."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import Connection, select

from core import codes
from core.clock import local_date
from core.errors import UsageError
from core.finding_rules import RULES
from core.sites import Site
from core.states import FindingState
from core.unified import UnifiedProcedure
from indexer.engines import Kind
from indexer.query.answer import Answer, Ask
from reports import board
from reports.board import BoardFilter
from reports.findings import MOST_FINDINGS, FindingFilter, count_findings, list_findings
from reports.site import site_json
from reports.values import Json, stamp
from search_api.changes import history_json
from search_api.closed import OF_BOARD, OF_SEARCH, odd_values, refuse
from search_api.filing import filing_places, levels_json, places_of
from search_api.last_good import answers_of
from search_api.offers import offers, places
from search_api.operations import state
from search_api.parts import AppParts, log_of, parts_of
from search_api.problems import RETRY_SECONDS, NotHere
from search_api.results import search_json
from search_api.schemas import WrittenJson, procedure_json, procedure_url, suggestions_json
from search_api.turns import in_turn
from store import procedures
from store.tables import procedures as procedure_table

router = APIRouter()


def board_filter(
    request: Request, q: str = "", kind: str = "", verdict: str = "", section: str = "", sort: str = "worst"
) -> BoardFilter:
    """The part of the board that an address asks for; OddValue where there is none such."""
    refuse(odd_values(request.query_params, OF_BOARD, once=True), OF_BOARD)
    return BoardFilter(q[:100], kind, verdict, section, sort)


def board_json(request: Request, wanted: BoardFilter) -> Json:
    """The board."""
    parts = parts_of(request)
    with parts.database.read() as connection:
        return board.board(connection, parts.province, parts.settings, parts.clock(), wanted)


def board_csv(request: Request, wanted: BoardFilter) -> Response:
    """The board as CSV."""
    return Response(board.board_csv(board_json(request, wanted)), media_type="text/csv; charset=utf-8")


Many = Annotated[list[str] | None, Query()]


@router.get("/api/v1/search")
async def search(
    request: Request,
    q: str = "",
    kind: Kind = "procedure",
    site: Many = None,
    sector: Many = None,
    service_level: Many = None,
    tier: Many = None,
    agency: Many = None,
    audience: Many = None,
    cost: Many = None,
    days: Many = None,
    form: Many = None,
    state: Many = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
    cursor: str = "",
    raw: bool = False,
    grouped: bool = False,
    other_kinds: bool = False,
) -> Response:
    """Results with what was understood, facets and a cursor; the matches of the other kinds when they are wanted."""
    chosen = {
        "site": site, "sector": sector, "service_level": service_level, "tier": tier, "agency": agency,
        "audience": audience, "cost": cost, "days": days, "form": form, "state": state,
    }  # fmt: skip
    refuse(odd_values(request.query_params, OF_SEARCH), OF_SEARCH)
    filters = {name: given for name, values in chosen.items() if (given := tuple(filter(None, values or ())))}
    ask = Ask(q, kind, filters, limit, cursor, raw, grouped, other_kinds=other_kinds)
    # A response of its own: FastAPI would walk and copy the whole answer before it is written.
    return await in_turn(request, lambda: WrittenJson(searched(request, ask)))


def searched(request: Request, ask: Ask) -> Json:
    """Ask, fill the answer from the store and log the question.

    Lone surrogates of broken clients are dropped.
    """
    parts = parts_of(request)
    ask = replace(ask, q=ask.q.encode("utf-8", "ignore").decode())
    begun = time.perf_counter()
    answered = answers_of(request).search(ask)
    answer = answered.answer
    with parts.database.read() as connection:
        shown = search_json(connection, answer, request.app.state.known) | {"saved_at": stamp(answered.saved_at)}
    shown["offers"] = offers(parts, ask, answer)
    shown["places"] = places(parts, ask.q, answer.query.read_as)
    log = log_of(request)
    if log is not None and not ask.cursor:
        spent = (time.perf_counter() - begun) * 1000
        log.add(
            parts.clock(),
            ask.q,
            answer.query.read_as,
            kind=ask.kind or "",
            total=matches(answer),
            milliseconds=spent,
        )
    return shown


def matches(answer: Answer) -> int:
    """Matches for the log: none where words were let go of; what a place alone names is looked for among the news."""
    if answer.relaxed == "place":
        return sum(answer.totals.values())
    return 0 if answer.relaxed else answer.total


@router.get("/api/v1/suggest")
async def suggest(request: Request, q: str = "") -> Response:
    """Completions of what was typed so far, at most eight."""
    if not parts_of(request).settings["suggestions"]:
        return WrittenJson(suggestions_json(()))
    typed = q.encode("utf-8", "ignore").decode()
    return await in_turn(request, lambda: WrittenJson(suggestions_json(answers_of(request).suggest(typed))))


LEAST_PUBLIC = 5
"""How often a gap was asked before everyone is shown it: rarer words may tell a person in a way that no rule hides."""


@router.get("/api/v1/gaps")
def gaps(request: Request, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> Json:
    """What was often asked and not found, most often asked first, without anything personal: gaps in the content."""
    log = log_of(request)
    found = log.gaps(limit, LEAST_PUBLIC) if log else []
    return {"items": [{"q": q, "count": count} for q, count in found]}


@router.get("/api/v1/procedures/{code}")
def procedure(request: Request, code: str) -> Json:
    """One procedure with every field's source, date and conflicts."""
    with parts_of(request).database.read() as connection:
        return whole_procedure(request, connection, code)


def whole_procedure(request: Request, connection: Connection, code: str) -> Json:
    """The record with its history in the register, its levels by unit, and where to file today."""
    item = find_procedure(connection, code)
    day = local_date(parts_of(request).clock())
    return {
        **procedure_json(connection, item),
        "history": history_json(connection, item.code) if item.code else [],
        "service_levels": levels_json(item),
        "places": filing_places(item, places_of(request), day),
    }


def find_procedure(connection: Connection, code: str) -> UnifiedProcedure:
    """The procedure under a code in any spelling, or a key; NotHere names the nearest codes."""
    key = codes.normalise(code) or code
    found = procedures.by_key(connection, [key]).get(key)
    if found is not None:
        return found
    near = select(procedure_table.c.key, procedure_table.c.name).where(procedure_table.c.is_public)
    near = near.where(procedure_table.c.key.startswith(key[:6], autoescape=True)).order_by(procedure_table.c.key)
    nearest = tuple((f"{row.key} {row.name}", procedure_url(row.key)) for row in connection.execute(near.limit(5)))
    raise NotHere(f"Không có thủ tục nào mang mã “{code[:60]}”.", "Kiểm tra lại mã hoặc tìm theo tên thủ tục.", nearest)


@router.get("/api/v1/sites")
def sites(request: Request) -> Json:
    """The component sites of the day."""
    parts = parts_of(request)
    return board.sites_json(parts.province, parts.clock())


@router.get("/api/v1/sites/{site_id}")
def site(request: Request, site_id: str) -> Json:
    """One site: sections, findings, visits, how it is crawled."""
    parts = parts_of(request)
    with parts.database.read() as connection:
        return site_json(connection, parts.province, find_site(parts, site_id), parts.settings, parts.clock())


def find_site(parts: AppParts, site_id: str) -> Site:
    """The site with this id; NotHere names the nearest ones."""
    try:
        return parts.province.site(site_id)
    except UsageError:
        start = site_id[2:5] or site_id
        near = [s for s in parts.province.sites if start and start in s.id][:5]
        nearest = tuple((f"{s.id} {s.owners[-1].value}", f"/nguon/{s.id}") for s in near)
        raise NotHere(f"Không có trang nguồn “{site_id[:60]}”.", "Xem danh sách ở /nguon.", nearest) from None


@router.get("/api/v1/freshness")
def freshness(request: Request, wanted: Annotated[BoardFilter, Depends(board_filter)]) -> Json:
    """The board, or the part of it that is asked for."""
    return board_json(request, wanted)


@router.get("/api/v1/freshness.csv")
def freshness_csv(request: Request, wanted: Annotated[BoardFilter, Depends(board_filter)]) -> Response:
    """The board as a table for spreadsheets."""
    return board_csv(request, wanted)


@router.get("/api/v1/findings")
def findings(
    request: Request,
    site: str = "",
    rule: str = "",
    state: FindingState | Literal[""] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_FINDINGS)] = MOST_FINDINGS,
    offset: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> Json:
    """What is to be done, by site, rule and state, the newest first."""
    parts = parts_of(request)
    if site:
        find_site(parts, site)
    if rule and rule not in RULES:
        near = tuple(
            (f"{known.id}: {known.title}", f"/api/v1/findings?rule={known.id}")
            for known in RULES.values()
            if rule in known.id
        )
        raise NotHere(f"Không có loại phát hiện “{rule[:60]}”.", "Bỏ tham số rule để xem tất cả.", near[:5])
    wanted = FindingFilter(site, rule, state)
    with parts.database.read() as connection:
        return {
            "total": count_findings(connection, wanted),
            "items": list_findings(connection, wanted, limit=limit, offset=offset),
        }


@router.get("/healthz")
def healthz(request: Request) -> Json:
    """The process answers; queries that could not be logged are counted."""
    log = log_of(request)
    return {"status": "ok", "unlogged_queries": log.failures if log else 0}


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """Store and index answer; 503 says what does not and what mends it. A yellow engine answers, and says so."""
    shown = state(request)
    problem = shown.pop("problem", None)
    if problem is not None:
        return problem.as_response()  # type: ignore[no-any-return]
    down = shown["status"] == "down"
    return JSONResponse(shown, 503 if down else 200, {"Retry-After": str(RETRY_SECONDS)} if down else None)
