"""A template change is one alarm for its family; ordinary change is none."""

from __future__ import annotations

from reports.drift import Drift, Visited, alarms

GOOD = {"procedures": 20.0, "code": 1.0, "steps": 0.95, "papers": 0.9}
POOR = {**GOOD, "steps": 0.1}


def visits(count: int, before: dict[str, float], now: dict[str, float], family: str = "nukeviet") -> list[Visited]:
    sites = [f"s-{n:02d}" for n in range(count)]
    past = [Visited(site, {family: before}) for _ in range(4) for site in sites]
    return past + [Visited(site, {family: now}) for site in sites]


def test_forty_sites_that_lose_a_field_are_one_alarm() -> None:
    (alarm,) = alarms(visits(40, GOOD, POOR))
    assert (alarm.family, alarm.field, alarm.before, alarm.now, len(alarm.sites)) == (
        "nukeviet",
        "steps",
        0.95,
        0.1,
        40,
    )


def test_what_stays_or_changes_a_little_is_no_alarm() -> None:
    assert alarms(visits(5, GOOD, GOOD)) == []
    assert alarms(visits(5, GOOD, {**GOOD, "steps": 0.8})) == []


def test_a_site_without_a_past_or_with_few_procedures_says_nothing() -> None:
    assert alarms([Visited("s-1", {"vhv": GOOD}), Visited("s-1", {"vhv": POOR})]) == []
    few = {**GOOD, "procedures": 2.0}
    assert alarms(visits(3, few, {**few, "steps": 0.0})) == []


def test_a_family_whose_reader_is_chosen_no_longer_lost_all_its_fields() -> None:
    past = [Visited("s-1", {"vhv": GOOD}) for _ in range(3)]
    found = alarms([*past, Visited("s-1", {"generic": GOOD})])
    assert Drift("vhv", "code", 1.0, 0.0, ("s-1",)) in found
    assert {alarm.field for alarm in found} == {"code", "steps", "papers"}


def test_other_families_are_not_named() -> None:
    healthy = [Visited(f"h-{v.site_id}", v.coverage) for v in visits(3, GOOD, GOOD, "liferay")]
    assert {alarm.family for alarm in alarms([*healthy, *visits(2, GOOD, POOR)])} == {"nukeviet"}
