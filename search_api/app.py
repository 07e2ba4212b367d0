"""The only wiring of the web application: it is built from arguments and reads nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api import (
    api,
    board_pages,
    changes,
    citations,
    evidence,
    figures,
    filing,
    gap_pages,
    law,
    match_pages,
    monitor,
    operations,
    problems,
    sheet_pages,
    sign_in_pages,
    signed_in,
    web,
    work_pages,
)
from search_api.known import KnownProcedures
from search_api.last_good import LastGood
from search_api.pages import HERE
from search_api.parts import AppParts
from search_api.turns import turns
from search_api.warming import Warming
from store.query_log import QueryLog

__all__ = ["AppParts", "create_app"]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


LONGEST_PATH = 2_000
"""Characters. The longest path of ours is a procedure's key, which holds a name."""


class SecurityHeaders:
    """Puts the headers on every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class HeadAsGet:
    """Answers HEAD as GET without the body (RFC 9110, 9.1): watchdogs and checkers of links ask so, and got 405."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET"}, receive, without_body)
        else:
            await self._app(scope, receive, send)


class LongPaths:
    """Answers 404 to a path longer than any of ours: of 4,300 digits Python makes no number, which was a 500
    (CVE-2020-10735: the limit on converting text to int)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and len(scope["path"]) > LONGEST_PATH:
            answer = problems.answer(Request(scope), HTTPException(404))
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class Compressed(GZipMiddleware):
    """Compresses what anybody may see. The editors' pages hold a secret beside what was typed, which a compressed
    length would give away letter by letter (BREACH), so they go as they are."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["path"].startswith(signed_in.HOME):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    app.state.turns = turns(app.state.parts)  # of the loop that runs now
    app.state.warming.start()
    yield
    app.state.warming.stop()
    if app.state.query_log is not None:
        app.state.query_log.close()


def create_app(parts: AppParts) -> FastAPI:
    """The application over these parts. It starts without an index: searching then answers 503 with the remedy."""
    app = FastAPI(title="tracuu", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json", lifespan=_running)
    app.state.parts = parts
    app.state.turns = turns(parts)
    app.state.known = KnownProcedures()
    app.state.figures = figures.KeptFigures()
    app.state.warming = Warming(parts, app.state.known)
    app.state.answers = LastGood(parts.searcher, parts.clock, parts.settings.whole("saved_answers"))
    app.state.query_log = QueryLog(parts.data_dir / "queries.db") if parts.data_dir else None
    app.include_router(api.router)
    app.include_router(web.router)
    for module in (changes, citations, evidence, filing, figures, law, monitor, operations):
        app.include_router(module.router)
    for pages in (board_pages, sign_in_pages, work_pages, match_pages, gap_pages, sheet_pages):
        app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    problems.install(app)
    signed_in.install(app)
    app.add_middleware(LongPaths)
    # Level 9 takes 1.5 ms for an answer of 38 KB, this one .6, and sends 3 % more.
    app.add_middleware(Compressed, minimum_size=1000, compresslevel=5)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders)
    return app
