"""Broken links: told with the pages that have them, once for each site, and never on the strength of a bad day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from core.errors import ConfigError
from core.model import Article, FileLink, ListItem, Paper, PaperCase, Procedure
from core.plain import to_plain
from freshness.rules import load_law
from store import findings, page_links
from store.page_links import PageLink
from store.tables import page_links as links_table
from store.tables import pages, visits
from tests.freshness.scene import PROVINCE, SITE, TODAY, Scene, moment

DEAD = "http://stp/khong-con"
OTHER = "h-nongcong"


def told(scene: Scene, site: str = SITE) -> list[Any]:
    with scene.database.read() as connection:
        return [row for row in findings.live(connection, site) if row.rule == "link_dead"]


def link(scene: Scene, page: int, url: str = DEAD, words: str = "xem tại đây") -> None:
    with scene.database.write() as connection:
        page_links.replace(connection, page, [PageLink(url, url, url.split("/")[2], words)])


def target(scene: Scene, absences: int = 2, **more: Any) -> None:
    scene.page(depth=3, url=DEAD, **{"outcome": "gone", "absences": absences, **more})


def change(scene: Scene, **values: Any) -> None:
    with scene.database.write() as connection:
        connection.execute(update(pages).where(pages.c.url == DEAD).values(**values))


def page_elsewhere(scene: Scene, number: int, **more: Any) -> int:
    at = moment(scene.today)
    values = {"site_id": OTHER, "server": "b", "url": f"http://nongcong/{number}", "depth": 2, "outcome": "ok"}
    with scene.database.write() as connection:
        made = connection.execute(insert(pages).values(first_seen=at, next_due=at, last_good=at, **values, **more))
        assert made.inserted_primary_key is not None
        return int(made.inserted_primary_key[0])


def visit_elsewhere(scene: Scene, outcome: str = "ok") -> None:
    at = moment(scene.today)
    values = {"site_id": OTHER, "worker": "w", "started_at": at, "ended_at": at, "outcome": outcome}
    with scene.database.write() as connection:
        connection.execute(insert(visits).values(**values))


def test_a_dead_address_is_told_once_with_every_page_that_leads_there(scene: Scene) -> None:
    scene.whole_site()
    target(scene)
    first, second = scene.page("about", depth=2, title="Giới thiệu chung"), scene.page("news", depth=2, title="Tin")
    link(scene, first)
    link(scene, second, words="chi tiết")
    scene.check()
    (found,) = told(scene)
    assert (found.url, found.law) == (DEAD, "không phải luật")
    assert [(r["name"], r["words"]) for r in found.evidence["referrers"]] == [
        ("Giới thiệu chung", "xem tại đây"), ("Tin", "chi tiết"),
    ]  # fmt: skip
    assert found.evidence["pages"] == 2
    assert "“xem tại đây”" in found.message


def test_one_absence_is_no_broken_link_and_only_a_good_answer_ends_one(scene: Scene) -> None:
    scene.whole_site()
    target(scene, absences=1)
    link(scene, scene.page("about", depth=2))
    scene.check()
    assert told(scene) == []
    change(scene, absences=2)
    scene.check()
    assert len(told(scene)) == 1
    change(scene, outcome="timeout")  # says neither that it is there nor that it is not
    scene.visit()
    scene.check()
    assert len(told(scene)) == 1
    change(scene, outcome="ok", absences=0)
    scene.visit()
    scene.check()
    assert told(scene) == []


@pytest.mark.parametrize("outcome", ["blocked", "tls", "timeout", "http_5xx", "http_4xx", "robots", "never", "login"])
def test_what_does_not_say_that_it_is_gone_is_no_broken_link(scene: Scene, outcome: str) -> None:
    scene.whole_site()
    target(scene, absences=0, outcome=outcome, failures=9)
    link(scene, scene.page("about", depth=2))
    scene.check()
    assert told(scene) == []


def test_a_tombstone_is_told_whenever_a_page_begins_to_lead_there(scene: Scene) -> None:
    scene.whole_site()
    target(scene, absences=0, gone_at=moment(TODAY - timedelta(days=200)))
    scene.check()
    assert told(scene) == []  # nothing leads there
    link(scene, scene.page("about", depth=2))
    scene.check()
    assert len(told(scene)) == 1


def test_each_site_that_leads_to_a_dead_address_has_a_finding_of_its_own(scene: Scene) -> None:
    scene.whole_site()
    visit_elsewhere(scene)
    target(scene)
    link(scene, scene.page("about", depth=2))
    link(scene, page_elsewhere(scene, 1), words="Sở Tư pháp")
    scene.check()
    assert len(told(scene)) == 1
    (found,) = told(scene, OTHER)
    assert (found.url, found.evidence["site"]) == (DEAD, SITE)


def test_what_a_site_in_trouble_leads_to_is_left_as_it_was(scene: Scene) -> None:
    scene.whole_site()
    visit_elsewhere(scene)
    target(scene)
    page = page_elsewhere(scene, 1)
    link(scene, page)
    scene.check()
    with scene.database.write() as connection:
        connection.execute(delete(links_table))
    scene.later(1)
    scene.visit()
    visit_elsewhere(scene, "timeout")
    scene.check()
    assert len(told(scene, OTHER)) == 1
    visit_elsewhere(scene)
    scene.check()
    assert told(scene, OTHER) == []


@pytest.mark.parametrize(("outcome", "gone"), [("gone", False), ("ok", True)])
def test_a_page_that_is_not_there_itself_leads_nowhere(scene: Scene, outcome: str, gone: bool) -> None:
    scene.whole_site()
    target(scene)
    link(scene, scene.page("about", depth=2, outcome=outcome, gone_at=moment(TODAY) if gone else None))
    scene.check()
    assert told(scene) == []


def test_a_page_that_times_out_still_has_the_link_it_had(scene: Scene) -> None:
    scene.whole_site()
    target(scene)
    link(scene, scene.page("about", depth=2, outcome="timeout"))
    scene.check()
    assert len(told(scene)) == 1


def test_a_link_of_a_template_is_one_finding_that_says_where_to_mend_it(scene: Scene) -> None:
    scene.whole_site()
    target(scene)
    for _ in range(40):
        link(scene, scene.page("news", depth=2))
    scene.check()
    (found,) = told(scene)
    assert found.evidence["pages"] == 40
    assert len(found.evidence["referrers"]) == 20
    assert "mẫu hoặc khối dùng chung" in found.message


def test_entries_of_lists_and_attachments_are_links_too(scene: Scene) -> None:
    scene.whole_site()
    target(scene)
    entries = to_plain((ListItem("Văn bản cũ", DEAD),))
    scene.page("legal_docs", depth=2, kind="list", items=entries)
    article = Article("Thông báo", body="…")
    scene.record(article, "news", published=moment(TODAY), files=(FileLink(DEAD, "tệp kèm theo"),))
    scene.check()
    (found,) = told(scene)
    assert {r["words"] for r in found.evidence["referrers"]} == {"Văn bản cũ", "tệp kèm theo"}


def test_a_form_of_a_procedure_is_told_as_a_form_alone(scene: Scene) -> None:
    scene.whole_site()
    target(scene)
    form = Paper("Tờ khai", 1, 0, "Mẫu số 01", DEAD)
    page = scene.page("procedures", depth=2)
    scene.record(Procedure("Đăng ký kết hôn", code="1.000894", papers=(PaperCase((form,)),)), page=page)
    link(scene, page)
    scene.check()
    assert told(scene) == []


def test_the_house_number_is_dated_and_without_one_nothing_is_said(scene: Scene) -> None:
    later = {"dead_link": [{"from": TODAY + timedelta(days=3), "absences": 1}]}
    scene.province = replace(PROVINCE, thresholds=PROVINCE.thresholds | later)
    scene.whole_site()
    target(scene, absences=1)
    link(scene, scene.page("about", depth=2))
    scene.check()
    assert told(scene) == []
    scene.later(3)
    scene.visit()
    scene.check()
    assert len(told(scene)) == 1


@pytest.mark.parametrize("row", [{"from": TODAY}, {"from": TODAY, "absences": 0}, {"absences": 2}, {"from": TODAY, "absences": 2, "til": TODAY}])  # fmt: skip
def test_an_odd_house_number_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="dead_link"):
        load_law(PROVINCE.national, PROVINCE.thresholds | {"dead_link": [row]})
