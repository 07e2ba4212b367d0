"""The work on findings: what people decide, what the next check makes of it, and what the judges must respect.

A person's word never deletes anything: a finding changes its state, the act stands in the log, and what has an end
(a snooze, a false alarm) ends by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from core.clock import VIETNAM, local_date, written_day
from core.errors import UsageError
from core.states import FindingState
from store import acts
from store.accounts import Account
from store.acts import About, Act, ActKind
from store.tables import acts as acts_table
from store.tables import finding_work, findings, pages, record_checks, records, visits

SNOOZE_MOST = timedelta(days=60)
"""Longest snooze (house rule): two months is longer than the slowest approval of a page that we know of."""

FALSE_ALARM_DAYS = 180
"""A false alarm is asked again after half a year (house rule), because pages and rules change."""

TO_DO = (FindingState.OPEN.value, FindingState.ACKNOWLEDGED.value)
"""States of a finding that somebody has still to do something about."""

REVIEWABLE = frozenset({"silence"})
"""Rules whose clock a review resets: silence is a signal, and “nothing needs to change” is an answer to it."""

UNDOABLE = (
    ActKind.ASSIGNED, ActKind.ACKNOWLEDGED, ActKind.SNOOZED, ActKind.CLAIMED, ActKind.REVIEWED, ActKind.FALSE_ALARM,
)  # fmt: skip


class WorkRefused(UsageError):
    """An act that cannot be: the message is for the person at the page."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done with a finding; only what the kind of act needs is looked at."""

    kind: ActKind
    text: str = ""  # reason or comment
    until: date | None = None
    assignee: Account | None = None
    act_id: int | None = None  # to be undone


def do(connection: Connection, finding_id: int, by: Account, wish: Wish, now: datetime) -> int:
    """Do one act on a finding and write it down; returns the act's id. WorkRefused says what is missing."""
    row = connection.execute(select(findings).where(findings.c.id == finding_id)).first()
    if row is None or not by.may_work_on(row.site_id):
        raise WorkRefused("Không có việc này trong danh sách của bạn.", "Mở lại danh sách việc.")
    if wish.kind is ActKind.UNDONE:
        return _undo(connection, row, by, wish, now)
    before = _standing(connection, row)
    change, details = _change(row, by, wish, now)
    _apply(connection, row.id, change)
    about = About(row.id, row.site_id, row.section)
    if wish.kind is ActKind.CLAIMED:
        _check_soon(connection, row, now)
    act = Act(wish.kind, about, by, details | ({"before": before} if change else {}))
    return acts.write(connection, act, now)


