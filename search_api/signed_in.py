"""Signing in: the session's cookie, forms that only our own pages can send, and the way to the sign-in page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from core.errors import TracuuError
from search_api.pages import render
from search_api.parts import parts_of
from search_api.problems import Problem
from store import sessions
from store.sessions import Session

COOKIE = "tracuu_session"
HOME = "/bien-tap"
SIGN_IN, SIGN_OUT = "/bien-tap/dang-nhap", "/bien-tap/dang-xuat"
TASK = re.compile("/bien-tap/viec/[0-9]+")
MOST_FORM_BYTES = 100_000
MOST_FORM_FIELDS = 1_000


class NotSignedIn(TracuuError):
    """Nobody is signed in, or the session has run out."""


class FormRefused(TracuuError):
    """A form that did not come from a page of ours, or not from this session."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed into a form."""

    values: dict[str, list[str]]

    def text(self, name: str) -> str:
        """One value, "" when it is missing."""
        return self.values.get(name, [""])[0]

    def number(self, name: str) -> int:
        """One whole number, 0 when it is none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0

    def numbers(self, name: str) -> list[int]:
        """Every whole number under this name."""
        return [int(t) for t in self.values.get(name, []) if t.isascii() and t.isdecimal() and len(t) < 16]


def session_of(request: Request) -> Session:
    """The session of this request; NotSignedIn leads to the sign-in page."""
    parts = parts_of(request)
    token = request.cookies.get(COOKIE, "")
    if token:
        with parts.database.read() as connection:
            found = sessions.find(connection, token, parts.clock())
        if found is not None:
            return found
    raise NotSignedIn("Bạn chưa đăng nhập.", "Đăng nhập rồi mở lại trang này.")


SignedIn = Annotated[Session, Depends(session_of)]


async def own_form(request: Request) -> Form:
    """A form from a page of ours. FormRefused when the browser says that it came from elsewhere.

    Browsers send `Sec-Fetch-Site` and `Origin` with every POST and pages cannot forge them (OWASP CSRF cheat sheet).
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormRefused("Biểu mẫu này không đến từ trang của hệ thống.", "Mở lại trang rồi gửi lại.")
    origin = request.headers.get("origin")
    if origin is not None and _host(origin) != request.headers.get("host"):
        raise FormRefused("Biểu mẫu này không đến từ trang của hệ thống.", "Mở lại trang rồi gửi lại.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_FORM_BYTES:
            raise FormRefused("Biểu mẫu quá dài.", "Viết ngắn hơn rồi gửi lại.")
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FORM_FIELDS)
    except ValueError:
        raise FormRefused("Biểu mẫu có quá nhiều mục.", "Chọn ít mục hơn rồi gửi lại.") from None
    return Form({name: [value.replace("\x00", "") for value in values] for name, values in fields.items()})


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # `http://[`
        return ""


OwnForm = Annotated[Form, Depends(own_form)]


def session_form(session: SignedIn, form: OwnForm) -> Form:
    """A form that carries the token of this session: another site's page cannot know it."""
    if form.text("csrf") != session.csrf:
        raise FormRefused("Phiên làm việc đã đổi nên biểu mẫu không còn dùng được.", "Mở lại trang rồi gửi lại.")
    return form


SessionForm = Annotated[Form, Depends(session_form)]


def private(request: Request, template: str, session: Session, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for one account: no cache keeps it."""
    answer = render(request, template, status=status, session=session, account=session.account, **values)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def see_other(path: str) -> RedirectResponse:
    """After a form: show a page, so that reloading it sends nothing again."""
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


def inside(path: str) -> str:
    """A path one may be led to after signing in: only of the editors' pages."""
    is_ours = path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))
    return path if is_ours and "\\" not in path and path.isprintable() else HOME


def _to_sign_in(request: Request, error: Exception) -> Response:
    if request.url.path.endswith(".json"):
        problem = Problem(401, "Cần đăng nhập", "Trang này chỉ dành cho người có tài khoản.", f"Đăng nhập ở {SIGN_IN}.")
        return JSONResponse(problem.as_json(), 401, media_type="application/problem+json")
    if request.method == "POST":
        if request.url.path == SIGN_OUT:
            return see_other(SIGN_IN)
        # What was sent is not written down: whoever is led to a bare form to sign in would think that it is.
        task = request.url.path if TASK.fullmatch(request.url.path) else HOME
        return see_other(f"{SIGN_IN}?het=1&tiep={quote(task, safe='/')}")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see_other(SIGN_IN + (f"?tiep={quote(inside(wanted), safe='/')}" if wanted != HOME else ""))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, FormRefused)
    problem = Problem(403, "Không nhận biểu mẫu này", error.message, error.remedy)
    return render(request, "problem.html", status=403, problem=problem, q="")


def install(app: FastAPI) -> None:
    """Lead who is not signed in to the sign-in page, and refuse forms from elsewhere."""
    app.add_exception_handler(NotSignedIn, _to_sign_in)
    app.add_exception_handler(FormRefused, _refused)
