"""Accounts and sessions: passwords are hashed, sessions end, and guessing is slowed down without locking anybody out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from core.errors import UsageError
from store import accounts, sessions
from store.accounts import NewAccount, Role
from store.tables import accounts as accounts_table
from store.tables import sessions as sessions_table
from tests.shared import new_store

NOW = datetime(2018, 8, 9, 1, tzinfo=UTC)
PASSWORD = "bốn từ dễ nhớ"
LAN = NewAccount("Lan", "Nguyễn Thị Lan", Role.EDITOR, ("s-stp",))


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    database = new_store(tmp_path / "store.db")
    with database.write() as made:
        yield made
    database.close()


def test_the_right_password_opens_and_only_its_hash_is_kept(connection: Connection) -> None:
    made = accounts.add(connection, LAN, PASSWORD, NOW)
    kept = connection.scalar(select(accounts_table.c.password_hash))
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert accounts.verify(connection, " LAN ", PASSWORD) == made
    assert accounts.verify(connection, "lan", PASSWORD + "x") is None
    assert accounts.verify(connection, "nobody", PASSWORD) is None


def test_a_phrase_with_marks_fits_however_the_keyboard_writes_them(connection: Connection) -> None:
    made = accounts.add(connection, LAN, unicodedata.normalize("NFC", PASSWORD), NOW)
    apart = unicodedata.normalize("NFD", PASSWORD)
    assert accounts.verify(connection, "lan", apart) == made
    of_before = {"password_hash": accounts._hasher().hash(apart)}  # as phrases were hashed once
    connection.execute(update(accounts_table).values(**of_before))
    assert accounts.verify(connection, "lan", apart) == made


@pytest.mark.parametrize(
    ("new", "password", "what"),
    [
        (LAN, "ngắn", "12"),
        (NewAccount("có dấu", "x", Role.LEAD), PASSWORD, "name"),
        (NewAccount("minh", "x", Role.EDITOR), PASSWORD, "sites"),
        (NewAccount("minh", "x", Role.LEAD, ("s-stp",)), PASSWORD, "sites"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    connection: Connection, new: NewAccount, password: str, what: str
) -> None:
    with pytest.raises(UsageError, match=what):
        accounts.add(connection, new, password, NOW)


def test_a_name_is_taken_once(connection: Connection) -> None:
    accounts.add(connection, LAN, PASSWORD, NOW)
    with pytest.raises(UsageError, match="already"):
        accounts.add(connection, LAN, PASSWORD, NOW)


def test_an_editor_works_on_their_own_sites_only(connection: Connection) -> None:
    lan = accounts.add(connection, LAN, PASSWORD, NOW)
    lead = accounts.add(connection, NewAccount("lead", "Đầu mối", Role.LEAD), PASSWORD, NOW)
    assert (lan.may_work_on("s-stp"), lan.may_work_on("s-syt"), lead.may_work_on("s-syt")) == (True, False, True)
    assert accounts.able_to_work_on(connection, "s-syt") == [lead]
    assert accounts.change(connection, "lan", Role.LEAD, None).sites == ()
    with pytest.raises(UsageError, match="no account"):
        accounts.change(connection, "who", None, None)


def test_a_session_is_found_by_its_token_and_ends(connection: Connection) -> None:
    lan = accounts.add(connection, LAN, PASSWORD, NOW)
    token = sessions.begin(connection, lan, NOW, hours=1)
    assert token not in str(connection.execute(select(sessions_table)).all())
    found = sessions.find(connection, token, NOW)
    assert found is not None
    assert found.account == lan
    assert sessions.find(connection, token, NOW + timedelta(hours=1)) is None
    assert sessions.find(connection, token + "x", NOW) is None
    sessions.end(connection, found)
    assert sessions.find(connection, token, NOW) is None


@pytest.mark.parametrize("how", ["disabled", "password"])
def test_disabling_and_a_new_password_end_every_session(connection: Connection, how: str) -> None:
    lan = accounts.add(connection, LAN, PASSWORD, NOW)
    token = sessions.begin(connection, lan, NOW, hours=1)
    if how == "disabled":
        accounts.set_disabled(connection, "lan", NOW)
        assert accounts.verify(connection, "lan", PASSWORD) is None
    else:
        accounts.set_password(connection, lan.id, "một mật khẩu khác")
        assert accounts.verify(connection, "lan", "một mật khẩu khác") is not None
    assert sessions.find(connection, token, NOW) is None


def test_five_failures_make_that_name_wait_from_that_address_only(connection: Connection) -> None:
    tries = [sessions.admit(connection, "lan", "10.0.0.1", NOW + timedelta(seconds=n)) for n in range(6)]
    assert tries[:5] == [None] * 5
    assert tries[5] == NOW + sessions.WINDOW
    assert sessions.admit(connection, "LAN", "10.0.0.2", NOW) is None
    assert sessions.admit(connection, "lan", "10.0.0.1", NOW + sessions.WINDOW) is None


def test_a_success_forgets_the_failures(connection: Connection) -> None:
    for _ in range(4):
        sessions.admit(connection, "lan", "10.0.0.1", NOW)
    sessions.admit(connection, "lan", "10.0.0.1", NOW)
    sessions.note_success(connection, "lan", "10.0.0.1", NOW)
    assert sessions.waits_until(connection, "lan", "10.0.0.1", NOW) is None


def test_one_address_cannot_try_name_after_name(connection: Connection) -> None:
    for n in range(sessions.MOST_FAILURES_OF_ADDRESS):
        assert sessions.admit(connection, f"name{n}", "10.0.0.1", NOW) is None
    assert sessions.admit(connection, "another", "10.0.0.1", NOW) is not None
