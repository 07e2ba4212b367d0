"""Silence follows the thresholds to the working day, and nothing is raised in a quiet time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from scene import CONFIG, TODAY, Scene, moment, news
from sqlalchemy import update

from core.errors import ConfigError
from core.model import Article
from core.sections import SECTIONS
from freshness.quiet import needs
from freshness.rules import load_law
from store.tables import pages


def test_a_section_is_called_as_the_board_calls_it(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY - timedelta(days=60))
    scene.check()
    assert scene.verdict("news")[1].startswith(f"Mục mới nhất của “{SECTIONS['news']}”")
    assert "(ngưỡng nội bộ, không phải luật)" in scene.verdict("news")[1]


@pytest.mark.parametrize(
    ("thresholds", "told"),
    [
        ({"silence": {"news": {"warn": "5", "overdue": 10}}}, "silence.news: warn is odd: '5'"),
        ({"silence": {"news": {"warn": 5}}}, "silence.news: overdue is lacking"),
        ({"silence": {"news": {"warn": 9, "overdue": 5}}}, "silence.news is odd"),
        ({"silence": {"news": 5}}, "silence.news is odd: 5"),
        ({"silence": {"newz": {"warn": 5, "overdue": 9}}}, "silence.newz is odd"),
        ({"silense": {"news": {"warn": 5, "overdue": 9}}}, "thresholds.toml: unknown key silense"),
    ],
)
def test_odd_thresholds_are_named_with_file_and_key(thresholds: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        load_law(CONFIG / "national", thresholds)


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


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ({"rules": ["không có"]}, "no rule"),
        ({"from": "2018-08-09"}, "quiet 1: from is odd: '2018-08-09'"),
        ({"to": moment(TODAY)}, "quiet 1: to is odd"),
        ({"sites": "s-stp"}, "quiet 1: sites is odd: 's-stp'"),
        ({"sitez": ["s-stp"]}, "quiet 1: unknown key sitez"),
        ({"hours": 22}, "quiet 1: hours is odd: 22"),
        ({"to": TODAY - timedelta(days=1)}, "quiet 1 ends before it begins"),
    ],
)
def test_an_odd_quiet_time_is_refused(scene: Scene, odd: dict[str, object], told: str) -> None:
    quiet(scene, **odd)
    with pytest.raises(ConfigError, match=told):
        scene.check()


@pytest.mark.parametrize("row", [{"signs": "2", "of": 3}, {"signs": 4, "of": 3}, {"signs": 2}, 2])
def test_an_odd_number_of_signs_is_refused(row: object) -> None:
    with pytest.raises(ConfigError, match=r"hysteresis\.silence"):
        needs({"hysteresis": {"silence": row}})
