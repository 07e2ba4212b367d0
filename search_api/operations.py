"""What operators look at: `/van-hanh` for people, its JSON twin, and the same state behind /readyz."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from core.errors import TracuuError
from indexer.query.answer import Ask
from search_api.last_good import answers_of
from search_api.pages import render
from search_api.parts import log_of, parts_of
from search_api.problems import problem_of
from search_api.schemas import Json
from store import procedures

router = APIRouter(include_in_schema=False)

WORDS = {
    "green": "tốt",
    "yellow": "thiếu bản sao dự phòng",
    "red": "mất một phần chỉ mục",
    "gone": "không trả lời",
}
"""What an engine's colour means, for people."""


def state(request: Request) -> Json:
    """Store, engine and what was shown from memory. `status`: ok, degraded (answers, without a reserve) or down."""
    parts = parts_of(request)
    shown: Json = {"status": "ok", "saved_answers_shown": answers_of(request).shown}
    log = log_of(request)
    shown["unlogged_queries"] = log.failures if log else 0
    try:
        with parts.database.read() as connection:
            shown["procedures"] = procedures.count(connection)
        parts.searcher.search(Ask("1", limit=1))
        health = parts.searcher.health()
    except TracuuError as error:
        problem = problem_of(error, parts.settings.text("hotline"))
        return {**shown, "status": "down", "engine": {"status": "gone", "detail": "xem nhật ký"}, "problem": problem}
    shown["engine"] = {"name": health.engine, "status": health.status, "detail": health.detail}
    shown["status"] = {"green": "ok", "yellow": "degraded", "red": "down"}[health.status]
    return shown


@router.get("/van-hanh.json")
def operations_json(request: Request) -> Json:
    """The twin of the operators' page."""
    shown = state(request)
    problem = shown.pop("problem", None)
    return shown | ({"problem": problem.as_json()} if problem else {})


@router.get("/van-hanh")
def operations(request: Request) -> HTMLResponse:
    """How store and engine are; the page itself always answers."""
    shown = state(request)
    return render(request, "operations.html", state=shown, problem=shown.get("problem"), words=WORDS)
