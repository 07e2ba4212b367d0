"""A question is logged beside its answer: a log that is in use never keeps an answer waiting."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from search_api.app import create_app
from store.database import Database
from store.query_log import QueryLog
from tests.search_api.conftest import parts

pytestmark = pytest.mark.slow


@pytest.fixture
def app(store: Database, index: Path, tmp_path: Path) -> FastAPI:
    made = create_app(parts(store, index))
    made.state.query_log = QueryLog(tmp_path / "queries.db")
    return made


def logged(path: Path) -> list[tuple[str, int]]:
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT q, total FROM queries").fetchall()


def asked(app: FastAPI, path: str, query: bytes, log: Path) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """What the log had when the last byte of the answer was sent, and what it has in the end."""
    at_last_byte: list[tuple[str, int]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            at_last_byte.extend(logged(log))

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query, "root_path": "", "headers": [], "client": None, "server": ("x", 80),
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    app.state.query_log.flush()
    return at_last_byte, logged(log)


@pytest.mark.parametrize("path", ["/api/v1/search", "/tim", "/tim.json"])
def test_a_question_is_logged_apart_from_its_answer(app: FastAPI, tmp_path: Path, path: str) -> None:
    before, after = asked(app, path, b"q=h%E1%BB%99+t%E1%BB%8Bch+xyzt", tmp_path / "queries.db")
    assert before == []
    assert [q for q, _ in after] == ["hộ tịch xyzt"]


@pytest.mark.parametrize("query", [b"q=%3F", b"q=h%E1%BB%99+t%E1%BB%8Bch&limit=0"])
def test_a_refused_question_is_not_logged(app: FastAPI, tmp_path: Path, query: bytes) -> None:
    assert asked(app, "/api/v1/search", query, tmp_path / "queries.db") == ([], [])
