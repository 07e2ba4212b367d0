"""Hosts change hands: a site's pages follow it to its new host, and a host's pages go to the site that has it now."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, or_, select, update

from store import page_records
from store.tables import pages
from store.tables import records as known_records

SEEN_ANEW: dict[str, Any] = {
    "etag": None, "last_modified": None, "body_digest": None, "failures": 0, "absences": 0, "absent_since": None,
}  # fmt: skip
"""What was learned at another host, or for another owner, saves no reading: the next answer is read whatever it is."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a site is at home today: its home page's address and key, and the names of its hosts."""

    site_id: str
    url: str
    key: str
    hosts: Set[str]


def is_elsewhere(keys: Iterable[str], home: Home) -> bool:
    """Whether a page of a site stands on a host that it no longer has."""
    servers = {"/".join(key.split("/", 3)[:3]) for key in keys}  # few, of many pages
    return any(_host(server) not in home.hosts for server in servers)


def settle(connection: Connection, home: Home, now: datetime) -> int:
    """Bring the frontier up to a change of hosts in the configuration; returns how many pages changed hands.

    Pages of a site that had this host before are this site's from now on. Pages of the site at a host that it no longer has
    are looked for under the same path of its home: the next answer there says whether they moved along. All keep their
    records, dates and captures.
    """
    return _take_over(connection, home, now) + _follow(connection, home, now)


def _take_over(connection: Connection, home: Home, now: datetime) -> int:
    before = select(pages.c.site_id).where(pages.c.key.in_(_forms(home)), pages.c.site_id != home.site_id)
    rows = connection.execute(select(pages.c.id, pages.c.url).where(pages.c.site_id.in_(before))).all()
    taken = [row.id for row in rows if _host(row.url) in home.hosts]
    for page_id in taken:
        values = {"site_id": home.site_id, "next_due": now, **SEEN_ANEW}
        connection.execute(update(pages).where(pages.c.id == page_id).values(**values))
        _moved(connection, page_id, {"site_id": home.site_id}, now)
    return len(taken)


def _follow(connection: Connection, home: Home, now: datetime) -> int:
    columns = pages.c.id, pages.c.url, pages.c.key, pages.c.depth
    rows = connection.execute(select(*columns).where(pages.c.site_id == home.site_id).order_by(pages.c.id)).all()
    followed = 0
    for row in rows:
        if _host(row.url) in home.hosts:
            continue
        url, key = _at(row.url, home.url), _at(row.key, home.url)
        there = connection.execute(select(pages).where(or_(pages.c.key == key, pages.c.url == url))).first()
        if there is None:
            depth = max(row.depth, key != home.key)  # there is one home page
            values = {"url": url, "key": key, "depth": depth, "next_due": now, **SEEN_ANEW}
            connection.execute(update(pages).where(pages.c.id == row.id).values(**values))
            _moved(connection, row.id, {}, now)
            followed += 1
        elif there.last_good is not None:  # what stood here is told by that page
            _give_up(connection, row.id, now)
    return followed


def _give_up(connection: Connection, page_id: int, now: datetime) -> None:
    page_records.withdraw(connection, page_id, now)
    connection.execute(update(pages).where(pages.c.id == page_id, pages.c.gone_at.is_(None)).values(gone_at=now))


def _moved(connection: Connection, page_id: int, values: dict[str, Any], now: datetime) -> None:
    """The records of a page are told anew, with its new address or site."""
    if values:
        connection.execute(update(known_records).where(known_records.c.page_id == page_id).values(**values))
    page_records.announce(connection, page_id, now)


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _forms(home: Home) -> list[str]:
    """The keys of the home page by http and https, at each of its hosts."""
    rest = home.key.partition("://")[2]
    return [f"{one}://{rest.replace(_host(home.key), host, 1)}" for one in ("http", "https") for host in home.hosts]


def _at(address: str, home: str) -> str:
    """The same path and parameters at another host."""
    parts = urlsplit(home)
    return f"{parts.scheme}://{parts.netloc}/{address.partition('://')[2].partition('/')[2]}"
