"""The work on findings: every act is kept, what has an end ends, and only younger evidence judges a claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import UsageError
from store import accounts, acts, findings, worklist
from store.accounts import Account, NewAccount, Role
from store.acts import ActKind
from store.findings import Finding
from store.tables import acts as acts_table
from store.tables import findings as findings_table
from store.tables import pages, visits
from store.worklist import Wish, WorkRefused
from tests.shared import new_store

NOW = datetime(2018, 8, 9, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FEE = Finding("fee_differs", "s-stp", "Phí khác", code="1.000894", url="http://stp/1")
SILENT = Finding("silence", "s-stp", "Im lặng", section="news")


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store made once: hashing a password is slow on purpose."""
    file = tmp_path_factory.mktemp("work") / "store.db"
    made = new_store(file)
    with made.write() as connection:
        findings.replace(connection, [FEE, SILENT], [], NOW)
        accounts.add(connection, NewAccount("lan", "Lan", Role.EDITOR, ("s-stp",)), "bốn từ dễ nhớ", NOW)
    made.close()
    return file


@pytest.fixture
def connection(seeded: Path, tmp_path: Path) -> Iterator[Connection]:
    database = new_store(tmp_path / "store.db", seeded)
    with database.write() as made:
        yield made
    database.close()


@pytest.fixture
def lan(connection: Connection) -> Account:
    return accounts.by_name(connection, "lan")


def id_of(connection: Connection, finding: Finding) -> int:
    query = select(findings_table.c.id).where(findings_table.c.rule == finding.rule)
    return int(connection.scalar(query) or 0)


def state(connection: Connection, finding: Finding = FEE) -> str:
    query = select(findings_table.c.state).where(findings_table.c.rule == finding.rule)
    return str(connection.scalar(query))


def do(connection: Connection, by: Account, wish: Wish, finding: Finding = FEE, at: datetime = NOW) -> int:
    return worklist.do(connection, id_of(connection, finding), by, wish, at)


def check(connection: Connection, found: list[Finding], at: datetime) -> None:
    worklist.expire(connection, at)
    findings.replace(connection, found, [("s-stp", "fee_differs"), ("s-stp", "silence")], at)
    worklist.settle(connection, at)


def visit(connection: Connection, at: datetime) -> None:
    values = {"site_id": "s-stp", "worker": "w", "started_at": at, "ended_at": at, "outcome": "ok"}
    connection.execute(insert(visits).values(**values))


def kinds(connection: Connection) -> list[str]:
    return list(connection.scalars(select(acts_table.c.kind).order_by(acts_table.c.id)))


def test_a_snooze_ends_by_itself(connection: Connection, lan: Account) -> None:
    do(connection, lan, Wish(ActKind.SNOOZED, until=date(2018, 8, 12)))
    check(connection, [FEE], NOW + 2 * DAY)
    assert state(connection) == "snoozed"
    check(connection, [FEE], datetime(2018, 8, 12, 16, 59, tzinfo=UTC))  # a minute before midnight in Vietnam
    assert state(connection) == "snoozed"
    check(connection, [FEE], datetime(2018, 8, 12, 17, tzinfo=UTC))
    assert state(connection) == "open"
    assert kinds(connection) == ["snoozed", "expired"]


def test_what_is_mended_while_it_snoozes_is_resolved(connection: Connection, lan: Account) -> None:
    do(connection, lan, Wish(ActKind.SNOOZED, until=date(2018, 8, 12)))
    check(connection, [], NOW + DAY)
    assert state(connection) == "resolved"


@pytest.mark.parametrize("until", [None, date(2018, 8, 9), date(2018, 8, 1), date(2019, 8, 9)])
def test_a_snooze_needs_an_end_that_is_near(connection: Connection, lan: Account, until: date | None) -> None:
    with pytest.raises(WorkRefused, match="08/10/2018"):
        do(connection, lan, Wish(ActKind.SNOOZED, until=until))


def test_a_false_alarm_needs_a_reason_and_expires(connection: Connection, lan: Account) -> None:
    with pytest.raises(WorkRefused, match="lý do"):
        do(connection, lan, Wish(ActKind.FALSE_ALARM))
    do(connection, lan, Wish(ActKind.FALSE_ALARM, "Phí do HĐND tỉnh quy định"))
    check(connection, [FEE], NOW + DAY)
    assert state(connection) == "false_alarm"
    said = worklist.decisions(connection, NOW + DAY).false_alarms[FEE.identity]
    assert (said.by, said.text) == ("Lan", "Phí do HĐND tỉnh quy định")
    later = NOW + timedelta(days=worklist.FALSE_ALARM_DAYS + 1)
    assert not worklist.decisions(connection, later).false_alarms
    check(connection, [FEE], later)
    assert state(connection) == "open"


def test_an_expired_false_alarm_that_is_gone_is_resolved_not_opened(connection: Connection, lan: Account) -> None:
    do(connection, lan, Wish(ActKind.FALSE_ALARM, "x"))
    check(connection, [], NOW + timedelta(days=worklist.FALSE_ALARM_DAYS + 1))
    assert state(connection) == "resolved"


def test_an_act_can_be_taken_back_once(connection: Connection, lan: Account) -> None:
    do(connection, lan, Wish(ActKind.ACKNOWLEDGED))
    alarm = do(connection, lan, Wish(ActKind.FALSE_ALARM, "x"))
    do(connection, lan, Wish(ActKind.COMMENTED, "nhầm rồi"))
    do(connection, lan, Wish(ActKind.UNDONE, act_id=alarm))
    assert state(connection) == "acknowledged"
    with pytest.raises(WorkRefused, match="mới hơn"):
        do(connection, lan, Wish(ActKind.UNDONE, act_id=alarm))
    assert kinds(connection) == ["acknowledged", "false_alarm", "commented", "undone"]


