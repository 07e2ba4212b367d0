"""`/bien-tap/ghep`: proposed matches of procedures without a national code; a person confirms, refuses or takes back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from core.clock import local_date
from core.errors import UsageError
from search_api.parts import ID_LIMIT, parts_of
from search_api.problems import NotHere
from search_api.schemas import procedure_url
from search_api.signed_in import SessionForm, SignedIn, private, see_other
from store import matches
from store.accounts import Account, Role
from store.matches import Match
from store.sessions import Session

router = APIRouter(include_in_schema=False)

GROUPS = {"proposed": "Chờ quyết định", "confirmed": "Đã ghép", "refused": "Không ghép"}
MOST = 200


@router.get("/bien-tap/ghep")
def proposals(request: Request, session: SignedIn, state: str = "proposed") -> HTMLResponse:
    """The matches in a state, oldest first."""
    return _page(request, session, state)


def _page(request: Request, session: Session, state: str, *, refused: str = "", status: int = 200) -> HTMLResponse:
    parts = parts_of(request)
    chosen: Any = state if state in GROUPS else "proposed"
    with parts.database.read() as connection:
        every = [m for m in matches.listed(connection, tuple(GROUPS)) if may_decide(session.account, m)]  # type: ignore[arg-type]
    counts = {name: sum(match.state == name for match in every) for name in GROUPS}
    shown = [match for match in every if match.state == chosen]
    return private(
        request, "matches.html", session, status=status, matches=shown[:MOST], more=max(0, len(shown) - MOST), state=chosen, groups=GROUPS,
        counts=counts, owners=parts.province.owners_on(local_date(parts.clock())), url_of=procedure_url, refused=refused,
    )  # fmt: skip


def may_decide(account: Account, match: Match) -> bool:
    """The lead and operators decide on all; an editor where only pages of their own sites are concerned."""
    if account.role is not Role.EDITOR:
        return True
    sites = {str(site) for site in match.proposal.why.get("sites", ())}
    return bool(sites) and sites <= set(account.sites)


@router.post("/bien-tap/ghep/{match_id:int}")
def decide(request: Request, session: SignedIn, match_id: int, form: SessionForm) -> Response:
    """Confirm, refuse or undo; the decision is kept with name and date."""
    parts = parts_of(request)
    act, reason = form.text("act"), form.text("reason").strip()[:2000]
    back = form.text("state") if form.text("state") in GROUPS else "proposed"
    who = f"{session.account.full_name} ({session.account.name})"
    try:
        with parts.database.write() as connection:
            match = matches.by_id(connection, match_id) if match_id < ID_LIMIT else None
            if match is None or not may_decide(session.account, match):
                raise NotHere("Không có đề xuất này.", "Mở lại danh sách ở /bien-tap/ghep.")
            if act == "undo":
                matches.undo(connection, match_id, who, parts.clock(), reason)
            elif act == "confirm":
                matches.decide(connection, match_id, "confirm", who, parts.clock(), reason)
            elif act == "refuse":
                matches.decide(connection, match_id, "refuse", who, parts.clock(), reason)
    except UsageError as error:
        return _page(request, session, back, refused=f"{error.message} {error.remedy}", status=422)
    return see_other(f"/bien-tap/ghep?state={back}")
