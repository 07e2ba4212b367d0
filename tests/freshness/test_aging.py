"""A province that ages: verdicts follow the rules to the day, over Tết and swapped days too, and by the law of each day."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from scene import PROVINCE, TODAY, Scene, moment

from core.errors import ConfigError
from core.model import Article, LegalDocument
from freshness.calendar import Calendar
from freshness.rules import load_law
from reports.rules import OF_OTHERS, UNSEEN, measured


def post(scene: Scene, day: date, section: str = "news") -> None:
    scene.record(Article(f"Tin {day}"), section, day, published=moment(day))


def verdict_on(scene: Scene, day: date, section: str = "news") -> str:
    scene.today = day
    scene.visit()
    scene.check()
    return scene.verdict(section)[0]


@pytest.mark.parametrize(
    ("posted", "last_fresh", "last_due"),
    [
        (date(2018, 8, 9), date(2018, 8, 16), date(2018, 8, 23)),  # plain weeks
        (date(2018, 8, 31), date(2018, 9, 10), date(2018, 9, 17)),  # 2 September is a Sunday: Monday the 3rd is off
        (date(2019, 2, 1), date(2019, 2, 17), date(2019, 2, 24)),  # Tết Kỷ Hợi: offices closed from 4 to 8 February
        (date(2020, 1, 22), date(2020, 2, 5), date(2020, 2, 12)),  # Tết Canh Tý: closed from 23 to 29 January
        (date(2019, 4, 12), date(2019, 4, 22), date(2019, 5, 2)),  # Giỗ Tổ on 15 April, 29 April swapped, 30/4 and 1/5
    ],
)
def test_news_turns_due_and_overdue_on_the_very_day(
    scene: Scene, posted: date, last_fresh: date, last_due: date
) -> None:
    scene.today = posted
    scene.whole_site()
    post(scene, posted)
    one = timedelta(days=1)
    assert [verdict_on(scene, day) for day in (last_fresh, last_fresh + one)] == ["fresh", "due"]
    assert [verdict_on(scene, day) for day in (last_due, last_due + one)] == ["due", "overdue"]


@pytest.mark.parametrize(
    ("age", "news", "documents"), [(0, "fresh", "fresh"), (30, "overdue", "due"), (90, "overdue", "overdue"), (400, "overdue", "overdue")]
)  # fmt: skip
def test_a_province_that_nobody_keeps_ages_section_by_section(
    scene: Scene, age: int, news: str, documents: str
) -> None:
    scene.whole_site()
    post(scene, TODAY)
    document = LegalDocument("Kế hoạch", number="1/KH", issued_on=TODAY)
    scene.record(document, "legal_docs", TODAY, published=moment(TODAY))
    day = TODAY + timedelta(days=age)
    assert verdict_on(scene, day) == news
    assert verdict_on(scene, day, "legal_docs") == documents
    assert scene.verdict()[0] in (news, "unknown")
    if age:
        assert "không phải luật" in scene.verdict("news")[1]
        assert ("silence", "news") in scene.found()
    assert not any("vi phạm" in scene.verdict(section)[1].lower() for section in ("", "news", "legal_docs"))


def test_an_aged_province_without_visits_is_grey_and_never_green(scene: Scene) -> None:
    scene.whole_site()
    post(scene, TODAY)
    for age in (2, 30, 90, 400):
        scene.today = TODAY + timedelta(days=age)
        scene.check()
        assert scene.verdict()[0] == "unknown"
        assert "giờ chưa kiểm tra lại" in scene.verdict()[1]
        assert scene.found() == {("unwatched", "")}


@pytest.mark.parametrize(
    ("issued", "posted", "late"),
    [
        (date(2019, 1, 31), date(2019, 2, 11), False),  # Friday the 1st, then Tết: Monday the 11th is the second day
        (date(2019, 1, 31), date(2019, 2, 12), True),
        (date(2022, 8, 12), date(2022, 8, 17), True),  # a document of the last days of NĐ 43/2011
        (date(2022, 8, 15), date(2022, 8, 22), False),  # NĐ 42/2022 has no number; five days of Luật TCTT hold
        (date(2022, 8, 15), date(2022, 8, 23), True),
    ],
)
def test_posting_is_late_by_the_law_of_the_documents_day_and_the_calendar_of_tet(
    scene: Scene, issued: date, posted: date, late: bool
) -> None:
    scene.today = posted
    scene.whole_site()
    scene.record(LegalDocument("Kế hoạch", issued_on=issued), "legal_docs", posted, published=moment(posted))
    scene.check()
    assert (("late_posting", "legal_docs") in scene.found()) == late


def test_every_rule_of_the_dated_law_holds_on_its_own_days_only() -> None:
    law = load_law(PROVINCE.national, PROVINCE.thresholds)
    assert len(law.rules) == 35
    for rule in law.rules:
        kind = next(kind for kind in rule.applies_to)
        assert rule.holds(kind, rule.begin)
        assert not rule.holds(kind, rule.begin - timedelta(days=1))
        if rule.end is not None:
            assert rule.holds(kind, rule.end)
            assert not rule.holds(kind, rule.end + timedelta(days=1))


def test_the_table_of_the_law_says_truly_what_is_measured() -> None:
    rows = json.loads((PROVINCE.national / "freshness_rules.json").read_text(encoding="utf-8"))["rules"]
    law = load_law(PROVINCE.national, PROVINCE.thresholds)
    used: set[str] = set()
    for row in rows:
        begin, section = date.fromisoformat(row["in_force_from"]), row["section"]
        for kind in ("department", "district", "commune", "centre", "board"):
            limits = [law.posting_limit(section, kind, begin, own=own) for own in (True, False)]
            limits += [law.answer_limit(section, kind, begin), law.posting_limit("other", kind, begin, own=True)]
            used |= {limit.id for limit in limits if limit is not None}
            used |= {rule.id for rule in law.required_sections(kind, begin).values()}
    not_measured = {row["id"] for row in rows if measured(row) in (OF_OTHERS, UNSEEN)}
    assert not used & not_measured
    assert {row["id"] for row in rows if "ngày làm việc" in measured(row)} <= used
    assert {row["id"] for row in rows} - not_measured - used == {"tthc.thong_nhat"}, "what the comparison itself cites"


def test_days_the_government_swapped_late_are_overrides() -> None:
    calendar = Calendar.load(PROVINCE.national)
    assert not calendar.is_working(date(2026, 1, 2))
    assert calendar.is_working(date(2026, 1, 10))


def test_broken_overrides_are_named(tmp_path: Path) -> None:
    (tmp_path / "holidays.toml").write_text("off = [2026-01-02", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"holidays\.toml is not valid TOML"):
        Calendar.load(tmp_path)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('off = ["2026-11-25"]', "off is odd: ['2026-11-25']"),
        ("off = 2026-11-25", "off is odd"),
        ("off = [2026-11-25T00:00:00]", "off is odd"),
        ("of = [2026-11-25]", "unknown key of"),
    ],
)
def test_odd_days_are_named(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "holidays.toml").write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(told)):
        Calendar.load(tmp_path)


@pytest.mark.parametrize(
    ("file", "row", "told"),
    [
        ("obsolete_terms", '[[term]]\nwords = ["a"]\nuse = "b"\nsource = "c"', "from is lacking"),
        ("obsolete_terms", '[[term]]\nwords = "a"\nfrom = 2026-01-01\nuse = "b"\nsource = "c"', "words is odd: 'a'"),
        ("obsolete_terms", '[[term]]\nwords = ["a"]\nfrom = "2026-01-01"\nuse = "b"\nsource = "c"', "from is odd"),
        ("obsolete_terms", '[[term]]\nwords = ["a"]\nfrom = 2026-01-01\nuse = ""\nsource = ""\ntier = "hai"', "tier is odd"),
        ("obsolete_terms", '[[claim]]\nwords = ["a"]\nfrom = 2026-01-01\nsource = "c"', "replaced_by is lacking"),
        ("obsolete_terms", "[[tern]]", "unknown key tern"),
        ("repealed_texts", '[[text]]\nrepealed_on = 2026-01-01\nreplaced_by = ""', "number is lacking"),
        ("repealed_texts", '[[text]]\nnumber = "1/2/X"\nrepealed_on = 2026-01-01T00:00:00\nreplaced_by = ""', "repealed_on is odd"),
    ],
)  # fmt: skip
def test_an_odd_row_of_the_law_is_named_with_its_file_and_key(tmp_path: Path, file: str, row: str, told: str) -> None:
    copy = shutil.copytree(PROVINCE.national, tmp_path / "national")
    (copy / f"{file}.toml").write_text(row, encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"{file}\.toml.*: {re.escape(told)}"):
        load_law(copy, {})
