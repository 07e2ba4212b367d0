"""Proposed matches at `/bien-tap/ghep`: confirmed by name, taken back, cut when there are many."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from search_api.match_pages import MOST
from store import matches
from store.database import Database
from store.matches import Proposal
from tests.search_api.editors.conftest import NOW, csrf, signed_in

pytestmark = pytest.mark.slow


def test_a_proposed_match_is_confirmed_by_name_and_taken_back(browser: TestClient, database: Database) -> None:
    why = {"agree": ["name"], "differ": ["fee_text"], "urls": ["javascript:x"], "sites": ["s-stp"]}
    with database.write() as connection:
        mine = Proposal("x-1", "1.000894", "Kết hôn", "Đăng ký kết hôn", why)
        others = Proposal("x-2", "1.000894", "Của nơi khác", "Đăng ký kết hôn", why | {"sites": ["s-syt"]})
        matches.propose(connection, ["x-1", "x-2"], [mine, others], NOW)
        known = {match.proposal.key: match.id for match in matches.listed(connection)}
    signed_in(browser)
    page = browser.get("/bien-tap/ghep").text
    assert "Kết hôn" in page
    assert "Của nơi khác" not in page
    assert "javascript:" not in page
    token = csrf(browser)
    assert browser.post(f"/bien-tap/ghep/{known['x-2']}", data={"csrf": token, "act": "confirm"}).status_code == 404
    browser.post(f"/bien-tap/ghep/{known['x-1']}", data={"csrf": token, "act": "confirm", "reason": "cùng hồ sơ"})
    with database.read() as connection:
        assert matches.confirmed(connection) == {"x-1": "1.000894"}
        assert "Nguyễn Thị Lan (lan)" in {match.decided_by for match in matches.listed(connection, ("confirmed",))}
    assert "cùng hồ sơ" in browser.get("/bien-tap/ghep?state=confirmed").text
    browser.post(f"/bien-tap/ghep/{known['x-1']}", data={"csrf": token, "act": "undo"})
    with database.read() as connection:
        assert not matches.confirmed(connection)


def test_a_list_of_matches_that_is_cut_says_how_many_more_there_are(browser: TestClient, database: Database) -> None:
    made = [
        Proposal(f"x-{n}", "1.000894", f"Kết hôn {n}", "Đăng ký kết hôn", {"sites": ["s-stp"]}) for n in range(MOST + 3)
    ]
    with database.write() as connection:
        matches.propose(connection, [proposal.key for proposal in made], made, NOW)
    signed_in(browser)
    page = browser.get("/bien-tap/ghep").text
    assert page.count('class="match"') == MOST
    assert "Còn 3 mục nữa" in page
