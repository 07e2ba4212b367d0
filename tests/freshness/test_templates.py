"""A changed template and pages that vanish together are one cause each, and nothing else is believed meanwhile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from scene import BAD, BIRTH, GOOD, TODAY, Scene, costing, detail, hourly, register
from sqlalchemy import func, select, update

from freshness import causes
from freshness.gathering import EARLIER_DAYS
from store.findings import Finding
from store.tables import pages, visits


def test_pages_that_lost_their_procedures_are_one_alarm_about_the_template(scene: Scene) -> None:
    scene.whole_site()
    for _ in range(3):
        scene.page("procedures", depth=2, notes=["lost_procedure"])
    scene.check()
    assert ("template_changed", "") in scene.found()
    assert "missing" not in {rule for rule, _ in scene.found()}


def test_a_template_that_shows_fewer_fields_is_one_alarm(scene: Scene) -> None:
    scene.whole_site()
    good = {"web_html": {"procedures": 9, "name": 1.0, "steps": 1.0, "papers": 1.0}}
    bad = {"generic": {"procedures": 9, "name": 1.0, "steps": 0.1, "papers": 0.0}}
    scene.visit(day=TODAY - timedelta(days=1), coverage=good)
    scene.visit(coverage=bad)
    scene.check()
    assert ("template_changed", "") in scene.found()


def test_a_changed_template_makes_the_site_grey_and_resolves_nothing(scene: Scene, tmp_path: Path) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    page = scene.page("procedures", depth=2)
    scene.record(costing("80.000 đồng", 3), page=page)
    good = {"web_html": {"procedures": 9, "name": 1.0, "steps": 1.0, "papers": 1.0}}
    bad = {"generic": {"procedures": 9, "name": 1.0, "steps": 0.1, "papers": 0.0}}
    scene.visit(coverage=good)
    scene.check()
    scene.record(BIRTH, page=page)  # the new template hides the fee
    scene.visit(coverage=bad)
    scene.check()
    assert scene.found() >= {("template_changed", ""), ("fee_differs", "1.001193")}
    assert scene.verdict("procedures")[0] == "unknown"
    assert "Giao diện" in scene.verdict()[1]


def test_pages_that_vanish_all_at_once_are_one_cause(scene: Scene) -> None:
    scene.whole_site()
    scene.visit()
    with scene.database.write() as connection:
        visit = connection.scalar(select(func.max(visits.c.id)))
        connection.execute(update(pages).where(pages.c.section != "news").values(outcome="gone", visit_id=visit))
    scene.check()
    assert scene.found() == {("pages_lost", "")}
    assert scene.verdict()[0] == "unknown"


def test_a_template_is_compared_with_days_ago_though_lists_were_read_hourly_since(scene: Scene) -> None:
    scene.whole_site()
    scene.visit(day=TODAY - timedelta(days=8), coverage=GOOD)
    for days in range(7, -1, -1):
        hourly(scene, TODAY - timedelta(days=days), 9)
    scene.visit(coverage=BAD)
    scene.check()
    assert ("template_changed", "") in scene.found()


def test_a_changed_template_stays_known_while_later_visits_read_lists_only(scene: Scene) -> None:
    scene.whole_site()
    scene.visit(day=TODAY - timedelta(days=2), coverage=GOOD)
    scene.visit(day=TODAY - timedelta(days=1), coverage=BAD)
    hourly(scene, TODAY, 5)
    scene.visit()
    scene.check()
    assert ("template_changed", "") in scene.found()


def test_what_was_read_longer_ago_than_the_days_compared_with_says_nothing(scene: Scene) -> None:
    scene.whole_site()
    scene.visit(day=TODAY - timedelta(days=EARLIER_DAYS + 1), coverage=GOOD)
    scene.visit(coverage=BAD)
    scene.check()
    assert ("template_changed", "") not in scene.found()


def test_a_template_that_changed_on_a_whole_family_is_one_finding() -> None:
    found = [Finding("template_changed", f"s-{n}", "đổi") for n in range(4)]
    families = {f"s-{n}": "tandan" for n in range(6)}
    merged = causes.of_family(found, families)
    assert [item.site_id for item in merged] == ["s-0"]
    assert merged[0].evidence["sites"] == ["s-0", "s-1", "s-2", "s-3"]
    assert len(causes.of_family(found[:2], families)) == 2
