"""What the words of a page claim: bodies, levels and certificates that ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from scene import BIRTH, LATER, TODAY, Scene, moment

from core.model import Article, Channel, Duration, Fee, LegalBasis, Paper, PaperCase, StepCase
from freshness.texts import around, words_of
from store.tables import findings as findings_table


@pytest.mark.parametrize(
    ("day", "body", "claimed"),
    [
        (date(2018, 9, 14), "Áp dụng TCVN ISO 9001:2008", False),
        (date(2018, 9, 17), "Áp dụng TCVN ISO 9001:2008", True),
        (date(2018, 9, 17), "Chuyển từ ISO 9001:2008 sang ISO 9001:2015", False),
    ],
)
def test_a_certificate_that_ended_is_claimed_by_a_standing_page_only(
    scene: Scene, day: date, body: str, claimed: bool
) -> None:
    scene.today = day
    scene.whole_site()
    scene.record(Article("Chính sách chất lượng", body=body), "about")
    scene.record(Article("Tin năm 2015", body="Nhận chứng chỉ ISO 9001:2008"), "news", published=moment(TODAY))
    scene.check()
    assert ("iso_2008" in scene.rules()) == claimed
    assert len(scene.open("iso_2008")) == int(claimed)


def test_a_level_that_ended_is_named_with_the_communes_that_took_over(scene: Scene) -> None:
    scene.today = LATER
    scene.whole_site()
    scene.record(replace(BIRTH, steps=(StepCase(("Nộp tại Ủy ban nhân dân huyện Nông Cống",)),)))
    scene.check()
    found = scene.open("obsolete_term")
    assert [row.evidence["extinct_tier"] for row in found] == ["Cấp huyện"]
    assert "xã Nông Cống" in found[0].message
    assert "địa bàn huyện Nông Cống cũ" in found[0].message


def test_the_same_words_before_the_level_ended_are_right(scene: Scene) -> None:
    scene.today = date(2025, 6, 30)
    scene.whole_site()
    scene.record(replace(BIRTH, steps=(StepCase(("Nộp tại Ủy ban nhân dân huyện Nông Cống",)),)))
    scene.check()
    assert "obsolete_term" not in scene.rules()


def test_only_words_of_the_page_are_read_for_old_terms_and_quoted_whole() -> None:
    channel = Channel(
        "truc_tiep", (Duration("5 ngày làm việc", 5.0, "ngay_lam_viec", (Fee("Không"),)),), "tại bộ phận một cửa"
    )
    assert list(words_of((channel,))) == ["5 ngày làm việc", "Không", "tại bộ phận một cửa"]
    text = "Nộp hồ sơ tại Ủy ban nhân dân cấp huyện nơi cư trú"
    assert around(text, text.find("cấp huyện"), 12) == "ban nhân dân cấp huyện nơi"
    assert around(text, 0, 3) == "Nộp"


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


@pytest.mark.parametrize("number", ["0158/2005/NÐ–CP", "158/2005/nđ\u2011cp - về đăng ký hộ tịch"])
def test_a_repealed_text_is_known_however_its_number_is_written(scene: Scene, number: str) -> None:
    scene.whole_site()
    scene.record(replace(BIRTH, legal_bases=(LegalBasis(number), LegalBasis("1079/2007/NĐ-CP"))))
    scene.check()
    assert [row.field for row in scene.open("repealed_citation")] == ["158/2005/NĐ-CP"]


def test_an_outdated_word_on_every_page_is_one_finding(scene: Scene) -> None:
    scene.whole_site()
    for number in range(15):
        steps = (StepCase(("Nộp tại Sở Thủy sản",)),)
        scene.record(replace(BIRTH, code=f"1.0011{number:02}", steps=steps))
    scene.check()
    (found,) = scene.open("obsolete_term")
    assert found.evidence["pages"] == 15
    assert len(found.evidence["codes"]) == 15
