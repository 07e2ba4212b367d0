"""Leases: a server is crawled by one worker at a time; a worker that gives no sign loses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import leases


@dataclass(frozen=True, slots=True)
class Held:
    """A server that another worker holds."""

    server: str
    worker: str
    expires_at: datetime


def acquire(
    connection: Connection, servers: Iterable[str], worker: str, now: datetime, span: timedelta
) -> tuple[list[str], list[Held]]:
    """Take the free servers for `worker`; returns those taken and those that others hold.

    Call it in a write transaction. A server of one's own, or one whose lease ran out, is free.
    """
    taken, held = [], []
    for server in sorted(set(servers)):
        connection.execute(delete(leases).where(leases.c.server == server, leases.c.expires_at <= now))
        connection.execute(delete(leases).where(leases.c.server == server, leases.c.worker == worker))
        values = {"server": server, "worker": worker, "acquired_at": now, "expires_at": now + span}
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(leases).values(**values).on_conflict_do_nothing())
        row = connection.execute(select(leases).where(leases.c.server == server)).one()
        if row.worker == worker:
            taken.append(server)
        else:
            held.append(Held(server, row.worker, row.expires_at))
    return taken, held


def renew(connection: Connection, worker: str, now: datetime, span: timedelta) -> set[str]:
    """Give a sign of life: every lease of `worker` runs for another span; returns the servers it still holds."""
    connection.execute(update(leases).where(leases.c.worker == worker).values(expires_at=now + span))
    return set(connection.scalars(select(leases.c.server).where(leases.c.worker == worker)))


def release(connection: Connection, worker: str, servers: Iterable[str] | None = None) -> None:
    """Give back these servers, or all of a worker's."""
    query = delete(leases).where(leases.c.worker == worker)
    connection.execute(query if servers is None else query.where(leases.c.server.in_(list(servers))))
