"""What a perfect observer reports: when it can be seen, what hides what, and which days a finding may stand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from demo.faults import Fault
from demo.plan import Plan, load
from demo.truth import ABSENT, DEEP, Expected, truth, truth_of
from demo.units import codes_of

PLANS = Path(__file__).resolve().parents[2] / "demo" / "plans"
SITE = "h-thoxuan"
CODE = codes_of("seed", 1, 3)[SITE][-1]
SHARED = "1.000894"


def planted(*faults: Fault, preset: str = "seed", days: int = 30) -> list[Expected]:
    return truth(Plan(preset, 1, days, "small", faults))[0]


def test_a_site_that_is_down_must_be_told_with_its_second_sign_and_not_after_its_last() -> None:
    (row,) = planted(Fault(SITE, "http_500", 3, 5))
    assert (row.rule, row.from_day, row.by_day, row.until_day) == ("outcome.http_5xx", 3, 4, 5)


def test_what_stands_on_day_0_must_be_known_on_day_0() -> None:
    (row,) = planted(Fault(SITE, "fee_differs", 0, 30, code=CODE, params={"fee": 7_000}))
    assert row.by_day == 0


def test_what_changes_on_a_deep_page_may_take_a_week() -> None:
    (row,) = planted(Fault(SITE, "fee_differs", 2, 30, code=CODE, params={"fee": 7_000}))
    assert (row.from_day, row.by_day) == (2, 2 + DEEP)


def test_what_goes_away_too_soon_to_be_noticed_may_be_missed() -> None:
    (row,) = planted(Fault(SITE, "missing", 2, 5, code=CODE))
    assert row.by_day is None
    (row,) = planted(Fault(SITE, "missing", 2, 20, code=CODE))
    assert row.by_day == 2 + ABSENT


def test_a_site_that_cannot_be_seen_hides_its_other_faults_and_keeps_the_findings() -> None:
    fee = Fault(SITE, "fee_differs", 0, 4, code=CODE, params={"fee": 7_000})
    rows = {row.kind: row for row in planted(fee, Fault(SITE, "http_500", 0, 2), Fault(SITE, "waf_200", 5, 9))}
    assert rows["fee_differs"].from_day == 3
    assert rows["fee_differs"].until_day >= 9 + DEEP


def test_of_two_site_faults_the_one_that_is_met_first_is_reported() -> None:
    rows = planted(Fault(SITE, "waf_200", 0, 9), Fault(SITE, "refused", 3, 9))
    assert [(row.kind, row.from_day, row.to_day) for row in rows] == [("waf_200", 0, 2), ("refused", 3, 9)]


def test_a_missing_procedure_has_no_wrong_fee() -> None:
    fee = Fault(SITE, "fee_differs", 0, 9, code=CODE, params={"fee": 7_000})
    assert [row.kind for row in planted(fee, Fault(SITE, "missing", 0, 9, code=CODE))] == ["missing"]


def test_a_withdrawn_procedure_is_wrong_on_every_site_that_shows_it() -> None:
    rows = planted(Fault(SITE, "withdrawn", 0, 9, code=SHARED))
    assert len(rows) == sum(SHARED in codes for codes in codes_of("seed", 1, 3).values()) > 20


def test_silence_begins_when_the_threshold_is_passed() -> None:
    (row,) = planted(Fault(SITE, "stale_section", 1, 30, section="news"))
    assert 6 <= row.from_day <= 12


@pytest.mark.parametrize(("preset", "site", "count"), [("seed", "s-stp", 1), ("today", "s-stp", 0)])
def test_a_section_is_missing_only_where_the_law_of_the_day_asks_for_it(preset: str, site: str, count: int) -> None:
    assert len(planted(Fault(site, "section_missing", 0, 9, section="planning"), preset=preset)) == count


def test_a_form_that_was_never_seen_otherwise_cannot_be_seen_to_have_changed() -> None:
    assert planted(Fault(SITE, "form_changed", 0, 9, code=CODE)) == []
    assert len(planted(Fault(SITE, "form_changed", 1, 20, code=CODE))) == 1


def test_a_dead_link_must_be_known_with_the_second_absence_of_its_target() -> None:
    (row,) = planted(Fault(SITE, "dead_link", 0, 30))
    assert (row.rule, row.from_day, row.by_day) == ("link_dead", 0, 1)
    (row,) = planted(Fault(SITE, "dead_link", 2, 30))
    assert row.by_day == 2 + DEEP + 1
    (row,) = planted(Fault(SITE, "dead_link", 2, 12, params={"to": "h-quangxuong"}))
    assert (row.by_day, row.until_day) == (2 + DEEP + 2, 12 + DEEP)


def test_a_link_to_a_site_that_cannot_be_seen_cannot_be_seen_to_be_dead() -> None:
    there = Fault("h-quangxuong", "http_500", 0, 5)
    rows = {row.kind: row for row in planted(Fault(SITE, "dead_link", 0, 30, params={"to": "h-quangxuong"}), there)}
    assert rows["dead_link"].from_day == 6


def test_harmless_things_are_to_be_kept_quiet() -> None:
    faults = tuple(Fault(SITE, kind, 0, 9) for kind in ("slow", "today_in_header", "nfd_text", "session_ids"))
    expected, silent = truth(Plan("seed", 1, 30, "small", faults))
    assert not expected
    assert len(silent) == 4


@pytest.mark.slow
def test_every_fault_of_the_default_plan_that_has_a_rule_can_be_found() -> None:
    plan = load(PLANS / "default.toml")
    rows = truth(plan)[0]
    assert {(row.site, row.kind) for row in rows if row.by_day is not None} == {
        (fault.site, fault.kind) for fault in plan.faults if fault.of_kind.rule
    }


@pytest.mark.slow
def test_the_command_prints_the_truth_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "truth"]) == 0
    assert json.loads(capsys.readouterr().out) == truth_of(PLANS / "default.toml", "small")
