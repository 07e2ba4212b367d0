"""The monitor watches itself: which sites have no fresh verdict, for a watchdog outside of it."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from core.clock import local_date
from search_api.parts import parts_of
from search_api.schemas import stamp
from store import verdicts

router = APIRouter()


@router.get("/api/v1/monitor")
def monitor(request: Request) -> Response:
    """200 while every site of the day has a verdict younger than `verdict_hours`, else 503 with the sites that have none."""
    parts = parts_of(request)
    now = parts.clock()
    with parts.database.read() as connection:
        decided = verdicts.decided(connection)
    oldest = now - timedelta(hours=parts.settings.number("verdict_hours"))
    sites = parts.province.sites_on(local_date(now))
    stale = [site.id for site in sites if site.id not in decided or decided[site.id] < oldest]
    answer = {
        "status": "stale" if stale else "ok",
        "sites": len(sites),
        "without_verdict": stale,
        "last_check": stamp(max(decided.values(), default=None)),
        "remedy": "Xem `tracuu status` và lịch chạy `tracuu work`." if stale else "",
    }
    return JSONResponse(answer, 503 if stale else 200, headers={"Cache-Control": "no-store"})
