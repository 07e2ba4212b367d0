"""`/bien-tap/thieu`: what citizens asked and did not find, for editors to write about it or give it everyday words."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from search_api.parts import log_of
from search_api.signed_in import SignedIn, private

router = APIRouter(include_in_schema=False)

MOST = 200


@router.get("/bien-tap/thieu")
def gaps(request: Request, session: SignedIn) -> HTMLResponse:
    """Questions by how often they were asked; what was personal in them was never written, and nobody knows who asked."""
    log = log_of(request)
    return private(request, "gaps.html", session, gaps=log.gaps(MOST) if log else [])
