"""Questions past the deadline of the law of their day (NĐ 43/2011 Đ17 k1 đ: 15 working days), to the day."""

from __future__ import annotations

from datetime import date

import pytest
from scene import SITE, TODAY, Scene
from sqlalchemy import select

from core.model import Article, Asked
from store.tables import findings

ASKED = date(2018, 7, 16)
DAY_15, DAY_16 = date(2018, 8, 6), date(2018, 8, 7)


def question(scene: Scene, answered: date | None, *, asked: date = ASKED, answer: str = "") -> None:
    told = Asked("Hồ sơ gồm những gì?", answer, asked_on=asked, answered_on=answered)
    scene.record(Article("Hỏi về hồ sơ", asked=told), "qna")


def evidence(scene: Scene) -> tuple[str, str, dict[str, object]]:
    with scene.database.read() as connection:
        query = select(findings).where(findings.c.site_id == SITE, findings.c.rule == "late_answer")
        row = connection.execute(query).one()
        return row.message, row.law, row.evidence


@pytest.mark.parametrize(("answered", "is_late"), [(DAY_15, False), (DAY_16, True)])
def test_the_fifteenth_working_day_is_in_time(scene: Scene, answered: date, is_late: bool) -> None:
    scene.whole_site()
    question(scene, answered, answer="Gồm tờ khai.")
    scene.check()
    assert (("late_answer", "qna") in scene.found()) is is_late


def test_a_late_answer_stands_on_the_board_with_rule_article_and_both_days(scene: Scene) -> None:
    scene.whole_site()
    question(scene, DAY_16, answer="Gồm tờ khai.")
    scene.check()
    message, law, told = evidence(scene)
    assert "16 ngày làm việc, hạn là 15" in message
    assert "(nay đã trả lời hết)" in message
    assert "Trả lời các câu" not in message
    assert law.startswith("NĐ 43/2011")
    assert told["rule"] == "43.hoi_dap"
    (shown,) = told["questions"]  # type: ignore[misc]
    assert (shown["asked"], shown["answered"], shown["working_days"]) == ("2018-07-16", "2018-08-07", 16)
    assert scene.verdict("qna") == ("due", "“Hỏi đáp” có câu hỏi quá hạn trả lời.")


@pytest.mark.parametrize("answer", ["", "Đang chờ trả lời.", "Câu hỏi đang được xử lý"])
def test_a_question_without_an_answer_is_late_from_day_sixteen_and_until_it_has_one(scene: Scene, answer: str) -> None:
    scene.today = DAY_15
    scene.whole_site()
    question(scene, None, answer=answer)
    scene.check()
    assert ("late_answer", "qna") not in scene.found()
    scene.later(1)
    scene.visit()
    scene.check()
    assert ("late_answer", "qna") in scene.found()
    assert "đến nay chưa trả lời" in evidence(scene)[0]
    assert evidence(scene)[0].endswith(" Trả lời các câu còn lại.")
    assert evidence(scene)[2]["open"] == 1


def test_an_answer_without_a_day_and_a_question_without_a_day_prove_nothing(scene: Scene) -> None:
    scene.whole_site()
    question(scene, None, answer="Hồ sơ gồm tờ khai và giấy chứng sinh.")
    scene.record(Article("Hỏi khác", asked=Asked("Ở đâu?", "")), "qna")
    scene.check()
    assert ("late_answer", "qna") not in scene.found()


def test_what_was_answered_late_long_ago_is_told_no_more_and_what_is_open_never_ages(scene: Scene) -> None:
    scene.whole_site()
    question(scene, date(2018, 5, 30), asked=date(2018, 3, 1), answer="Gồm tờ khai.")
    scene.check()
    assert ("late_answer", "qna") not in scene.found()
    question(scene, None, asked=date(2018, 3, 1))
    scene.check()
    assert evidence(scene)[2]["late"] == 1


def test_no_number_of_days_binds_where_the_law_of_the_day_names_none(scene: Scene) -> None:
    scene.today = date(2026, 11, 2)
    scene.whole_site()
    question(scene, None, asked=date(2026, 8, 3))
    scene.check()
    assert ("late_answer", "qna") not in scene.found()


def test_the_law_of_the_day_of_the_question_binds_an_answer_of_today(scene: Scene) -> None:
    scene.today = date(2022, 10, 3)
    scene.whole_site()
    question(scene, date(2022, 9, 30), asked=date(2022, 8, 12), answer="Gồm tờ khai.")
    scene.check()
    assert evidence(scene)[2]["rule"] == "43.hoi_dap"


def test_a_question_that_is_answered_leaves_the_board(scene: Scene) -> None:
    scene.whole_site()
    page = scene.page("qna", depth=2)
    asked = Asked("Hồ sơ gồm những gì?", "", asked_on=ASKED)
    scene.record(Article("Hỏi về hồ sơ", asked=asked), "qna", page=page)
    scene.check()
    assert ("late_answer", "qna") in scene.found()
    scene.later(70)
    scene.whole_site()
    answered = Asked("Hồ sơ gồm những gì?", "Gồm tờ khai.", asked_on=ASKED, answered_on=TODAY)
    scene.record(Article("Hỏi về hồ sơ", asked=answered), "qna", page=page)
    scene.check()
    assert ("late_answer", "qna") not in scene.found()
