"""Signing in and out, and changing one's password."""

from __future__ import annotations

import math

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from core.errors import UsageError
from search_api.pages import render
from search_api.parts import AppParts, parts_of
from search_api.signed_in import COOKIE, HOME, SIGN_IN, OwnForm, SessionForm, SignedIn, inside, private, see_other
from store import accounts, sessions
from store.accounts import Account

router = APIRouter(include_in_schema=False)

WRONG = "Tên hoặc mật khẩu chưa đúng."
ENDED = "Phiên đăng nhập đã hết: việc vừa gửi chưa được ghi. Hãy đăng nhập rồi gửi lại."


@router.get("/bien-tap/dang-nhap")
def sign_in_page(request: Request, tiep: str = HOME, het: str = "") -> HTMLResponse:
    """The form. `het`: the session ended before what was sent arrived."""
    return _form(request, tiep, refused=ENDED if het else "")


def _form(request: Request, follow: str, *, name: str = "", refused: str = "", status: int = 200) -> HTMLResponse:
    answer = render(
        request, "sign_in.html", status=status, follow=inside(follow), name=name, refused=refused, account=None
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/bien-tap/dang-nhap")
def sign_in(request: Request, form: OwnForm) -> Response:
    """Check name and password; too many failures have to wait, and are told how long."""
    parts = parts_of(request)
    name, follow = form.text("name")[:100], form.text("tiep") or HOME
    address = request.client.host if request.client else ""
    with parts.database.write() as connection:
        until = sessions.admit(connection, name, address, parts.clock())
    if until is not None:
        seconds = max(1, math.ceil((until - parts.clock()).total_seconds()))
        refused = f"Đã sai quá nhiều lần. Hãy thử lại sau {-(-seconds // 60)} phút."
        answer = _form(request, follow, name=name, refused=refused, status=429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    with parts.database.read() as connection:
        account = accounts.verify(connection, name, form.text("password"))
    if account is None:
        return _form(request, follow, name=name, refused=WRONG, status=422)
    token = _begin(parts, account, address, form.text("password"))
    leads = see_other(inside(follow))
    leads.set_cookie(
        COOKIE,
        token,
        max_age=int(parts.settings.number("session_hours") * 3600),
        path=HOME,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",  # a link in a digest's e-mail must arrive signed in; forms carry a token of their own
    )
    return leads


def _begin(parts: AppParts, account: Account, address: str, password: str) -> str:
    with parts.database.write() as connection:
        sessions.note_success(connection, account.name, address, parts.clock())
        accounts.refresh_hash(connection, account, password)
        return sessions.begin(connection, account, parts.clock(), parts.settings.number("session_hours"))


@router.post("/bien-tap/dang-xuat")
def sign_out(request: Request, session: SignedIn, form: SessionForm) -> Response:
    """End the session."""
    with parts_of(request).database.write() as connection:
        sessions.end(connection, session)
    answer = see_other(SIGN_IN)
    answer.delete_cookie(COOKIE, path=HOME)
    return answer


@router.get("/bien-tap/mat-khau")
def password_page(request: Request, session: SignedIn) -> HTMLResponse:
    """The form for a new password."""
    return private(request, "password.html", session, refused="", least=accounts.LEAST_PASSWORD)


@router.post("/bien-tap/mat-khau")
def change_password(request: Request, session: SignedIn, form: SessionForm) -> Response:
    """A new password, for who knows the old one; every session ends, this one too."""
    parts = parts_of(request)
    try:
        _change(parts, session.account, form.text("old"), form.text("new"), form.text("again"))
    except UsageError as error:
        refused = f"{error.message} {error.remedy}"
        return private(request, "password.html", session, status=422, refused=refused, least=accounts.LEAST_PASSWORD)
    answer = see_other(SIGN_IN)
    answer.delete_cookie(COOKIE, path=HOME)
    return answer


def _change(parts: AppParts, account: Account, old: str, new: str, again: str) -> None:
    with parts.database.read() as connection:
        known = accounts.verify(connection, account.name, old)
    if known is None:
        raise UsageError("Mật khẩu hiện tại chưa đúng.", "Gõ lại rồi gửi.")
    if new != again:
        raise UsageError("Hai lần gõ mật khẩu mới không giống nhau.", "Gõ lại cả hai.")
    with parts.database.write() as connection:
        accounts.set_password(connection, account.id, new)
