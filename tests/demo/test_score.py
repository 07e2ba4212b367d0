"""The score tells what was found from what was missed and what nothing explains."""

from __future__ import annotations

from typing import Any

from demo.score import compare


def expected(**more: Any) -> dict[str, Any]:
    row = {"kind": "fee_differs", "rule": "fee_differs", "site": "s-stp", "section": "", "code": "1.000001"}
    return {**row, "path": "/a?b=1&c=2", "from_day": 2, "by_day": 5, "to_day": 8, "until_day": 10, **more}


def seen(day: int, **more: Any) -> dict[str, Any]:
    row = {"rule": "fee_differs", "site": "s-stp", "section": "", "code": "1.000001", "url": "http://x/a?c=2&b=1"}
    return {**row, "day": day, **more}


def totals(expect: list[dict[str, Any]], rows: list[dict[str, Any]]) -> tuple[int, int, int]:
    score = compare({"expected": expect}, rows)
    assert list(score.lines())[-1] == f"total: {score.found} found, {score.missed} missed, {score.false} false"
    return score.found, score.missed, score.false


def test_a_finding_in_time_is_found() -> None:
    assert totals([expected()], [seen(5)]) == (1, 0, 0)


def test_a_finding_that_comes_too_late_is_missed_but_not_false() -> None:
    assert totals([expected()], [seen(6)]) == (0, 1, 0)


def test_nothing_found_is_missed_unless_it_may_be() -> None:
    assert totals([expected()], []) == (0, 1, 0)
    assert totals([expected(by_day=None)], []) == (0, 0, 0)
    assert totals([expected(by_day=None)], [seen(9)]) == (1, 0, 0)


def test_a_finding_before_its_cause_or_long_after_is_false() -> None:
    assert totals([expected()], [seen(1), seen(4)]) == (1, 0, 1)
    assert totals([expected()], [seen(4), seen(11)]) == (1, 0, 1)


def test_a_false_finding_that_stands_for_days_counts_once() -> None:
    assert totals([], [seen(1), seen(2), seen(3)]) == (0, 0, 1)


def test_another_site_section_or_code_is_another_finding() -> None:
    elsewhere = "http://x/other"
    assert totals([expected()], [seen(3, site="s-snv")]) == (0, 1, 1)
    assert totals([expected()], [seen(3, code="1.000002", url=elsewhere)]) == (0, 1, 1)
    of_section = expected(code="", path="", section="news")
    assert totals([of_section], [seen(3, section="qna", code="", url=elsewhere)]) == (0, 1, 1)


def test_a_page_without_its_code_is_known_by_its_address() -> None:
    rule = {"kind": "no_code", "rule": "no_code"}
    assert totals([expected(**rule)], [seen(3, rule="no_code", code="")]) == (1, 0, 0)
    assert totals([expected(**rule)], [seen(3, rule="no_code", url="http://x/other")]) == (0, 1, 1)
