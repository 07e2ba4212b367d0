"""The only wiring of the web application: it is built from arguments and reads nothing else."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api import api, changes, citations, evidence, figures, filing, monitor, problems, web
from search_api.pages import HERE
from search_api.parts import AppParts
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


def create_app(parts: AppParts) -> FastAPI:
    """The application over these parts. It starts without an index: searching then answers 503 with the remedy."""
    app = FastAPI(title="tracuu", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    app.state.parts = parts
    app.state.query_log = QueryLog(parts.data_dir / "queries.db") if parts.data_dir else None
    app.include_router(api.router)
    app.include_router(web.router)
    for module in (changes, citations, evidence, filing, figures, monitor):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    problems.install(app)
    app.add_middleware(SecurityHeaders)
    return app
