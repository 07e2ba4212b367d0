"""Who is written to about which site, and which digests have gone out: no killed run sends one twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import UsageError
from store.tables import digests, subscriptions

_ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
"""The form browsers accept in <input type=email> (WHATWG HTML §4.10.5.1.5), with at least one dot in the domain."""


class Audience(StrEnum):
    """Who an address belongs to."""

    ROLE = "role"  # the mailbox of the editors of an agency: people change, the mailbox stays
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"


class DigestState(StrEnum):
    """What became of a digest."""

    SENDING = "sending"  # written before the mail server is asked: after a kill nobody knows, so it is not sent again
    SENT = "sent"
    REFUSED = "refused"  # the mail server did not take it: the next run tries again


@dataclass(frozen=True, slots=True)
class Subscription:
    """An address that gets the digest of a site; `site_id` "" = of the operators."""

    site_id: str
    audience: Audience
    address: str


@dataclass(frozen=True, slots=True)
class DigestKey:
    """One digest: a site's of a week (or the operators' of a day) to one address."""

    period: str
    site_id: str
    address: str


def subscribe(connection: Connection, item: Subscription, now: datetime) -> bool:
    """Add an address; False when it was there. UsageError when it is none, or audience and site do not fit."""
    if not _ADDRESS.match(item.address) or len(item.address) > 254:
        raise UsageError(f"“{item.address}” is not an e-mail address", "write it as vanphong@stp.thanhhoa.gov.vn")
    if (item.audience is Audience.OPERATOR) != (item.site_id == ""):
        raise UsageError("audience and site do not fit", "operators take no site; role and supervisor need one")
    values = {"site_id": item.site_id, "audience": item.audience.value, "address": item.address, "since": now}
    try:
        with connection.begin_nested():
            connection.execute(insert(subscriptions).values(**values))
    except IntegrityError:
        return False
    return True


def unsubscribe(connection: Connection, address: str, site_id: str | None = None) -> int:
    """Take an address away, from one site or from all; returns how many subscriptions ended."""
    query = delete(subscriptions).where(func.lower(subscriptions.c.address) == address.lower())
    if site_id is not None:
        query = query.where(subscriptions.c.site_id == site_id)
    return connection.execute(query).rowcount


def everyone(connection: Connection) -> list[Subscription]:
    """All subscriptions, by site."""
    order = (subscriptions.c.site_id, subscriptions.c.audience, subscriptions.c.address)
    rows = connection.execute(select(subscriptions).order_by(*order))
    return [Subscription(row.site_id, Audience(row.audience), row.address) for row in rows]


def week_of(day: date) -> str:
    """The ISO week of a day: `2018-W32`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _is(key: DigestKey) -> tuple[ColumnElement[bool], ...]:
    return (digests.c.period == key.period, digests.c.site_id == key.site_id, digests.c.address == key.address)


def is_free(connection: Connection, key: DigestKey) -> bool:
    """Whether a digest is still to be sent: never tried, or refused by the mail server."""
    state = connection.scalar(select(digests.c.state).where(*_is(key)))
    return state in (None, DigestState.REFUSED.value)


def claim(connection: Connection, key: DigestKey, message_id: str, now: datetime) -> bool:
    """Take a digest into hand before it is sent; False when another run has it or it went out already."""
    values = {"state": DigestState.SENDING.value, "at": now, "message_id": message_id, "evidence": ""}
    again = update(digests).where(*_is(key), digests.c.state == DigestState.REFUSED.value)
    if connection.execute(again.values(**values)).rowcount:
        return True
    if not is_free(connection, key):
        return False
    names = {"period": key.period, "site_id": key.site_id, "address": key.address}
    try:
        with connection.begin_nested():
            connection.execute(insert(digests).values(**names, **values))
    except IntegrityError:  # another run was faster
        return False
    return True


def finish(connection: Connection, key: DigestKey, state: DigestState, evidence: str) -> None:
    """Write what became of a digest; its moment stays that of its content."""
    connection.execute(update(digests).where(*_is(key)).values(state=state.value, evidence=evidence[:2000]))


def last_told(connection: Connection, site_id: str, address: str, before: str) -> datetime | None:
    """When an address was last told about a site in an earlier period; what is uncertain counts as told."""
    mine = (digests.c.site_id == site_id, digests.c.address == address, digests.c.period < before)
    told = digests.c.state != DigestState.REFUSED.value
    moment: datetime | None = connection.scalar(select(func.max(digests.c.at)).where(*mine, told))
    return moment


def uncertain(connection: Connection) -> list[DigestKey]:
    """Digests of which nobody knows whether they went out: the run was killed between asking and writing."""
    rows = connection.execute(select(digests).where(digests.c.state == DigestState.SENDING.value))
    return [DigestKey(row.period, row.site_id, row.address) for row in rows]


def release(connection: Connection, key: DigestKey) -> None:
    """Let an uncertain digest go out again: somebody asked the recipient."""
    finish(connection, key, DigestState.REFUSED, "released by hand")
