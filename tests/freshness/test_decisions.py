"""The judges respect what people decided: a review resets the clock, a false alarm colours nothing, both come to an end."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from scene import SITE, TODAY, Scene, costing, detail, moment, register
from sqlalchemy import Connection, select, update

from core.model import Article, LegalDocument
from store import accounts, acts, board_days, worklist
from store.accounts import NewAccount, Role
from store.acts import ActKind
from store.tables import findings, pages
from store.worklist import Wish


def decide(scene: Scene, rule: str, wish: Wish) -> None:
    now = moment(scene.today)
    with scene.database.write() as connection:
        known = accounts.everyone(connection)
        new = NewAccount("lan", "Nguyễn Thị Lan", Role.EDITOR, (SITE,))
        by = known[0] if known else accounts.add(connection, new, "bốn từ dễ nhớ", now)
        worklist.do(connection, finding_of(connection, rule), by, wish, now)


def finding_of(connection: Connection, rule: str) -> int:
    return int(connection.scalar(select(findings.c.id).where(findings.c.rule == rule)) or 0)


def silent_news(scene: Scene, days: int = 40) -> None:
    scene.whole_site()
    day = scene.today - timedelta(days=days)
    scene.record(Article("Tin cũ"), "news", day, published=moment(day))
    scene.check()
    assert scene.verdict("news")[0] == "overdue"


def test_a_review_resets_the_clock_with_name_and_date(scene: Scene) -> None:
    silent_news(scene)
    decide(scene, "silence", Wish(ActKind.REVIEWED))
    scene.check()
    verdict, reason = scene.verdict("news")
    assert verdict == "fresh"
    assert "Nguyễn Thị Lan rà soát ngày 09/8/2018" in reason
    assert ("silence", "news") not in scene.found()


def test_after_a_review_the_clock_runs_again(scene: Scene) -> None:
    silent_news(scene)
    decide(scene, "silence", Wish(ActKind.REVIEWED))
    scene.today = date(2018, 8, 17)  # six working days after the review: one more than the warning
    scene.whole_site()
    scene.check()
    assert scene.verdict("news")[0] == "due"
    assert ("silence", "news") in scene.found()


def test_a_false_alarm_colours_nothing_until_it_expires(scene: Scene) -> None:
    silent_news(scene)
    decide(scene, "silence", Wish(ActKind.FALSE_ALARM, "Đơn vị đã sáp nhập", date(2018, 8, 20)))
    scene.check()
    assert scene.verdict("news")[0] == "fresh"
    assert "báo nhầm" in scene.verdict("news")[1]
    scene.today = date(2018, 8, 21)
    scene.whole_site()
    scene.check()
    assert scene.verdict("news")[0] == "overdue"
    assert ("silence", "news") in scene.found()


def test_a_late_document_called_a_false_alarm_leaves_the_section_green(scene: Scene) -> None:
    scene.whole_site()
    late = LegalDocument("Kế hoạch", number="1/KH", issued_on=date(2018, 8, 1))
    scene.record(late, "legal_docs", date(2018, 8, 8), published=moment(date(2018, 8, 8)))
    scene.check()
    assert scene.verdict("legal_docs")[0] == "due"
    decide(scene, "late_posting", Wish(ActKind.FALSE_ALARM, "Văn bản mật đến ngày 08/8"))
    scene.check()
    assert scene.verdict("legal_docs")[0] == "fresh"


def test_a_snooze_leaves_the_verdict_as_it_is(scene: Scene) -> None:
    silent_news(scene)
    decide(scene, "silence", Wish(ActKind.SNOOZED, until=date(2018, 8, 20)))
    scene.check()
    assert scene.verdict("news")[0] == "overdue"


def test_a_claim_waits_until_what_the_page_says_now_is_judged(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    page = scene.page("procedures", depth=2)
    scene.record(costing("60.000 đồng", 3), page=page)
    scene.check()
    decide(scene, "fee_differs", Wish(ActKind.CLAIMED))
    scene.later(1)
    scene.visit()
    scene.record(costing("50.000 đồng", 3), page=page)
    with scene.database.write() as connection:
        connection.execute(update(pages).where(pages.c.id == page).values(last_good=moment(scene.today)))
    scene.check(unify=False)
    scene.check()
    with scene.database.read() as connection:
        said = [act.kind for act in acts.of_finding(connection, finding_of(connection, "fee_differs"))]
    assert said == ["verified", "claimed"]


def test_every_check_keeps_the_day(scene: Scene) -> None:
    silent_news(scene)
    scene.check()
    with scene.database.read() as connection:
        days = board_days.since(connection, TODAY)[SITE]
    assert [day.day for day in days] == [TODAY]
    assert days[0].sections["news"] == "overdue"
    assert days[0].open_findings == 1
