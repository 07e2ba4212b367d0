"""What operators look at: `/van-hanh` for people, its JSON twin, and the same state behind /readyz."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from core.clock import local_date
from core.errors import TracuuError
from indexer.query.answer import Ask
from reports.drift import drift
from reports.findings import FindingFilter, list_findings
from reports.trust import unverified
from reports.values import Json
from reports.watch import watch
from search_api.last_good import answers_of
from search_api.pages import render
from search_api.parts import AppParts, log_of, parts_of
from search_api.problems import problem_of
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
    shown["prepared"] = request.app.state.warming.is_done
    shown["unlogged_queries"] = log.failures if log else 0
    try:
        with parts.database.read() as connection:
            shown["procedures"] = procedures.count(connection)
        health = parts.searcher.health()
        if health.status != "red":  # it would only say that it does not answer; the colour says why
            parts.searcher.search(Ask("1", limit=1, counted=False))
    except TracuuError as error:
        problem = problem_of(error, parts.settings.text("hotline"))
        return {**shown, "status": "down", "engine": {"status": "gone", "detail": "xem nhật ký"}, "problem": problem}
    shown["engine"] = {"name": health.engine, "status": health.status, "detail": health.detail}
    shown["status"] = {"green": "ok", "yellow": "degraded", "red": "down"}[health.status]
    return shown


def _of_sites(parts: AppParts) -> Json:
    """What only operators can mend: rounds with holes, faults, readers that find less, certificates taken on trust.

    It looks at a month of visits, so that /readyz, which is asked all the time, does without it.
    """
    now = parts.clock()
    day = local_date(now)
    try:
        with parts.database.read() as connection:
            fallen = drift(connection, now)
            trusted = unverified(connection, parts.province.sites_on(day), day)
            seen = watch(connection, parts.province, parts.settings, now)
            faults = list_findings(connection, FindingFilter(audience="operator"))
    except TracuuError:
        return {"drift": None, "unverified": None, "watch": None, "faults": None}
    return {
        "drift": [asdict(alarm) for alarm in fallen],
        "unverified": trusted,
        "watch": seen,
        "faults": faults,
    }


@router.get("/van-hanh.json")
def operations_json(request: Request) -> Json:
    """The twin of the operators' page; what is known of the sites is null when the store does not answer."""
    shown = state(request) | _of_sites(parts_of(request))
    problem = shown.pop("problem", None)
    return shown | ({"problem": problem.as_json()} if problem else {})


@router.get("/van-hanh")
def operations(request: Request) -> HTMLResponse:
    """How store and engine are; the page itself always answers."""
    shown = state(request) | _of_sites(parts_of(request))
    return render(request, "operations.html", state=shown, problem=shown.get("problem"), words=WORDS)
