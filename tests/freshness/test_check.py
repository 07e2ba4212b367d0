"""A check says the same however often and however little it judges."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from scene import BIRTH, TODAY, Scene, costing, detail, news, register

from store.tables import record_checks


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


@pytest.mark.parametrize(("before", "after"), [("60.000 đồng", "50.000 đồng"), ("50.000 đồng", "60.000 đồng")])
def test_a_page_is_judged_when_it_was_unified_and_not_before(
    scene: Scene, tmp_path: Path, before: str, after: str
) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    page = scene.page("procedures", depth=2)
    scene.record(costing(before, 3), page=page)
    scene.check()
    scene.record(costing(after, 3), page=page)
    assert scene.check(unify=False).judged == 0
    assert ("fee_differs" in scene.rules()) == (before == "60.000 đồng")
    assert scene.check().judged == 1
    assert ("fee_differs" in scene.rules()) == (after == "60.000 đồng")


def test_all_are_judged_again_when_another_version_unified_them(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(scene, tmp_path, TODAY, "1.001193")
    scene.whole_site()
    scene.record(BIRTH)
    assert [scene.check().judged, scene.check().judged] == [1, 0]
    monkeypatch.setattr("procedures.unify.UNIFY_VERSION", 1_000)
    assert [scene.check().judged, scene.check().judged] == [1, 0]


def test_a_page_that_changes_during_the_check_waits_for_the_next(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freshness.check.BATCH", 1)
    register(scene, tmp_path, TODAY, "1.000894", "1.001193")
    detail(scene, tmp_path)
    scene.whole_site()
    scene.record(replace(BIRTH, code="1.000894"))
    page = scene.page("procedures", depth=2)
    scene.record(costing("50.000 đồng", 3), page=page)

    def change(_step: str, done: int, _of: int | None) -> None:
        if done == 1:
            scene.record(costing("60.000 đồng", 3), page=page)

    assert scene.check(progress=change).judged == 1
    assert scene.check().judged == 1
    assert "fee_differs" in scene.rules()


def test_the_same_evidence_twice_opens_nothing_twice(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY - timedelta(days=30))
    first = scene.check()
    second = scene.check()
    assert (second.opened, second.kept, second.resolved) == (0, first.opened, 0)