def _change(row: Row[Any], by: Account, wish: Wish, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """The new standing of the finding, and what the log says about it."""
    text = wish.text.strip()[:2000]
    if wish.kind is ActKind.COMMENTED:
        if not text:
            raise WorkRefused("Ghi chú còn trống.", "Viết vài chữ rồi gửi lại.")
        return {}, {"text": text}
    if row.state == FindingState.RESOLVED.value:
        raise WorkRefused("Việc này đã xong ở lượt kiểm tra gần nhất.", "Không cần làm gì thêm.")
    match wish.kind:
        case ActKind.ASSIGNED:
            if wish.assignee is None or not wish.assignee.may_work_on(row.site_id):
                raise WorkRefused("Chưa chọn được người nhận việc.", "Chọn người có quyền với trang này.")
            return {"assignee_id": wish.assignee.id}, {"assignee": wish.assignee.full_name}
        case ActKind.ACKNOWLEDGED:
            return {"state": FindingState.ACKNOWLEDGED.value, "until": None}, {}
        case ActKind.SNOOZED:
            until = _end_of(wish.until, now, SNOOZE_MOST, "hoãn")
            return {"state": FindingState.SNOOZED.value, "until": until}, {"until": _day(until), "text": text}
        case ActKind.CLAIMED:
            claim = {"state": FindingState.ACKNOWLEDGED.value, "until": None, "claimed_at": now}
            return claim | {"claimed_by": by.full_name}, {"text": text}
        case ActKind.REVIEWED:
            if row.rule not in REVIEWABLE:
                raise WorkRefused("Việc này không phải là nhắc im lặng.", "Chọn “đã sửa” hoặc “báo nhầm”.")
            done = {"state": FindingState.RESOLVED.value, "resolved_at": now, "until": None}
            return done, {"day": local_date(now).isoformat(), "text": text}
        case ActKind.FALSE_ALARM:
            if not text:
                raise WorkRefused("Báo nhầm cần một lý do.", "Ghi vì sao nhận định này sai.")
            longest = timedelta(days=FALSE_ALARM_DAYS)
            until = _end_of(wish.until or local_date(now + longest), now, longest, "báo nhầm")
            return {"state": FindingState.FALSE_ALARM.value, "until": until}, {"until": _day(until), "text": text}
    raise WorkRefused("Không có cách xử lý này.", "Chọn một nút trên trang.")


def _end_of(day: date | None, now: datetime, longest: timedelta, word: str) -> datetime:
    """The end of a day in Vietnam; WorkRefused when there is none, it is past, or too far."""
    today = local_date(now)
    if day is None or day <= today or day > today + longest:
        last = today + longest
        raise WorkRefused(
            f"Ngày hết hạn {word} phải sau hôm nay và không quá {written_day(last)}.", "Chọn lại ngày rồi gửi."
        )
    return datetime.combine(day, time.max, VIETNAM).astimezone(UTC)


def _day(moment: datetime) -> str:
    return local_date(moment).isoformat()


def _standing(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """State and work of a finding as plain values, so that an act can be taken back."""
    work = connection.execute(select(finding_work).where(finding_work.c.finding_id == row.id)).first()
    moments = {"until": work.until if work else None, "claimed_at": work.claimed_at if work else None}
    return {
        "state": row.state,
        "assignee_id": work.assignee_id if work else None,
        "claimed_by": work.claimed_by if work else "",
        **{name: value.isoformat() if value else None for name, value in moments.items()},
    }


def _apply(connection: Connection, finding_id: int, change: Mapping[str, Any]) -> None:
    of_finding = {name: change[name] for name in ("state", "resolved_at") if name in change}
    if of_finding:
        connection.execute(update(findings).where(findings.c.id == finding_id).values(**of_finding))
    of_work = {name: value for name, value in change.items() if name not in ("state", "resolved_at")}
    if of_work:
        _work(connection, finding_id, of_work)


def _work(connection: Connection, finding_id: int, values: Mapping[str, Any]) -> None:
    changed = connection.execute(update(finding_work).where(finding_work.c.finding_id == finding_id).values(**values))
    if not changed.rowcount:
        connection.execute(insert(finding_work).values(finding_id=finding_id, **values))


def _undo(connection: Connection, row: Row[Any], by: Account, wish: Wish, now: datetime) -> int:
    """Take back the newest act that changed the finding."""
    newest = undoable(connection, row.id)
    if newest is None or newest.id != wish.act_id:
        raise WorkRefused("Không hoàn tác được nữa: đã có thay đổi mới hơn.", "Mở lại việc này để xem.")
    before = dict(newest.details["before"])
    for name in ("until", "claimed_at"):
        before[name] = datetime.fromisoformat(before[name]) if before[name] else None
    _apply(connection, row.id, before | {"resolved_at": None})
    about = About(row.id, row.site_id, row.section)
    return acts.write(connection, Act(ActKind.UNDONE, about, by, {"of": newest.kind}, newest.id), now)


def undoable(connection: Connection, finding_id: int) -> Row[Any] | None:
    """The act on a finding that can be taken back now: the newest one that changed it, unless a check came after.

    What a check resolved stays resolved; only a review resolves by itself.
    """
    gone: set[int] = set()
    resolved = connection.scalar(select(findings.c.resolved_at).where(findings.c.id == finding_id)) is not None
    for act in acts.of_finding(connection, finding_id):
        if act.kind == ActKind.UNDONE:
            gone.add(act.undoes)
        elif act.kind == ActKind.COMMENTED or act.id in gone:
            continue
        elif resolved and act.kind != ActKind.REVIEWED:
            return None
        else:
            return act if act.kind in UNDOABLE and "before" in act.details else None
    return None


def _check_soon(connection: Connection, row: Row[Any], now: datetime) -> None:
    """Let the next crawl look at what shows a finding (or at the site's pages near home), so that a claim is verified."""
    near = and_(pages.c.site_id == row.site_id, pages.c.depth <= 1, pages.c.gone_at.is_(None))
    shows = pages.c.url.in_([row.url, *_referrers(row)]) if row.url else near
    connection.execute(update(pages).where(shows, pages.c.next_due > now).values(next_due=now))


def _referrers(row: Row[Any]) -> list[str]:
    """The pages that lead to a broken link, as its evidence names them; its own address is the one that is gone."""
    return [one["url"] for one in row.evidence.get("referrers", ())]


def expire(connection: Connection, now: datetime) -> int:
    """Open again what was snoozed or called a false alarm until now; call it before findings are replaced."""
    held = (FindingState.SNOOZED.value, FindingState.FALSE_ALARM.value)
    query = select(findings.c.id, findings.c.site_id, findings.c.section)
    query = query.join(finding_work, finding_work.c.finding_id == findings.c.id)
    rows = connection.execute(query.where(findings.c.state.in_(held), finding_work.c.until <= now)).all()
    for row in rows:
        _apply(connection, row.id, {"state": FindingState.OPEN.value, "until": None})
        acts.write(connection, Act(ActKind.EXPIRED, About(row.id, row.site_id, row.section)), now)
    return len(rows)


def settle(connection: Connection, now: datetime) -> tuple[int, int]:
    """What a check makes of the claims “đã sửa”: (verified, opened again); call it after findings were replaced.

    A claim is only judged by evidence that is younger than it: the page's own last check, or a visit of the site. That a
    link is broken yet is known when the dead address was asked for again and so was a page that still leads there.
    """
    query = select(findings, finding_work.c.claimed_at, finding_work.c.claimed_by)
    query = query.join(finding_work, finding_work.c.finding_id == findings.c.id)
    verified = reopened = 0
    for row in connection.execute(query.where(finding_work.c.claimed_at.is_not(None))).all():
        about = About(row.id, row.site_id, row.section)
        if row.state == FindingState.RESOLVED.value:
            kind, verified = ActKind.VERIFIED, verified + 1
        elif row.state in TO_DO and _looked_since(connection, row):
            kind, reopened = ActKind.REOPENED, reopened + 1
            _apply(connection, row.id, {"state": FindingState.OPEN.value})
        else:
            continue
        acts.write(connection, Act(kind, about, details={"claimed_by": row.claimed_by}), now)
        _work(connection, row.id, {"claimed_at": None, "claimed_by": ""})
    return verified, reopened


def _looked_since(connection: Connection, row: Row[Any]) -> bool:
    seen = None
    if referrers := _referrers(row):
        asked = connection.scalar(select(pages.c.last_checked).where(pages.c.url == row.url))
        if asked is None or asked <= row.claimed_at:
            return False
        seen = connection.scalar(select(func.max(pages.c.last_good)).where(pages.c.url.in_(referrers)))
    elif row.url:
        if _waits(connection, row.url):
            return False
        seen = connection.scalar(select(pages.c.last_good).where(pages.c.url == row.url))
    if seen is None:
        good = (visits.c.site_id == row.site_id, visits.c.outcome.in_(("ok", "unchanged")))
        seen = connection.scalar(select(func.max(visits.c.started_at)).where(*good))
    return seen is not None and seen > row.claimed_at


def _waits(connection: Connection, url: str) -> bool:
    """Whether a page says something new that no check has judged: it waits to be unified."""
    joined = records.join(pages, pages.c.id == records.c.page_id)
    joined = joined.join(record_checks, record_checks.c.record_id == records.c.id)
    query = select(records.c.id).select_from(joined).where(pages.c.url == url, records.c.withdrawn_at.is_(None))
    return connection.scalar(query.where(record_checks.c.record_version != records.c.version).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said, and when."""

    by: str
    day: date
    text: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the judges must respect: reviews by (site, section), false alarms by the identity of the finding."""

    reviews: Mapping[tuple[str, str], Word] = field(default_factory=dict)
    false_alarms: Mapping[tuple[str, ...], Word] = field(default_factory=dict)


def decisions(connection: Connection, now: datetime) -> Decisions:
    """Every review that was not taken back, and every false alarm that has not run out."""
    return Decisions(_reviews(connection, now), _false_alarms(connection, now))


def _reviews(connection: Connection, now: datetime) -> dict[tuple[str, str], Word]:
    gone = acts.undone(connection)
    query = select(acts_table).where(acts_table.c.kind == ActKind.REVIEWED.value, acts_table.c.at <= now)
    rows = connection.execute(query.order_by(acts_table.c.id)).all()
    return {
        (row.site_id, row.section): Word(
            row.by, date.fromisoformat(row.details["day"]), str(row.details.get("text", ""))
        )
        for row in rows
        if row.id not in gone
    }


def _false_alarms(connection: Connection, now: datetime) -> dict[tuple[str, ...], Word]:
    query = select(findings, finding_work.c.until).join(finding_work, finding_work.c.finding_id == findings.c.id)
    held = query.where(findings.c.state == FindingState.FALSE_ALARM.value, finding_work.c.until > now)
    said: dict[int, Row[Any]] = {}
    kinds = acts_table.c.kind == ActKind.FALSE_ALARM.value
    for act in connection.execute(select(acts_table).where(kinds).order_by(acts_table.c.id)):
        said[act.finding_id] = act
    found: dict[tuple[str, ...], Word] = {}
    for row in connection.execute(held):
        identity = (row.rule, row.site_id, row.section, row.code, row.url, row.field)
        act = said[row.id]
        found[identity] = Word(act.by, local_date(act.at), act.details["text"], local_date(row.until))
    return found
