"""The log of everything people (and the check) decide about findings: append-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from store.accounts import Account
from store.tables import acts

BY_CHECK = "Lượt kiểm tra"
"""Who acts when no person does."""


class ActKind(StrEnum):
    """What was done."""

    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    CLAIMED = "claimed"  # “đã sửa”, to be verified
    REVIEWED = "reviewed"  # “đã rà soát, vẫn đúng”
    FALSE_ALARM = "false_alarm"
    COMMENTED = "commented"
    UNDONE = "undone"
    VERIFIED = "verified"  # the check saw that it is mended
    REOPENED = "reopened"  # the check saw that it is not
    EXPIRED = "expired"  # a snooze or false alarm ran out

    @property
    def vietnamese(self) -> str:
        """The word in the log."""
        return _WORDS[self]


_WORDS = {
    ActKind.ASSIGNED: "giao việc",
    ActKind.ACKNOWLEDGED: "đã nhận",
    ActKind.SNOOZED: "hoãn",
    ActKind.CLAIMED: "báo đã sửa",
    ActKind.REVIEWED: "đã rà soát, vẫn đúng",
    ActKind.FALSE_ALARM: "báo nhầm",
    ActKind.COMMENTED: "ghi chú",
    ActKind.UNDONE: "hoàn tác",
    ActKind.VERIFIED: "xác nhận đã sửa",
    ActKind.REOPENED: "vẫn chưa sửa, mở lại",
    ActKind.EXPIRED: "hết hạn, mở lại",
}


@dataclass(frozen=True, slots=True)
class About:
    """What an act is about."""

    finding_id: int | None = None
    site_id: str = ""
    section: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """An act to be written. `by` None: the check itself."""

    kind: ActKind
    about: About
    by: Account | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    undoes: int | None = None


def write(connection: Connection, act: Act, now: datetime) -> int:
    """Append an act; returns its id."""
    values = {
        "at": now,
        "account_id": act.by.id if act.by else None,
        "by": act.by.full_name if act.by else BY_CHECK,
        "kind": act.kind.value,
        "finding_id": act.about.finding_id,
        "subject": act.about.subject,
        "site_id": act.about.site_id,
        "section": act.about.section,
        "details": dict(act.details),
        "undoes": act.undoes,
    }
    key = connection.execute(insert(acts).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def of_finding(connection: Connection, finding_id: int) -> list[Row[Any]]:
    """Everything done about a finding, the newest first."""
    query = select(acts).where(acts.c.finding_id == finding_id).order_by(acts.c.id.desc())
    return list(connection.execute(query))


def recent(connection: Connection, sites: tuple[str, ...] | None, limit: int) -> list[Row[Any]]:
    """The newest acts, of these sites only when any are given."""
    query = select(acts).order_by(acts.c.id.desc()).limit(limit)
    if sites is not None:
        query = query.where(acts.c.site_id.in_(sites))
    return list(connection.execute(query))


def undone(connection: Connection) -> set[int]:
    """Ids of acts that were taken back."""
    return set(connection.scalars(select(acts.c.undoes).where(acts.c.undoes.is_not(None))))
