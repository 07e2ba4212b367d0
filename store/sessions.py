"""Who is signed in, and how often signing in failed: kept in the store, so that any number of servers agree."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from core.plain import digest
from store.accounts import Account, Role
from store.tables import accounts, sessions, sign_ins

WINDOW = timedelta(minutes=15)
MOST_FAILURES = 5
MOST_FAILURES_OF_ADDRESS = 30
MOST_FAILURES_OF_NAME = 50
"""Failures within the window after which signing in waits: for one name from one address, for an address, and for a
name from everywhere. The last is loose, so that a stranger cannot lock an editor out with five tries."""

KEPT = timedelta(days=90)
"""How long tries to sign in are kept."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser; `csrf` stands in every form it is given."""

    account: Account
    csrf: str
    token_digest: str


def waits_until(connection: Connection, name: str, address: str, now: datetime) -> datetime | None:
    """When somebody may try again, None when now."""
    since = now - WINDOW
    failed = (sign_ins.c.at > since, ~sign_ins.c.succeeded)
    name = name.strip().lower()[:64]
    limits = (
        (MOST_FAILURES, (sign_ins.c.name == name, sign_ins.c.address == address)),
        (MOST_FAILURES_OF_ADDRESS, (sign_ins.c.address == address,)),
        (MOST_FAILURES_OF_NAME, (sign_ins.c.name == name,)),
    )
    waits = []
    for most, whose in limits:
        query = select(func.count(), func.min(sign_ins.c.at)).where(*failed, *whose)
        count, first = connection.execute(query).one()
        if count >= most:
            waits.append(first + WINDOW)
    return max(waits, default=None)


def admit(connection: Connection, name: str, address: str, now: datetime) -> datetime | None:
    """Count a try as failed before the password is looked at, so that tries at the same moment cannot slip through.

    Returns when one may try again, None when this try may go on.
    """
    until = waits_until(connection, name, address, now)
    if until is None:
        connection.execute(delete(sign_ins).where(sign_ins.c.at < now - KEPT))
        values = {"at": now, "name": name.strip().lower()[:64], "address": address, "succeeded": False}
        connection.execute(insert(sign_ins).values(**values))
    return until


def note_success(connection: Connection, name: str, address: str, now: datetime) -> None:
    """The try was right: the failures of this name from this address are forgotten."""
    name = name.strip().lower()[:64]
    mine = (sign_ins.c.name == name, sign_ins.c.address == address, ~sign_ins.c.succeeded)
    connection.execute(delete(sign_ins).where(*mine))
    connection.execute(insert(sign_ins).values(at=now, name=name, address=address, succeeded=True))


def begin(connection: Connection, account: Account, now: datetime, hours: float) -> str:
    """Begin a session; returns the token for the cookie, which is not kept here."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    values = {
        "token_digest": digest(token),
        "account_id": account.id,
        "csrf": secrets.token_urlsafe(24),
        "created_at": now,
        "expires_at": now + timedelta(hours=hours),
    }
    connection.execute(insert(sessions).values(**values))
    return token


def find(connection: Connection, token: str, now: datetime) -> Session | None:
    """The session of a token, when it is known, has not run out and its account is not disabled."""
    query = select(sessions, accounts).join(accounts, accounts.c.id == sessions.c.account_id)
    query = query.where(sessions.c.token_digest == digest(token), sessions.c.expires_at > now)
    row = connection.execute(query.where(accounts.c.disabled_at.is_(None))).first()
    if row is None:
        return None
    account = Account(row.id, row.name, row.full_name, Role(row.role), tuple(row.sites))
    return Session(account, row.csrf, row.token_digest)


def end(connection: Connection, session: Session) -> None:
    """Sign out."""
    connection.execute(delete(sessions).where(sessions.c.token_digest == session.token_digest))
