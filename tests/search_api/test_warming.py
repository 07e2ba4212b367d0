"""Procedures are prepared in the background, before anybody asks for them."""

from __future__ import annotations

import gc
import shutil
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from core.errors import EngineGone
from search_api import warming
from search_api.app import create_app
from search_api.highlight import _kept_in_place
from store import procedures
from store.database import Database
from tests.search_api.conftest import CODE, parts


def is_prepared(app: FastAPI) -> bool:
    """Wait for the background work of a small store."""
    until = time.monotonic() + 20
    while not app.state.warming.is_done and time.monotonic() < until:
        time.sleep(0.01)
    return bool(app.state.warming.is_done)


def test_every_procedure_is_ready_before_it_is_asked_for(store: Database, index: Path) -> None:
    app = create_app(parts(store, index))
    _kept_in_place.cache_clear()
    with TestClient(app) as client:
        assert is_prepared(app)
        assert client.get("/readyz").json()["prepared"] is True
        with store.read() as connection:
            known = procedures.keys(connection, public_only=True)
        assert set(app.state.known._kept) == set(known) >= {CODE}
        texts = _kept_in_place.cache_info().misses
        assert texts
        assert client.get("/api/v1/search", params={"q": "kết hôn"}).json()["items"][0]["key"] == CODE
        assert _kept_in_place.cache_info().misses == texts


def test_an_engine_that_is_away_is_waited_for(store: Database, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "LOOK_AGAIN", 0.01)
    built = parts(store, index)
    asked, gone = built.searcher.prepare, EngineGone("nothing answers", "start it")
    failures = iter([gone, gone])

    def prepare(keys: Sequence[str]) -> None:
        for failure in failures:
            raise failure
        asked(keys)

    monkeypatch.setattr(built.searcher, "prepare", prepare)
    app = create_app(built)
    with TestClient(app):
        assert is_prepared(app)
    assert next(failures, None) is None


def test_the_garbage_of_answers_is_not_kept_for_ever(
    store: Database, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is frozen is never collected: with a freeze every twenty seconds a busy server grew by half a MB each."""
    monkeypatch.setattr(warming, "LOOK_AGAIN", 0.01)
    app = create_app(parts(store, index))
    with TestClient(app):
        assert is_prepared(app)
        until, frozen = time.monotonic() + 0.3, gc.get_freeze_count()
        while time.monotonic() < until:
            circle: list[object] = []
            circle.append(circle)
        assert gc.get_freeze_count() <= frozen


def test_the_server_ends_in_the_middle_of_it(store: Database, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "BATCH", 1)
    app = create_app(parts(store, index))
    begun = threading.Event()

    def prepare(_: Sequence[str]) -> None:
        begun.set()
        time.sleep(0.2)

    monkeypatch.setattr(app.state.parts.searcher, "prepare", prepare)
    with TestClient(app):
        assert begun.wait(20)
    assert not app.state.warming.is_done
    assert app.state.warming._thread is None  # waited for


def test_an_index_that_is_made_later_is_prepared(
    store: Database, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "LOOK_AGAIN", 0.01)
    app = create_app(parts(store, tmp_path))
    with TestClient(app) as client:
        answer = client.get("/api/v1/search", params={"q": "kết hôn"})
        assert (answer.status_code, app.state.warming.is_done) == (503, False)
        shutil.copytree(index, tmp_path, dirs_exist_ok=True)
        assert is_prepared(app)
