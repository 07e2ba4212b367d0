"""Proposed matches: an offering without a national code may be a known procedure; a person confirms or refuses.

Proposals are worked out by procedures/ and shown to editors. Decisions are only ever added, never changed: the last one
counts, `undo` takes back the one before it. They are kept by (key, target), so that they survive every later crawl.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from core.errors import UsageError
from store import changes
from store.tables import match_decisions, matches

CHUNK = 400

Act = Literal["confirm", "refuse", "undo"]
State = Literal["proposed", "confirmed", "refused", "lapsed"]

_STATES: dict[str, State] = {"confirm": "confirmed", "refuse": "refused", "undo": "proposed"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the evidence suggests. `why`: `agree` and `differ` name parts of the record, `urls` and `sites` where it stands."""

    key: str
    target: str
    name: str
    target_name: str
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A proposal with its id and where it stands. `decided_by` and `decided_at` are of the decision that counts."""

    id: int
    proposal: Proposal
    state: State
    proposed_at: datetime
    last_proposed: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the log of a match."""

    id: int
    match_id: int
    act: Act
    by: str
    at: datetime
    reason: str = ""


def propose(connection: Connection, keys: Iterable[str] | None, proposals: Iterable[Proposal], at: datetime) -> int:
    """Put these proposals in the place of the earlier ones of `keys` (None: of all); returns how many are new.

    A proposal of these keys that is not made again lapses; a decided one keeps its decision and comes back with it.
    """
    items = {(item.key, item.target): item for item in proposals}
    wanted = None if keys is None else {*keys, *(key for key, _ in items)}
    known = {(row.key, row.target): row for row in _of_keys(connection, wanted)}
    new = 0
    for pair, item in items.items():
        values = {"name": item.name, "target_name": item.target_name, "why": dict(item.why), "last_proposed": at}
        row = known.pop(pair, None)
        if row is None:
            pairs = {"key": item.key, "target": item.target, "proposed_at": at}
            connection.execute(insert(matches).values(**pairs, **values))
            new += 1
        else:
            connection.execute(update(matches).where(matches.c.id == row.id).values(**values, lapsed_at=None))
    for row in known.values():
        if row.lapsed_at is None:
            connection.execute(update(matches).where(matches.c.id == row.id).values(lapsed_at=at))
    return new


def decide(connection: Connection, match_id: int, act: Literal["confirm", "refuse"], by: str, at: datetime, reason: str = "") -> Match:  # fmt: skip
    """Confirm or refuse a match; both procedures are worked out again. UsageError names what stands in the way."""
    match = _needed(connection, match_id)
    if match.state == _STATES[act]:
        return match
    if match.state in ("confirmed", "refused"):
        raise UsageError("Đề xuất này đã được quyết định.", "Hoàn tác quyết định trước rồi quyết định lại.")
    if act == "confirm":
        taken = confirmed(connection).get(match.proposal.key)
        if taken is not None:
            raise UsageError(f"“{match.proposal.name}” đã được ghép với {taken}.", "Hoàn tác lần ghép đó trước.")
        if _leads_to(confirmed(connection), match.proposal.target, match.proposal.key):
            raise UsageError("Hai thủ tục này đã được ghép theo chiều ngược lại.", "Hoàn tác lần ghép đó trước.")
    return _write(connection, match, Decision(0, match_id, act, by, at, reason))


def undo(connection: Connection, match_id: int, by: str, at: datetime, reason: str = "") -> Match:
    """Take the decision that counts back; the match is a proposal again. UsageError when there is none."""
    match = _needed(connection, match_id)
    if match.decided_at is None:
        raise UsageError("Đề xuất này chưa có quyết định nào để hoàn tác.", "Tải lại danh sách.")
    return _write(connection, match, Decision(0, match_id, "undo", by, at, reason))


def by_id(connection: Connection, match_id: int) -> Match | None:
    """One match, or None."""
    row = connection.execute(select(matches).where(matches.c.id == match_id)).first()
    return _match(row, _last_acts(connection, [match_id]).get(match_id)) if row else None


def listed(connection: Connection, states: Iterable[State] = ("proposed",)) -> list[Match]:
    """The matches in these states, oldest proposal first: ("proposed",) is what waits for a person."""
    rows = connection.execute(select(matches).order_by(matches.c.proposed_at, matches.c.id)).all()
    acts = _last_acts(connection)
    wanted = set(states)
    found = (_match(row, acts.get(row.id)) for row in rows)
    return [match for match in found if match.state in wanted]


def history(connection: Connection, match_id: int) -> list[Decision]:
    """Every decision about a match, oldest first."""
    query = select(match_decisions).where(match_decisions.c.match_id == match_id).order_by(match_decisions.c.id)
    return [Decision(row.id, row.match_id, row.act, row.by, row.at, row.reason) for row in connection.execute(query)]


def confirmed(connection: Connection) -> dict[str, str]:
    """Key → what it was confirmed to be. A lapsed match still holds: its page may come back."""
    acts = {match_id: row for match_id, row in _last_acts(connection).items() if row.act == "confirm"}
    rows = connection.execute(select(matches.c.id, matches.c.key, matches.c.target).order_by(matches.c.id))
    return {row.key: row.target for row in rows if row.id in acts}


def refused(connection: Connection) -> set[tuple[str, str]]:
    """(key, target) of every match a person refused."""
    return {(m.proposal.key, m.proposal.target) for m in listed(connection, ("refused",))}


def _leads_to(pairs: Mapping[str, str], start: str, end: str) -> bool:
    seen: set[str] = set()
    while start in pairs and start not in seen:
        seen.add(start)
        start = pairs[start]
        if start == end:
            return True
    return False


def _write(connection: Connection, match: Match, decision: Decision) -> Match:
    values = {"match_id": match.id, "act": decision.act, "by": decision.by, "at": decision.at}
    connection.execute(insert(match_decisions).values(**values, reason=decision.reason))
    changes.append(connection, "unify", [match.proposal.key, match.proposal.target], decision.at)
    return _needed(connection, match.id)


def _needed(connection: Connection, match_id: int) -> Match:
    match = by_id(connection, match_id)
    if match is None:
        raise UsageError(f"Không có đề xuất ghép số {match_id}.", "Tải lại danh sách.")
    return match


def _of_keys(connection: Connection, keys: set[str] | None) -> list[Row[Any]]:
    if keys is None:
        return list(connection.execute(select(matches)))
    wanted, found = sorted(keys), list[Row[Any]]()
    for start in range(0, len(wanted), CHUNK):
        found += connection.execute(select(matches).where(matches.c.key.in_(wanted[start : start + CHUNK])))
    return found


def _last_acts(connection: Connection, ids: Iterable[int] | None = None) -> dict[int, Row[Any]]:
    query = select(match_decisions).order_by(match_decisions.c.id)
    if ids is not None:
        query = query.where(match_decisions.c.match_id.in_(list(ids)))
    return {row.match_id: row for row in connection.execute(query)}


def _match(row: Row[Any], act: Row[Any] | None) -> Match:
    state: State = _STATES[act.act] if act is not None else "proposed"
    if state == "proposed" and row.lapsed_at is not None:
        state = "lapsed"
    proposal = Proposal(row.key, row.target, row.name, row.target_name, row.why)
    counts = act is not None and act.act != "undo"
    return Match(
        row.id,
        proposal,
        state,
        row.proposed_at,
        row.last_proposed,
        act.by if act is not None and counts else "",
        act.at if act is not None and counts else None,
        act.reason if act is not None and counts else "",
    )
