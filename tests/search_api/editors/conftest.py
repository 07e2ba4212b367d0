"""A store with findings and three people who may look after them, and a browser at `/bien-tap`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from core.clock import fixed
from core.settings import load_settings
from core.site_files import load_province
from core.states import Verdict
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.searcher import Searcher
from search_api.app import AppParts, create_app
from search_api.signed_in import COOKIE
from store import accounts, findings, sessions, verdicts
from store.accounts import NewAccount, Role
from store.database import Database, open_database
from store.findings import Finding
from store.tables import findings as findings_table
from store.verdicts import Judged
from tests.shared import CONFIG, new_store, vocabulary

NOW = datetime(2018, 8, 9, 1, 0, tzinfo=UTC)


PASSWORD = "bốn từ dễ nhớ"


FOUND = (
    Finding("fee_differs", "s-stp", "Phí khác <b>", code="1.000894", evidence={"page": "10.000", "register": "Miễn phí"}),
    Finding("silence", "s-stp", "=Im lặng", section="news"),
    Finding("fee_differs", "s-syt", "Phí của ngành y", code="1.000001"),
    Finding("outcome.dns", "s-stp", "Không tìm thấy tên miền"),
)  # fmt: skip


PEOPLE = (
    NewAccount("lan", "Nguyễn Thị Lan", Role.EDITOR, ("s-stp",)),
    NewAccount("minh", "Lê Văn Minh", Role.LEAD),
    NewAccount("hoa", "Trần Hoa", Role.OPERATOR),
)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store made once: hashing three passwords is slow on purpose."""
    file = tmp_path_factory.mktemp("editors") / "store.db"
    made = new_store(file)
    with made.write() as connection:
        findings.replace(connection, FOUND, [], NOW)
        judged = [Judged("s-stp", Verdict.DUE, "x", "Lý do", section) for section in ("", "news")]
        verdicts.replace(connection, judged, NOW, NOW.date())
        for person in PEOPLE:
            accounts.add(connection, person, PASSWORD, NOW)
    made.close()
    return file


@pytest.fixture
def database(seeded: Path, tmp_path: Path) -> Iterator[Database]:
    made = new_store(tmp_path / "store.db", seeded)
    yield made
    made.close()


@pytest.fixture(scope="session")
def app(seeded: Path, archive: Any, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Putting the application together takes longer than most tests do: each gets its own store (`browser`)."""
    searcher = Searcher(EmbeddedGenerations(tmp_path_factory.mktemp("index")), vocabulary(), clock=fixed(NOW))
    province = load_province(CONFIG, "thanhhoa")
    return create_app(AppParts(open_database(seeded), searcher, province, load_settings(), fixed(NOW), archive, CONFIG))


@pytest.fixture
def browser(app: FastAPI, database: Database) -> Iterator[TestClient]:
    app.state.parts = replace(app.state.parts, database=database)
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def sign_in(browser: TestClient, name: str = "lan", password: str = PASSWORD) -> int:
    form = {"name": name, "password": password}
    return browser.post("/bien-tap/dang-nhap", data=form, follow_redirects=False).status_code


def signed_in(browser: TestClient, name: str = "lan") -> None:
    """As the form leaves a browser, without waiting for a hash."""
    assert isinstance(browser.app, FastAPI)
    with browser.app.state.parts.database.write() as connection:
        token = sessions.begin(connection, accounts.by_name(connection, name), NOW, 8)
    browser.cookies.set(COOKIE, token, path="/bien-tap")


def csrf(browser: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/bien-tap").text)
    assert found is not None
    return html.unescape(found[1])


def finding(database: Database, rule: str, site: str = "s-stp") -> tuple[int, str]:
    query = select(findings_table.c.id, findings_table.c.state)
    with database.read() as connection:
        row = connection.execute(query.where(findings_table.c.rule == rule, findings_table.c.site_id == site)).one()
        return row.id, row.state


def csrf_of(browser: TestClient, number: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get(f"/bien-tap/viec/{number}").text)
    assert found is not None
    return found[1]
