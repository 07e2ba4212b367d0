"""What was looked up in the store, kept for as long as nobody writes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection

K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 500
"""Keys of one look."""

MOST = 50_000
"""Keys kept of each kind of look, for each connection."""


def noted(connection: Connection, what: str, keys: Iterable[K], look: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
    """What `look` finds for these keys, from memory where nothing was written since this connection looked; others are left out.

    SQLite tells whether anything was in a tenth of the time of a look (PRAGMA data_version, sqlite.org/pragma.html). On
    PostgreSQL and inside of a transaction everything is looked up. `what`: names the look; the keys are all it depends on.
    """
    wanted = list(dict.fromkeys(keys))
    known = _notes(connection).setdefault(what, {})
    if len(known) > MOST:
        known.clear()
    missing = [key for key in wanted if key not in known]
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        known |= dict.fromkeys(some) | dict(look(some))
    return {key: value for key in wanted if (value := known[key]) is not None}


def _notes(connection: Connection) -> dict[str, dict[Any, Any]]:
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or driver.in_transaction:
        return {}
    # Asked before anything is looked up: what is newer than its stamp is looked up once more, never kept too long. The
    # version does not count what this connection writes itself.
    stamp = (connection.exec_driver_sql("PRAGMA data_version").scalar(), driver.total_changes)
    if connection.info.get("noted_at") != stamp:
        connection.info["notes"], connection.info["noted_at"] = {}, stamp
    notes: dict[str, dict[Any, Any]] = connection.info["notes"]
    return notes
