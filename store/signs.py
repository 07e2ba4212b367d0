"""Signs of findings: what the last observations showed, so that one bad answer raises no alarm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from store.tables import finding_signs

IDENTITY = ("rule", "site_id", "section", "code", "url", "field")
KEPT = 8
"""Observations kept per finding; no rule looks at more."""


@dataclass(frozen=True, slots=True)
class Need:
    """A finding opens when `signs` of the last `of` observations show it."""

    signs: int = 1
    of: int = 1


def shown_often_enough(recent: Iterable[tuple[str, int]], need: Need) -> bool:
    """Whether N of the last M observations were signs."""
    last = list(recent)[-need.of :]
    return sum(bit for _, bit in last) >= need.signs


def add(recent: Iterable[tuple[str, int]], observation: str, bit: int) -> list[tuple[str, int]]:
    """One more observation; the same observation looked at again is still one."""
    found = [(name, value) for name, value in recent if name != observation]
    return [*found, (observation, bit)][-KEPT:]


class Signs:
    """The signs of all findings, read once and written with the findings in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        rows = connection.execute(select(finding_signs))
        self._known = {_identity(row): row for row in rows}

    def seen(self, identity: tuple[str, ...], observation: str, need: Need, now: datetime) -> bool:
        """Note a sign; whether there are enough of them now."""
        row = self._known.pop(identity, None)
        recent = add(_recent(row), observation, 1)
        values = {"recent": [list(pair) for pair in recent], "last_sign": now}
        if row is None:
            names = dict(zip(IDENTITY, identity, strict=True))
            self._connection.execute(insert(finding_signs).values(**names, **values, first_sign=now))
        else:
            self._connection.execute(update(finding_signs).where(*_same(identity)).values(**values))
        return shown_often_enough(recent, need)

    def not_seen(self, checked: set[tuple[str, str]], observations: Mapping[str, str]) -> None:
        """Note the observations in which what was seen before did not show; forget what has no sign left."""
        for identity, row in self._known.items():
            rule, site = identity[0], identity[1]
            if (site, rule) not in checked:
                continue
            recent = add(_recent(row), observations.get(site, ""), 0)
            if any(bit for _, bit in recent):
                values = {"recent": [list(pair) for pair in recent]}
                self._connection.execute(update(finding_signs).where(*_same(identity)).values(**values))
            else:
                self._connection.execute(delete(finding_signs).where(*_same(identity)))


def _identity(row: Row[Any]) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in IDENTITY)


def _recent(row: Row[Any] | None) -> list[tuple[str, int]]:
    return [(str(name), int(bit)) for name, bit in row.recent] if row is not None else []


def _same(identity: tuple[str, ...]) -> list[Any]:
    return [finding_signs.c[name] == value for name, value in zip(IDENTITY, identity, strict=True)]
