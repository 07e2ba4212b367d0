"""What counts as news of a day: copies, old texts that come again, items without a date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from scene import TODAY, Scene, moment, news

from core.model import Article, LegalDocument
from store import page_records


def test_a_header_that_prints_today_keeps_nothing_fresh(scene: Scene) -> None:
    scene.whole_site()
    page = scene.page("news", depth=2)
    for days in (30, 0):  # the record was first seen 30 days ago and now claims to be of today
        day = TODAY - timedelta(days=days)
        scene.record(Article("Tin cũ"), "news", day, page, published=moment(day))
    scene.check()
    assert scene.verdict("news")[0] == "overdue"


@pytest.mark.parametrize(("posted", "late"), [(date(2018, 8, 6), False), (date(2018, 8, 7), True)])
def test_posting_lag_is_judged_by_the_law_of_the_documents_day(scene: Scene, posted: date, late: bool) -> None:
    scene.whole_site()
    document = LegalDocument("Kế hoạch", number="1/KH", issued_on=date(2018, 8, 2))  # a Thursday; 2 working days
    scene.record(document, "legal_docs", posted, published=moment(posted))
    scene.check()
    assert (("late_posting", "legal_docs") in scene.found()) == late


def test_items_without_dates_are_said_to_be_so(scene: Scene) -> None:
    scene.whole_site()
    for number in range(4):
        scene.record(Article(f"Tin {number}"), "news")
    scene.check()
    assert ("undated", "news") in scene.found()
    assert scene.verdict("news")[0] == "unknown"


def test_news_of_the_portal_on_many_sites_keeps_none_of_them_fresh(scene: Scene) -> None:
    scene.whole_site()
    news(scene, TODAY - timedelta(days=30))
    scene.record(Article("Tin của cổng tỉnh", body="x"), "news", TODAY, published=moment(TODAY))
    scene.check()
    assert scene.verdict("news")[0] == "fresh"
    for number, site in enumerate(("s-syt", "s-sxd", "h-nongcong", "h-quanhoa")):
        scene.page_of(site, number, Article("Tin của cổng tỉnh", body="x"), moment(TODAY))
    scene.check()
    assert scene.verdict("news")[0] == "overdue"


def test_an_old_text_posted_again_is_no_news(scene: Scene) -> None:
    scene.whole_site()
    body = "Nội dung đã đăng từ trước. " * 12
    for day in (TODAY - timedelta(days=30), TODAY):
        scene.record(Article("Tin cũ", body=body), "news", day, published=moment(day))
    scene.check()
    assert scene.verdict("news")[0] == "overdue"


def test_a_site_that_moved_its_old_news_to_a_new_system_has_no_news(scene: Scene) -> None:
    scene.whole_site()
    old, moved = TODAY - timedelta(days=30), TODAY
    text = Article("Tin cũ", body="Nội dung đã đăng từ trước. " * 12)
    document = LegalDocument("Kế hoạch", number="1/KH", issued_on=old)
    for day in (old, moved):
        addresses = [scene.page("news", depth=2), scene.page("legal_docs", depth=2)]
        scene.record(text, "news", day, addresses[0], published=moment(day))
        scene.record(document, "legal_docs", day, addresses[1], published=moment(day))
        if day == old:
            with scene.database.write() as connection:
                assert sum(page_records.withdraw(connection, page, moment(moved)) for page in addresses) == 2
    scene.check()
    assert scene.verdict("news")[0] == "overdue"
    assert ("late_posting", "legal_docs") not in scene.found()


def test_a_document_that_two_pages_show_is_posted_on_the_day_that_one_of_them_states(scene: Scene) -> None:
    scene.whole_site()
    document = LegalDocument("Kế hoạch", number="1/KH", issued_on=TODAY - timedelta(days=20))
    scene.record(document, "legal_docs", TODAY)
    scene.record(document, "legal_docs", TODAY, published=moment(TODAY))
    scene.check()
    assert ("late_posting", "legal_docs") in scene.found()


def test_items_seen_to_come_that_state_no_date_are_undated_all_the_same(scene: Scene) -> None:
    scene.visit(day=TODAY - timedelta(days=9))
    scene.whole_site()
    for number in range(4):
        scene.record(Article(f"Tin {number}"), "news")
    scene.check()
    assert ("undated", "news") in scene.found()


def test_a_short_list_that_reads_like_an_article_is_no_undated_item_of_its_own_section(scene: Scene) -> None:
    scene.whole_site()
    own = scene.page("direction", depth=1)
    scene.record(Article("Chỉ đạo điều hành", body="Hai mục đầu tiên của chuyên mục"), "direction", page=own)
    for number in range(2):
        scene.record(Article(f"Chỉ đạo số {number}"), "direction")
    scene.check()
    assert ("undated", "direction") not in scene.found()
    scene.record(Article("Chỉ đạo số 3"), "direction")
    scene.check()
    assert ("undated", "direction") in scene.found()