def test_what_a_check_resolved_is_not_opened_by_taking_an_act_back(connection: Connection, lan: Account) -> None:
    act = do(connection, lan, Wish(ActKind.ACKNOWLEDGED))
    check(connection, [], NOW + DAY)
    assert worklist.undoable(connection, id_of(connection, FEE)) is None
    with pytest.raises(WorkRefused):
        do(connection, lan, Wish(ActKind.UNDONE, act_id=act))
    assert state(connection) == "resolved"


def test_a_claim_is_not_judged_by_old_evidence(connection: Connection, lan: Account) -> None:
    visit(connection, NOW - DAY)
    do(connection, lan, Wish(ActKind.CLAIMED))
    check(connection, [FEE], NOW + DAY)
    assert state(connection) == "acknowledged"
    visit(connection, NOW + DAY)
    check(connection, [FEE], NOW + DAY)
    assert state(connection) == "open"
    assert kinds(connection) == ["claimed", "reopened"]


def test_a_page_that_was_not_looked_at_again_judges_no_claim(connection: Connection, lan: Account) -> None:
    page = {"site_id": "s-stp", "server": "a", "url": FEE.url, "first_seen": NOW, "next_due": NOW + 9 * DAY}
    connection.execute(insert(pages).values(**page, last_good=NOW - DAY))
    do(connection, lan, Wish(ActKind.CLAIMED))
    assert connection.scalar(select(pages.c.next_due)) == NOW, "the next crawl must look at the page"
    visit(connection, NOW + DAY)
    check(connection, [FEE], NOW + DAY)
    assert state(connection) == "acknowledged"
    connection.execute(update(pages).values(last_good=NOW + DAY))
    check(connection, [FEE], NOW + DAY)
    assert state(connection) == "open"


def test_a_broken_link_is_judged_by_the_pages_that_lead_there(connection: Connection, lan: Account) -> None:
    leading = {"referrers": [{"url": "http://stp/menu"}]}
    dead = Finding("link_dead", "s-stp", "Liên kết hỏng", url="http://khac/khong-con", evidence=leading)
    new = {"server": "a", "first_seen": NOW, "next_due": NOW + 9 * DAY, "last_good": NOW - DAY}
    for site, url in (("s-stp", "http://stp/menu"), ("s-khac", dead.url)):
        connection.execute(insert(pages).values(site_id=site, url=url, **new))
    findings.replace(connection, [dead], [], NOW)
    do(connection, lan, Wish(ActKind.CLAIMED), dead)
    assert set(connection.scalars(select(pages.c.next_due))) == {NOW}, "the next crawls must look at both"
    for url, seen in ((dead.url, "last_checked"), ("http://stp/menu", "last_good")):
        check(connection, [dead], NOW + DAY)
        assert state(connection, dead) == "acknowledged"
        connection.execute(update(pages).where(pages.c.url == url).values({seen: NOW + DAY}))
    check(connection, [dead], NOW + DAY)
    assert state(connection, dead) == "open"


def test_a_claim_that_is_true_is_verified(connection: Connection, lan: Account) -> None:
    do(connection, lan, Wish(ActKind.CLAIMED))
    check(connection, [], NOW + DAY)
    assert state(connection) == "resolved"
    assert kinds(connection) == ["claimed", "verified"]
    with pytest.raises(WorkRefused, match="đã xong"):
        do(connection, lan, Wish(ActKind.ACKNOWLEDGED))


def test_a_review_resets_the_clock_until_it_is_taken_back(connection: Connection, lan: Account) -> None:
    act = do(connection, lan, Wish(ActKind.REVIEWED, "không có tin"), SILENT)
    assert state(connection, SILENT) == "resolved"
    review = worklist.decisions(connection, NOW).reviews["s-stp", "news"]
    assert (review.by, review.day) == ("Lan", date(2018, 8, 9))
    do(connection, lan, Wish(ActKind.UNDONE, act_id=act), SILENT)
    assert state(connection, SILENT) == "open"
    assert not worklist.decisions(connection, NOW).reviews
    with pytest.raises(WorkRefused, match="im lặng"):
        do(connection, lan, Wish(ActKind.REVIEWED))


def test_nobody_works_on_the_pages_of_others(connection: Connection, lan: Account) -> None:
    stranger = replace(lan, sites=("s-syt",))
    with pytest.raises(WorkRefused, match="danh sách của bạn"):
        do(connection, stranger, Wish(ActKind.ACKNOWLEDGED))
    with pytest.raises(WorkRefused, match="người nhận"):
        do(connection, lan, Wish(ActKind.ASSIGNED, assignee=stranger))
    do(connection, lan, Wish(ActKind.ASSIGNED, assignee=lan))
    assert acts.of_finding(connection, id_of(connection, FEE))[0].details["assignee"] == "Lan"


def test_a_refusal_is_an_error_with_a_remedy(connection: Connection, lan: Account) -> None:
    with pytest.raises(UsageError) as refused:
        do(connection, lan, Wish(ActKind.COMMENTED, "  "))
    assert refused.value.remedy


@pytest.mark.parametrize("change", [update(acts_table).values(by="x"), delete(acts_table)])
def test_the_log_cannot_be_changed(connection: Connection, lan: Account, change: object) -> None:
    do(connection, lan, Wish(ActKind.ACKNOWLEDGED))
    with pytest.raises(IntegrityError, match="append-only"):
        connection.execute(change)  # type: ignore[call-overload]
