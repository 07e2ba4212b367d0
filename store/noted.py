"""What was looked up in the store, kept for as long as nobody writes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 500
"""Keys of one look."""

MOST = 50_000
"""Keys kept of each kind of look."""


def noted(connection: Connection, what: str, keys: Iterable[K], look: Callable[[list[K]], Mapping[K, V]]) -> dict[K, V]:
    """What `look` finds for these keys, from memory where nothing was written since somebody looked; others are left out.

    SQLite tells whether anything was in a tenth of the time of a look (PRAGMA data_version, sqlite.org/pragma.html). On
    PostgreSQL and inside of a transaction everything is looked up. `what`: names the look; the keys are all it depends on.
    """
    wanted = list(dict.fromkeys(keys))
    known = _notes(connection).setdefault(what, {})
    if len(known) > MOST:
        known.clear()
    found = {key: known[key] for key in wanted if key in known}
    missing = [key for key in wanted if key not in found]
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        found |= dict.fromkeys(some) | dict(look(some))
    known.update(found)
    return {key: value for key in wanted if (value := found[key]) is not None}


Notes = dict[str, dict[Any, Any]]

_kept: WeakKeyDictionary[Engine, Notes] = WeakKeyDictionary()
"""The notes that hold, of each store that is open. They are replaced, never emptied: who looked before a change writes what it
found into notes that nobody reads any more."""


def _notes(connection: Connection) -> Notes:
    """Notes that were made since the last change of the store, by any connection."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or driver.in_transaction:
        return {}
    # The version tells a connection of the others' changes since it last asked. It does not count what it writes itself.
    stamp = (*driver.execute("PRAGMA data_version").fetchone(), driver.total_changes)
    if connection.info.get("noted_at") != stamp:
        connection.info["noted_at"] = stamp
        _kept[connection.engine] = {}
    return _kept[connection.engine]
