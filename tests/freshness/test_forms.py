"""Forms: dead ones, double ones, and ones that changed or went with their page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from scene import BIRTH, TODAY, Scene, moment
from sqlalchemy import update

from core.model import Paper, PaperCase
from store.tables import pages


def form(url: str, name: str = "Mẫu số 01 tờ khai") -> Paper:
    return Paper("Tờ khai", form_name=name, form_url=url)


def test_two_files_under_one_name_are_a_double_form(scene: Scene) -> None:
    scene.whole_site()
    scene.attachment("http://stp/a.docx", "a")
    scene.attachment("http://stp/b.docx", "b")
    scene.record(replace(BIRTH, papers=(PaperCase((form("http://stp/a.docx"), form("http://stp/b.docx"))),)))
    scene.check()
    assert ("form_double", "1.001193") in scene.found()
    assert "“Mẫu số 01 tờ khai”" in scene.open("form_double")[0].message


@pytest.mark.parametrize(("name", "digests"), [("Tải về", "ab"), ("Mẫu số 01 tờ khai", "aa")])
def test_a_common_word_or_the_same_file_twice_is_no_double_form(scene: Scene, name: str, digests: str) -> None:
    scene.whole_site()
    scene.attachment("http://stp/a.docx", digests[0])
    scene.attachment("http://stp/b.docx", digests[1])
    papers = (form("http://stp/a.docx", name), form("http://stp/b.docx", name))
    scene.record(replace(BIRTH, papers=(PaperCase(papers),)))
    scene.check()
    assert "form_double" not in scene.rules()


@pytest.mark.parametrize("outcome", ["blocked", "tls", "timeout", "http_5xx", "robots"])
def test_a_form_behind_a_fire_wall_is_not_called_dead(scene: Scene, outcome: str) -> None:
    scene.whole_site()
    scene.page(depth=3, outcome=outcome, url="http://stp/mau.docx")
    scene.record(replace(BIRTH, papers=(PaperCase((form("http://stp/mau.docx"),)),)))
    scene.check()
    assert "form_dead" not in scene.rules()


def absent(scene: Scene, url: str, since: date) -> None:
    with scene.database.write() as connection:
        values = {"outcome": "gone", "absent_since": moment(since)}
        connection.execute(update(pages).where(pages.c.url == url).values(**values))


def test_a_form_that_went_with_its_procedure_is_not_called_dead(scene: Scene) -> None:
    scene.whole_site()
    scene.page(depth=3, url="http://stp/mau.docx")
    page = scene.page("procedures", depth=2)
    scene.record(replace(BIRTH, papers=(PaperCase((form("http://stp/mau.docx"),)),)), page=page)
    absent(scene, "http://stp/mau.docx", TODAY + timedelta(days=1))
    scene.later(1)
    scene.visit()
    scene.check()
    assert "form_dead" not in scene.rules()  # the page was not seen since: it may be gone too
    with scene.database.write() as connection:
        connection.execute(update(pages).where(pages.c.id == page).values(last_good=moment(scene.today)))
    scene.check()
    assert "form_dead" in scene.rules()


def test_a_form_that_changed_with_its_page_was_announced(scene: Scene) -> None:
    scene.whole_site()
    file_page = scene.attachment("http://stp/a.docx", "a")
    page = scene.page("procedures", depth=2)
    papers = (PaperCase((form("http://stp/a.docx"),)),)
    scene.record(replace(BIRTH, papers=papers), page=page)
    scene.later(3)
    scene.visit()
    scene.attachment("http://stp/a.docx", "b", page=file_page)
    scene.check()
    assert "form_changed" in scene.rules()
    scene.record(replace(BIRTH, papers=papers, requirements="Mẫu mới"), page=page)
    scene.check()
    assert "form_changed" not in scene.rules()


def test_a_form_that_cannot_be_fetched_is_a_finding(scene: Scene) -> None:
    scene.whole_site()
    scene.page(depth=3, outcome="gone", url="http://stp/mau.docx")
    papers = (PaperCase((Paper("Tờ khai", form_name="Mẫu 1", form_url="http://stp/mau.docx"),)),)
    scene.record(replace(BIRTH, papers=papers))
    scene.check()
    assert ("form_dead", "1.001193") in scene.found()
