"""Errors as people and programs get them: RFC 9457 problem details for the API, a plain page for everyone else."""

from __future__ import annotations

import logging
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from core.errors import (
    ArchiveError,
    EngineGone,
    EngineRefused,
    IndexMismatch,
    IndexMissing,
    QueryRefused,
    StaleCursor,
    StoreError,
    TracuuError,
)
from search_api.closed import OddValue
from search_api.pages import render
from search_api.parts import parts_of

logger = logging.getLogger(__name__)


class NotHere(TracuuError):
    """There is nothing under this code or id; the remedy says where to go instead."""

    def __init__(self, message: str, remedy: str = "", nearest: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message, remedy)
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Problem:
    """RFC 9457: `title` is the kind of trouble, `detail` this case, `remedy` what to do next."""

    status: int
    title: str
    detail: str
    remedy: str = ""
    nearest: tuple[tuple[str, str], ...] = ()  # (name, address)
    allowed: str = ""  # methods, where another was used

    def as_json(self) -> dict[str, object]:
        """The members of a problem document."""
        known = {"type": "about:blank", **asdict(self)}
        known.pop("allowed")
        known["nearest"] = [{"name": name, "url": url} for name, url in self.nearest]
        return {name: value for name, value in known.items() if value}

    @property
    def headers(self) -> dict[str, str]:
        """When to ask again, where that may help; how, where it was not so."""
        again = {"Retry-After": str(RETRY_SECONDS)} if self.status == 503 else {}
        return again | ({"Allow": self.allowed} if self.allowed else {})

    def as_response(self) -> JSONResponse:
        """The problem document."""
        return JSONResponse(self.as_json(), self.status, self.headers, media_type="application/problem+json")


RETRY_SECONDS = 30
"""After which a program should ask again: a cluster that lost a node is whole again within seconds, a restart takes half
a minute."""

CHECKS = ("/healthz", "/readyz")

ENGINE_GONE = "Tạm thời chưa tra cứu được"


_COMMAND = re.compile("`(tracuu [^`]+)`")


def _command(remedy: str) -> str:
    """The command that a remedy names: the words around it are English, and whoever reads this is a citizen."""
    found = _COMMAND.search(remedy)
    return found[1] if found else ""


_QUOTED = re.compile("'([^']*)'")


def _odd_parameters(error: RequestValidationError) -> Problem:
    """Which parameters cannot be so, and what they may be; a union of types tells of each of them by itself."""
    given: dict[str, str] = {}
    taken: dict[str, list[str]] = {}
    for item in error.errors():
        name = str(item["loc"][1])
        given[name] = str(item["input"])[:60]
        taken.setdefault(name, []).extend(_taken(item["type"], item.get("ctx", {})))
    detail = " ".join(f"Tham số {name} không nhận “{value}”." for name, value in given.items())
    remedy = " ".join(f"{name} nhận: {', '.join(values)}." for name, values in taken.items() if values)
    return Problem(422, ODD_REQUEST, detail, remedy or "Hãy sửa tham số và gửi lại.")


def _taken(kind: str, limits: dict[str, Any]) -> list[str]:
    """What a parameter takes, by the kind of pydantic's error and what it tells of it."""
    if "expected" in limits:
        return [value for value in _QUOTED.findall(limits["expected"]) if value]
    if kind.startswith(("int", "bool")):
        return ["số nguyên" if kind.startswith("int") else "0 hoặc 1"]
    return [words.format(limits[name]) for name, words in _LIMITS.items() if name in limits]


_LIMITS = {"ge": "từ {} trở lên", "le": "không quá {}", "lt": "nhỏ hơn {}", "max_length": "không quá {} ký tự"}

ODD_REQUEST = "Yêu cầu chưa đúng"


def problem_of(error: Exception, hotline: str) -> Problem:
    """What to tell about an error; anything unexpected is told without its cause, which is logged."""
    call = f"Gọi {hotline} hoặc thử lại sau ít phút."
    match error:
        case QueryRefused():
            return Problem(422, "Chưa tìm được với câu hỏi này", error.message, error.remedy)
        case OddValue():
            return Problem(422, ODD_REQUEST, error.message, error.remedy)
        case StaleCursor():
            return Problem(410, "Trang kết quả đã cũ", error.message, error.remedy)
        case NotHere():
            return Problem(404, "Không tìm thấy", error.message, error.remedy, error.nearest)
        case IndexMissing() | IndexMismatch():
            logger.error("%s", error)
            command = _command(error.remedy) or "tracuu index rebuild"
            return Problem(503, ENGINE_GONE, f"{ENGINE_GONE}. {call}", f"Người vận hành: chạy `{command}`.")
        case EngineGone() | EngineRefused():
            logger.error("%s", error)
            return Problem(503, ENGINE_GONE, f"{ENGINE_GONE}. {call}", "Người vận hành: xem /readyz và nhật ký.")
        case ArchiveError():
            logger.error("%s", error)
            return Problem(404, "Không đọc được bản lưu", "Bản lưu này không đọc lại được.", "Hãy xem trang gốc.")
        case StoreError():
            logger.error("%s", error)
            return Problem(503, ENGINE_GONE, f"{ENGINE_GONE}. {call}", "Người vận hành: xem nhật ký.")
        case RequestValidationError():
            return _odd_parameters(error)
        case HTTPException(status_code=404):
            return Problem(404, "Không tìm thấy", "Địa chỉ này không có trang nào.", "Hãy tìm từ trang chủ.")
        case HTTPException():
            refused = "Cách gọi này không được hỗ trợ."
            return Problem(error.status_code, "Yêu cầu không được chấp nhận", refused, "Hãy bắt đầu từ trang chủ.")
        case _:
            logger.error("an answer failed", exc_info=error)
            return Problem(500, "Có lỗi ngoài dự kiến", f"Hệ thống gặp lỗi. {call}")


def answer(request: Request, error: Exception) -> Response:
    """The answer to an error, as whoever asks can read it."""
    problem = problem_of(error, parts_of(request).settings.text("hotline"))
    if problem.status == 405:
        allowed = ", ".join(_methods(request))
        problem = replace(problem, remedy=f"Địa chỉ này nhận: {allowed}.", allowed=allowed)
    path = request.url.path
    if path.startswith("/api/") or path.endswith(".json") or path in CHECKS:
        return problem.as_response()
    # A code in no spelling of a code stands in the box, for the search may still know what is meant: 1000894.
    typed = request.query_params.get("q") or str(request.path_params.get("code", ""))
    page = render(request, "problem.html", status=problem.status, problem=problem, q=typed)
    page.headers.update(problem.headers)
    return page


def _methods(request: Request) -> list[str]:
    """The methods that an address answers (RFC 9110, 15.5.6): of all its routes, for the one that refused knows its own."""
    routes = request.app.routes
    found = [
        method
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    if not found:  # a mounted file, whose mount left the scope with another root: files are only read
        found = ["GET"]
    return ["GET", "HEAD", *found[1:]] if found[0] == "GET" else found


def install(app: FastAPI) -> None:
    """Answer every error of the application by a problem."""
    for kind in (TracuuError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, answer)
