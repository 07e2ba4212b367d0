"""Proposed matches wait for a person; decisions are only added, survive re-crawls and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import UsageError
from store import changes, matches
from store.database import Database
from store.matches import Proposal
from tests.shared import new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)
BIRTH = Proposal("x-1", "1.001193", "Đăng ký khai sinh", "Thủ tục đăng ký khai sinh", {"agree": ["name"]})
OTHER = Proposal("x-1", "1.000894", "Đăng ký khai sinh", "Đăng ký khai sinh lưu động")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    yield opened
    opened.close()


def propose(database: Database, *items: Proposal, at: datetime = NOON) -> int:
    with database.write() as connection:
        return matches.propose(connection, ["x-1"], items, at)


def states(database: Database) -> dict[str, str]:
    with database.read() as connection:
        every = matches.listed(connection, ("proposed", "confirmed", "refused", "lapsed"))
        return {match.proposal.target: match.state for match in every}


def test_a_proposal_is_made_once_and_waits(database: Database) -> None:
    assert propose(database, BIRTH) == 1
    assert propose(database, BIRTH, at=NOON + timedelta(days=1)) == 0
    assert states(database) == {"1.001193": "proposed"}


def test_a_confirmed_match_counts_and_both_are_worked_out_again(database: Database) -> None:
    propose(database, BIRTH)
    with database.write() as connection:
        match = matches.decide(connection, 1, "confirm", "lan", NOON, "đã gọi điện hỏi")
    assert (match.state, match.decided_by, match.reason) == ("confirmed", "lan", "đã gọi điện hỏi")
    with database.read() as connection:
        assert matches.confirmed(connection) == {"x-1": "1.001193"}
        assert {change.key for change in changes.since(connection, "unify", 0, 10)} == {"x-1", "1.001193"}


def test_decisions_survive_a_crawl_in_which_the_page_was_gone(database: Database) -> None:
    propose(database, BIRTH)
    with database.write() as connection:
        matches.decide(connection, 1, "refuse", "lan", NOON)
    propose(database)
    assert states(database) == {"1.001193": "refused"}
    propose(database, BIRTH)
    with database.read() as connection:
        assert matches.refused(connection) == {("x-1", "1.001193")}


def test_an_undone_decision_is_a_proposal_again_and_stays_in_the_log(database: Database) -> None:
    propose(database, BIRTH)
    with database.write() as connection:
        matches.decide(connection, 1, "confirm", "lan", NOON)
        matches.undo(connection, 1, "minh", NOON + timedelta(hours=1), "nhầm")
        assert matches.confirmed(connection) == {}
        assert [(line.act, line.by) for line in matches.history(connection, 1)] == [
            ("confirm", "lan"),
            ("undo", "minh"),
        ]
    assert states(database) == {"1.001193": "proposed"}


def test_one_offering_cannot_be_two_procedures(database: Database) -> None:
    propose(database, BIRTH, OTHER)
    with database.write() as connection:
        matches.decide(connection, 1, "confirm", "lan", NOON)
    with pytest.raises(UsageError, match="đã được ghép"), database.write() as connection:
        matches.decide(connection, 2, "confirm", "lan", NOON)


def test_a_decided_match_is_not_decided_over(database: Database) -> None:
    propose(database, BIRTH)
    with database.write() as connection:
        matches.decide(connection, 1, "refuse", "lan", NOON)
    with pytest.raises(UsageError, match="Hoàn tác"), database.write() as connection:
        matches.decide(connection, 1, "confirm", "minh", NOON)


def test_what_nobody_shows_any_more_lapses(database: Database) -> None:
    propose(database, BIRTH)
    propose(database)
    assert states(database) == {"1.001193": "lapsed"}


def test_an_unknown_match_is_refused_with_a_remedy(database: Database) -> None:
    with pytest.raises(UsageError, match="Tải lại"), database.write() as connection:
        matches.decide(connection, 9, "confirm", "lan", NOON)
    propose(database, BIRTH)
    with pytest.raises(UsageError, match="chưa có quyết định"), database.write() as connection:
        matches.undo(connection, 1, "lan", NOON)
