"""What visits say about a site: unknown is never green, one bad answer is no alarm, and traps need proof."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from scene import PROVINCE, TODAY, Scene, hourly, news

from core.finding_rules import RULES
from freshness.evidence import SiteEvidence
from freshness.watch import unwatched
from freshness.wording import REMEDIES


@pytest.mark.parametrize(
    ("outcome", "word"),
    [("refused", "từ chối"), ("blocked", "tường lửa"), ("robots", "robots.txt"), ("login", "đăng nhập")],
)
def test_a_site_that_was_not_seen_is_unknown_with_its_reason(scene: Scene, outcome: str, word: str) -> None:
    scene.whole_site()
    news(scene, TODAY)
    scene.visit(outcome)
    scene.visit(outcome)
    for _ in range(2):  # a visit looked at twice is one sign
        scene.check()
        assert scene.verdict()[0] == "unknown"
        assert word in scene.verdict("news")[1]
    assert scene.found() == ({(f"outcome.{outcome}", "")} if outcome in ("robots", "login") else set())
    scene.visit(outcome)
    scene.check()
    assert scene.found() == {(f"outcome.{outcome}", "")}


def test_an_operator_reads_vietnamese_and_has_the_crawlers_words_as_proof(scene: Scene) -> None:
    scene.whole_site()
    scene.visit("login", evidence="redirected to /dang-nhap")
    scene.check()
    (told,) = scene.open("outcome.login")
    assert told.message == "Bị chuyển tới trang đăng nhập. Hỏi đơn vị xem trang còn công khai không."
    assert told.evidence["evidence"] == "redirected to /dang-nhap"
    scene.visit(counters={"traps": {"calendar": 400}})
    scene.check()
    (told,) = scene.open("trap")
    assert "lịch không dứt (400)" in told.message


def test_every_way_a_visit_fails_has_a_remedy() -> None:
    assert {f"outcome.{outcome.value}" for outcome in REMEDIES} == {
        rule for rule in RULES if rule.startswith("outcome.")
    }


def test_a_site_never_visited_is_unknown(scene: Scene) -> None:
    scene.check()
    assert scene.verdict() == ("unknown", "Chưa có lượt kiểm tra nào.")


def test_old_evidence_is_not_green(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY)
    scene.later(4)
    scene.check()
    assert scene.verdict()[0] == "unknown"


def test_notes_and_traps_of_pages_become_one_finding_each(scene: Scene) -> None:
    scene.whole_site()
    for _ in range(3):
        scene.page(notes=["tcvn3", "spam: nhà cái"])
    scene.visit(counters={"traps": {"calendar": 400, "session": 2}})
    scene.check()
    assert {rule for rule, _ in scene.found()} >= {"tcvn3_text", "spam", "trap"}


def test_a_page_that_was_replaced_by_spam_is_a_finding(scene: Scene) -> None:
    scene.whole_site()
    scene.page(outcome="spam")
    scene.check()
    assert "spam" in {rule for rule, _ in scene.found()}


@pytest.mark.parametrize(
    ("traps", "told"),
    [
        ({"generated": 1}, True),  # several pages without content led on: that is proof
        ({"language": 1, "calendar": 3}, False),  # refused on sight: a widget with a few links
        ({"session": 4_000, "printable": 900}, False),  # asked for under the plain address
    ],
)
def test_a_trap_needs_proof(traps: dict[str, int], *, told: bool, scene: Scene) -> None:
    scene.whole_site()
    scene.visit(counters={"traps": traps})
    scene.check()
    assert (("trap", "") in scene.found()) is told


def test_a_trap_is_remembered_until_its_pages_are_looked_at_again(scene: Scene) -> None:
    scene.whole_site()
    scene.visit(day=TODAY - timedelta(days=6), counters={"traps": {"generated": 2}})
    scene.visit()
    scene.check()
    assert ("trap", "") in scene.found()


def test_a_finding_is_kept_while_the_site_cannot_be_seen_and_resolved_on_evidence(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY - timedelta(days=30))
    scene.check()
    assert ("silence", "news") in scene.found()
    for _ in range(2):
        scene.visit("timeout")
        scene.check()
    assert scene.found() >= {("silence", "news"), ("outcome.timeout", "")}
    scene.visit()
    news(scene, TODAY)
    assert scene.check().resolved == 2  # the silence and the outcome
    assert ("silence", "news") not in scene.found()


def test_one_bad_answer_between_good_ones_raises_nothing(scene: Scene) -> None:
    scene.whole_site()
    for outcome in ("timeout", "ok", "ok", "timeout", "ok", "ok"):
        scene.visit(outcome)
        scene.check()
        assert ("outcome.timeout", "") not in scene.found()
    for outcome in ("timeout", "ok", "timeout"):  # two of the last three
        scene.visit(outcome)
        scene.check()
    assert ("outcome.timeout", "") in scene.found()


def test_the_first_sign_makes_the_site_grey_though_it_raises_no_alarm(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY)
    scene.visit("http_5xx")
    assert scene.check().suspected == 1
    assert scene.verdict()[0] == "unknown"


def test_a_site_nobody_looks_at_is_the_operators_alarm(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY)
    scene.check()
    assert ("unwatched", "") not in scene.found()
    scene.later(2)
    scene.check()
    assert ("unwatched", "") in scene.found()
    assert RULES["unwatched"].audience == "operator"


def test_a_trap_met_in_the_morning_is_still_known_after_a_quiet_noon(scene: Scene) -> None:
    scene.whole_site()
    scene.visit(day=TODAY - timedelta(days=1), counters={"traps": {"endless_paging": 3}})
    hourly(scene, TODAY, 12)
    scene.visit()
    scene.check()
    assert ("trap", "") in scene.found()


def test_who_is_not_watched_is_named_as_the_unit_of_the_day_in_vietnam() -> None:
    before, day = date(2025, 6, 30), date(2025, 7, 1)
    renamed = [site for site in PROVINCE.sites_on(day) if site.owner_on(before) != site.owner_on(day)]
    assert renamed
    for site in renamed:  # half past five in the morning in Vietnam
        (told,) = unwatched(site, SiteEvidence(site.id), datetime(2025, 6, 30, 22, 30, tzinfo=UTC), timedelta(hours=48))
        assert told.message.startswith(f"{site.owner_on(day)} không được kiểm tra")
