"""The monitor watches itself: which sites have no fresh verdict, for a watchdog outside of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from reports.watch import watch
from search_api.parts import parts_of

router = APIRouter()


@router.get("/api/v1/monitor")
def monitor(request: Request) -> Response:
    """200 while every site of the day has a verdict younger than `verdict_hours`, else 503 with the sites that have none."""
    parts = parts_of(request)
    with parts.database.read() as connection:
        seen = watch(connection, parts.province, parts.settings, parts.clock())
    stale = [site["site"] for site in seen["without_verdict"]]
    answer = {
        "status": "stale" if stale else "ok",
        "sites": seen["sites"],
        "without_verdict": stale,
        "last_check": seen["last_check"],
        "remedy": "Xem `tracuu status` và lịch chạy `tracuu work`." if stale else "",
    }
    return JSONResponse(answer, 503 if stale else 200, headers={"Cache-Control": "no-store"})
