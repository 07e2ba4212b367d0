"""Unknown is never green, silence and lag follow their rules to the day, and every finding has its evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from scene import BIRTH, CONFIG, SITE, TODAY, Scene, costing, detail, hourly, moment, news, register
from sqlalchemy import update

from core.clock import fixed
from core.errors import ConfigError
from core.finding_rules import RULES
from core.model import Article, LegalBasis, Paper, PaperCase, StepCase
from core.sections import SECTIONS
from freshness.rules import load_law
from freshness.wording import REMEDIES
from procedures.unify import unify_changes
from store import findings, matches
from store.tables import findings as findings_table
from store.tables import pages, record_checks


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
    told = told_of(scene, "outcome.login")
    assert told.message == "Bị chuyển tới trang đăng nhập. Hỏi đơn vị xem trang còn công khai không."
    assert told.evidence["evidence"] == "redirected to /dang-nhap"
    scene.visit(counters={"traps": {"calendar": 400}})
    scene.check()
    assert "lịch không dứt (400)" in told_of(scene, "trap").message


def test_every_way_a_visit_fails_has_a_remedy() -> None:
    assert {f"outcome.{outcome.value}" for outcome in REMEDIES} == {
        rule for rule in RULES if rule.startswith("outcome.")
    }


def test_a_section_is_called_as_the_board_calls_it(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY - timedelta(days=60))
    scene.check()
    assert scene.verdict("news")[1].startswith(f"Mục mới nhất của “{SECTIONS['news']}”")
    assert "(ngưỡng nội bộ, không phải luật)" in scene.verdict("news")[1]


@pytest.mark.parametrize("row", [{"warn": "5", "overdue": 10}, {"warn": 5}, {"warn": 9, "overdue": 5}, 5])
def test_odd_thresholds_are_named_with_file_and_key(row: object) -> None:
    with pytest.raises(ConfigError, match=r"thresholds.toml: silence.news is odd"):
        load_law(CONFIG / "national", {"silence": {"news": row}})


def told_of(scene: Scene, rule: str) -> Any:
    with scene.database.read() as connection:
        return next(row for row in findings.live(connection, SITE) if row.rule == rule)


def test_a_site_never_visited_is_unknown(scene: Scene) -> None:
    scene.check()
    assert scene.verdict() == ("unknown", "Chưa có lượt kiểm tra nào.")


def test_old_evidence_is_not_green(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY)
    scene.later(4)
    scene.check()
    assert scene.verdict()[0] == "unknown"


@pytest.mark.parametrize(("day", "verdict"), [(16, "fresh"), (17, "due"), (23, "due"), (24, "overdue")])
def test_silence_follows_the_thresholds_to_the_working_day(scene: Scene, day: int, verdict: str) -> None:
    scene.today = date(2018, 8, day)  # Thursday 9 August is day 0: the fifth working day is Thursday the 16th
    scene.whole_site()
    news(scene, TODAY)
    scene.check()
    assert scene.verdict("news")[0] == verdict
    assert (("silence", "news") in scene.found()) == (verdict != "fresh")


def test_tet_is_no_silence(scene: Scene) -> None:
    scene.today = date(2018, 2, 22)  # Tết Mậu Tuất: offices closed 14–20 February
    scene.whole_site()
    news(scene, date(2018, 2, 13))
    scene.check()
    assert scene.verdict("news")[0] == "fresh"


def test_a_section_the_law_requires_and_nobody_finds_is_a_finding(scene: Scene) -> None:
    scene.whole_site()
    with scene.database.write() as connection:
        connection.execute(update(pages).where(pages.c.section == "qna").values(outcome="gone"))
    scene.check()
    assert scene.found() >= {("section_missing", "qna")}
    assert scene.verdict("qna")[0] == "unknown"


def test_withdrawn_and_extra_need_a_complete_register(scene: Scene, tmp_path: Path) -> None:
    scene.whole_site()
    scene.record(BIRTH)
    scene.record(replace(BIRTH, code="1.999999"))
    scene.check()
    assert not {rule for rule, _ in scene.found()} & {"withdrawn", "extra"}
    register(scene, tmp_path, TODAY - timedelta(days=9), "1.001193", "1.000894")
    register(scene, tmp_path, TODAY, "1.000894")
    scene.check()
    assert scene.found() >= {("withdrawn", "1.001193"), ("extra", "1.999999")}


def test_what_a_unit_must_publish_and_does_not_is_missing_only_with_a_list(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193", "1.000894")
    scene.whole_site()
    scene.record(BIRTH)
    scene.check()
    assert "missing" not in {rule for rule, _ in scene.found()}
    scene.check(replace(scene.province.site(SITE), expected_codes=("1.001193", "1.000894")))
    assert ("missing", "1.000894") in scene.found()
    assert ("missing", "1.001193") not in scene.found()


def test_a_fee_and_a_time_that_differ_from_the_register_are_findings_with_both_texts(
    scene: Scene, tmp_path: Path
) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    scene.record(costing("80.000 đồng", 5))
    scene.check()
    assert scene.found() >= {("fee_differs", "1.001193"), ("time_differs", "1.001193")}
    with scene.database.read() as connection:
        rows = connection.execute(findings_table.select().where(findings_table.c.rule == "fee_differs")).all()
        assert "80.000" in rows[0].evidence["page"]
        assert "50" in rows[0].evidence["register"]


def test_the_same_fee_in_other_words_is_no_finding(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    scene.record(costing("50000 đ", 3))
    scene.check()
    assert not {rule for rule, _ in scene.found()} & {"fee_differs", "time_differs", "name_differs"}


def test_codes_that_help_nobody_are_findings(scene: Scene) -> None:
    scene.whole_site()
    scene.record(replace(BIRTH, code="", old_code="T-THA-123456-TT"))
    scene.record(replace(BIRTH, code=""))
    scene.record(BIRTH)
    scene.record(BIRTH)
    scene.check()
    assert scene.found() >= {("old_code", ""), ("no_code", ""), ("duplicate", "1.001193")}


def test_dated_words_and_texts_are_judged_by_the_day(scene: Scene) -> None:
    scene.whole_site()
    old = Paper("Sổ hộ khẩu"), Paper("Đơn gửi Sở Thủy sản")
    bases = (LegalBasis("158/2005/NĐ-CP"), LegalBasis("61/2018/NĐ-CP"))
    scene.record(replace(BIRTH, papers=(PaperCase(old),), legal_bases=bases))
    scene.check()
    with scene.database.read() as connection:
        fields = {row.field for row in connection.execute(findings_table.select())}
    assert fields >= {"Sở Thủy sản", "158/2005/NĐ-CP"}
    assert not fields & {"sổ hộ khẩu", "61/2018/NĐ-CP"}


def test_a_form_that_cannot_be_fetched_is_a_finding(scene: Scene) -> None:
    scene.whole_site()
    scene.page(depth=3, outcome="gone", url="http://stp/mau.docx")
    papers = (PaperCase((Paper("Tờ khai", form_name="Mẫu 1", form_url="http://stp/mau.docx"),)),)
    scene.record(replace(BIRTH, papers=papers))
    scene.check()
    assert ("form_dead", "1.001193") in scene.found()


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


def quiet(scene: Scene, **more: object) -> None:
    rows = [{"rules": ["outcome.*", "silence"], "from": TODAY, "to": TODAY, "why": "bảo trì đã báo trước", **more}]
    scene.province = replace(scene.province, thresholds={**scene.province.thresholds, "quiet": rows})


def test_in_a_quiet_time_nothing_is_raised_and_nothing_resolved(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY - timedelta(days=30))
    quiet(scene)
    scene.check()
    assert ("silence", "news") not in scene.found()
    scene.province = replace(scene.province, thresholds={})
    scene.check()
    assert ("silence", "news") in scene.found()
    quiet(scene)
    scene.record(Article("Tin mới"), "news", TODAY, published=moment(TODAY))
    scene.check()
    assert ("silence", "news") in scene.found()


def test_a_quiet_time_of_other_sites_or_hours_hushes_nothing(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY - timedelta(days=30))
    quiet(scene, sites=["h-nongcong"])
    scene.check()
    assert ("silence", "news") in scene.found()
    quiet(scene, hours="22:00-05:00")  # the check is at nine in the morning
    scene.check()
    assert ("silence", "news") in scene.found()


def test_an_odd_quiet_time_is_refused(scene: Scene) -> None:
    quiet(scene, rules=["không có"])
    with pytest.raises(ConfigError, match="no rule"):
        scene.check()


def test_a_site_nobody_looks_at_is_the_operators_alarm(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY)
    scene.check()
    assert ("unwatched", "") not in scene.found()
    scene.later(2)
    scene.check()
    assert ("unwatched", "") in scene.found()
    assert RULES["unwatched"].audience == "operator"


def test_an_outdated_word_on_every_page_is_one_finding(scene: Scene) -> None:
    scene.whole_site()
    for number in range(15):
        steps = (StepCase(("Nộp tại Sở Thủy sản",)),)
        scene.record(replace(BIRTH, code=f"1.0011{number:02}", steps=steps))
    scene.check()
    with scene.database.read() as connection:
        query = findings_table.select().where(findings_table.c.rule == "obsolete_term")
        rows = connection.execute(query).all()
    assert len(rows) == 1
    assert rows[0].evidence["pages"] == 15
    assert len(rows[0].evidence["codes"]) == 15


def test_only_what_changed_is_judged_again(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193", "1.000894")
    scene.whole_site()
    page = scene.page("procedures", depth=2)
    scene.record(BIRTH, page=page)
    scene.record(replace(BIRTH, code="1.000894"))
    assert scene.check().judged == 2
    assert scene.check().judged == 0
    scene.record(replace(BIRTH, requirements="Không"), page=page)
    assert scene.check().judged == 1


def test_an_incremental_check_says_what_a_full_one_says(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193", "1.000894")
    detail(scene, tmp_path)
    scene.whole_site()
    page = scene.page("procedures", depth=2)
    scene.record(costing("80.000 đồng", 5), page=page)
    scene.record(replace(BIRTH, code="1.999999"))
    scene.check()
    scene.record(costing("50.000 đồng", 5), page=page)
    scene.check()
    step_by_step = scene.found()
    with scene.database.write() as connection:
        connection.execute(record_checks.delete())
    scene.check()
    assert scene.found() == step_by_step
    assert ("fee_differs", "1.001193") not in step_by_step
    assert ("time_differs", "1.001193") in step_by_step


def test_the_same_evidence_twice_opens_nothing_twice(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY - timedelta(days=30))
    first = scene.check()
    second = scene.check()
    assert (second.opened, second.kept, second.resolved) == (0, first.opened, 0)


def test_a_trap_met_in_the_morning_is_still_known_after_a_quiet_noon(scene: Scene) -> None:
    scene.whole_site()
    scene.visit(day=TODAY - timedelta(days=1), counters={"traps": {"endless_paging": 3}})
    hourly(scene, TODAY, 12)
    scene.visit()
    scene.check()
    assert ("trap", "") in scene.found()


def match(scene: Scene, act: str = "confirm") -> None:
    """What a person decides at /bien-tap about the one proposal."""
    unify_changes(scene.database, scene.province, fixed(moment(scene.today)))
    with scene.database.write() as connection:
        if act == "undo":
            matches.undo(connection, 1, "lan", moment(scene.today))
        else:
            matches.decide(connection, 1, "confirm", "lan", moment(scene.today))


def test_a_match_that_a_person_confirmed_is_compared_field_by_field(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    scene.record(replace(costing("80.000 đồng", 3), code=""))
    scene.check()
    assert ("fee_differs", "1.001193") not in scene.found()
    match(scene)
    scene.check()
    assert scene.found() >= {("fee_differs", "1.001193"), ("no_code", "")}
    match(scene, "undo")
    scene.check()
    assert ("fee_differs", "1.001193") not in scene.found()


def test_a_page_without_code_whose_match_is_withdrawn_is_told(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY - timedelta(days=9), "1.001193")
    scene.whole_site()
    scene.record(replace(costing("80.000 đồng", 3), code=""))
    match(scene)
    scene.check()
    assert ("withdrawn", "1.001193") not in scene.found()
    register(scene, tmp_path, TODAY, "1.000894")
    scene.check()
    assert ("withdrawn", "1.001193") in scene.found()


def test_a_matched_page_beside_one_with_the_code_is_a_duplicate(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    scene.whole_site()
    scene.record(costing("80.000 đồng", 3))
    scene.record(replace(costing("80.000 đồng", 3), code=""))
    scene.check()
    assert ("duplicate", "1.001193") not in scene.found()
    match(scene)
    scene.check()
    assert ("duplicate", "1.001193") in scene.found()
