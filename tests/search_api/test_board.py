"""The board: every state has shape and word, a cell leads to its proof, what is asked for stands in the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from core.clock import fixed
from core.model import Procedure
from core.settings import load_settings
from core.site_files import load_province
from core.states import Verdict
from crawler.coverage import FIELDS as MEASURED
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.searcher import Searcher
from search_api import plots
from search_api.app import AppParts, create_app
from search_api.wording import FIELDS
from store import board_days, findings, verdicts
from store.findings import Finding
from store.tables import verdict_days, visits
from store.verdicts import Judged
from tests.shared import new_store, vocabulary

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOW = datetime(2018, 8, 9, 1, 0, tzinfo=UTC)
TODAY = date(2018, 8, 9)
STATES = {"s-stp": Verdict.OVERDUE, "s-syt": Verdict.DUE, "h-nongcong": Verdict.FRESH, "s-sgtvt": Verdict.UNKNOWN}
COVERAGE = {"vhv": {"procedures": 1236, "fee_text": 0.9771}}


@pytest.fixture
def browser(archive: Any, tmp_path: Path) -> Iterator[TestClient]:
    database = new_store(tmp_path / "store.db")
    with database.write() as connection:
        judged = [
            Judged(site, state, "43.tin_tuc", f"Lý do của {site}", section, TODAY, {"url": "http://stp/1"})
            for site, state in STATES.items()
            for section in ("", "news")
        ]
        judged.append(Judged("s-stp", Verdict.FRESH, "43.hoi_dap", "Tốt", "qna", TODAY, {"rule": "43.hoi_dap"}))
        judged += [
            Judged("h-nongcong", Verdict.FRESH, "43.dvc", "Khớp", "procedures", evidence={"must_publish": 30}),
            Judged("s-syt", Verdict.FRESH, "43.dvc", "Khớp", "procedures", evidence={"no_list": True}),
        ]
        verdicts.replace(connection, judged, NOW, TODAY)
        found = [
            Finding("silence", "s-syt", "Im lặng", section="news"),
            Finding("outcome.dns", "s-stp", "DNS", evidence={"outcome": "dns"}),
        ]
        findings.replace(connection, found, [], NOW)
        board_days.keep(connection, judged, TODAY)
        earlier = {"site_id": "s-stp", "day": TODAY - timedelta(days=1), "verdict": "due"}
        connection.execute(insert(verdict_days).values(**earlier))
        cut = {"site_id": "s-syt", "worker": "w", "started_at": NOW, "ended_at": NOW, "outcome": "interrupted"}
        connection.execute(insert(visits).values(**cut, counters={}, evidence="stopped by the operator"))
        seen = {"site_id": "s-stp", "worker": "w", "started_at": NOW, "ended_at": NOW, "outcome": "ok"}
        connection.execute(insert(visits).values(**seen, counters={"pages": 1236}, coverage=COVERAGE))
    searcher = Searcher(EmbeddedGenerations(tmp_path), vocabulary(), clock=fixed(NOW))
    province = load_province(CONFIG, "thanhhoa")
    parts = AppParts(database, searcher, province, load_settings(), fixed(NOW), archive, CONFIG)
    with TestClient(create_app(parts), raise_server_exceptions=False) as made:
        yield made
    database.close()


def shown(browser: TestClient, query: str) -> list[str]:
    return [row["id"] for row in browser.get(f"/nguon.json?{query}").json()["sites"]]


def test_every_cell_has_shape_and_word_and_leads_to_its_proof(browser: TestClient) -> None:
    page = browser.get("/nguon").text
    for site, shape, word in (("s-stp", "▲", "chậm"), ("s-syt", "◐", "cần"), ("h-nongcong", "●", "tốt"), ("s-sgtvt", "?", "chưa rõ")):  # fmt: skip
        assert re.search(
            rf'href="/nguon/{site}#news"[^>]*><b aria-hidden="true">{re.escape(shape)}</b> {word}</a>', page
        )
        assert 'id="news"><h3>Tin tức' in browser.get(f"/nguon/{site}").text
    assert page.count("<tr") == 49
    assert page.count('scope="row"') == 48
    assert "style=" not in page, "the policy allows no style attributes"


def test_a_section_shows_rule_law_reason_and_proof(browser: TestClient) -> None:
    page = browser.get("/nguon/s-stp").text
    section = page[page.index('id="news"') : page.index('id="qna"')]
    assert "Lý do của s-stp" in section
    assert "NĐ 43/2011" in section
    assert "43.tin_tuc" in section
    assert "k1 a (số ngày: ngưỡng nội bộ)" in section, "the article names no number"
    assert 'href="http://stp/1"' in section
    assert "<svg" in section


def test_worst_first_and_faults_of_operators_are_no_work_of_editors(browser: TestClient) -> None:
    rows = browser.get("/nguon.json").json()["sites"]
    assert [row["id"] for row in rows[:2]] == ["s-stp", "s-syt"]
    assert rows[-1]["id"] == "h-nongcong"
    assert {row["id"]: row["open_findings"] for row in rows[:2]} == {"s-stp": 0, "s-syt": 1}
    assert rows[0]["trend"] == [["2018-08-08", "due"], ["2018-08-09", "overdue"]]


def test_the_board_says_how_many_were_visited_and_why_a_state_is_unknown(browser: TestClient) -> None:
    board = browser.get("/nguon.json").json()
    assert (board["visited"], board["hours"]) == (2, 26)
    page = browser.get("/nguon").text
    assert "2/48 trang đã kiểm tra trong 26 giờ qua" in page
    assert '<small class="reason">Lý do của s-sgtvt</small>' in page
    assert page.count('class="reason"') == 45, "the others say it by their sections"
    assert "small.reason{display:block;font-weight:400;font-size:.75rem" in browser.get("/static/style.css").text


def test_where_nobody_knows_what_is_missing_the_board_says_so(browser: TestClient) -> None:
    assert browser.get("/nguon.json").json()["missing_unknown"] == 47
    assert "Chưa biết có thiếu thủ tục hay không ở 47/48 trang (97,92 %)" in browser.get("/nguon").text


@pytest.mark.parametrize(
    ("query", "first", "count"),
    [
        ("q=nong cong", "h-nongcong", 1), ("q=Nông Cống", "h-nongcong", 1), ("verdict=due", "s-syt", 1),
        ("kind=district&verdict=fresh", "h-nongcong", 1), ("section=qna", "s-stp", 1), ("sort=todo", "s-syt", 48),
        ("section=news&verdict=overdue", "s-stp", 1), ("q=khong co", "", 0), ("verdict=&sort=", "s-stp", 48),
    ],
)  # fmt: skip
def test_what_is_asked_for_stands_in_the_address(browser: TestClient, query: str, first: str, count: int) -> None:
    found = shown(browser, query)
    assert (found[:1], len(found)) == ([first] if first else [], count)
    assert len(browser.get(f"/nguon.csv?{query}").text.splitlines()) == count + 1
    page = browser.get(f"/nguon?{query}")
    assert page.status_code == 200
    assert page.text.count('scope="row"') == count


@pytest.mark.parametrize(
    ("query", "detail", "remedy", "left_out"),
    [
        ("verdict=overdu", "không nhận “overdu”", "verdict nhận: fresh, due, overdue, unknown.", "Trạng thái “overdu”"),
        ("sort=foo", "không nhận “foo”", "sort nhận: worst, todo, newest, name.", "Thứ tự “foo”"),
        ("section=foo", "không nhận “foo”", "section nhận: about, news,", "Chuyên mục “foo”"),
        ("kind=foo", "không nhận “foo”", "kind nhận: department, district, commune, centre, board.", "Loại “foo”"),
        ("kind=foo&kind=district", "không nhận “foo”", "kind nhận: ", "Loại “foo”"),
        ("verdict=fresh&verdict=due", "chỉ nhận một giá trị", "verdict nhận: ", "Trạng thái “fresh”"),
    ],
)
def test_what_there_is_not_is_refused_or_left_out_and_said(
    browser: TestClient, query: str, detail: str, remedy: str, left_out: str
) -> None:
    for path in ("/api/v1/freshness", "/api/v1/freshness.csv", "/nguon.json"):
        answer = browser.get(f"{path}?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        name = query.partition("=")[0]
        assert answer.json()["detail"] == f"Tham số {name} {detail}."
        assert answer.json()["remedy"].startswith(remedy)
    page = browser.get(f"/nguon?{query}")
    assert page.status_code == 200
    assert f"Địa chỉ này có giá trị không dùng được, đã bỏ qua: {left_out}." in page.text
    assert "không dùng được" not in browser.get("/nguon?verdict=due").text


def test_the_csv_has_a_column_a_section(browser: TestClient) -> None:
    head, row, *_ = browser.get("/api/v1/freshness.csv").text.splitlines()
    assert head.endswith(",open_findings,news,procedures,qna")
    assert row.endswith(",0,overdue,,fresh")


def test_the_csv_of_the_page_speaks_as_the_page_does(browser: TestClient) -> None:
    answer = browser.get("/nguon.csv")
    head, row, *_ = answer.text.removeprefix("\ufeff").split("\r\n")
    assert head.startswith("Đơn vị;Địa chỉ;Kết luận;Lý do;Quy tắc;Việc cần làm;Mục mới nhất;")
    assert head.endswith(";Tin tức;Thủ tục hành chính;Hỏi đáp")
    assert row.startswith("Sở Tư pháp;https://stp.thanhhoa.gov.vn/;Chậm cập nhật;Lý do của s-stp;")
    assert row.endswith(";0;09/08/2018;;Chậm cập nhật;;Cập nhật tốt")
    assert 'filename="trang-nguon-2018-08-09.csv"' in answer.headers["content-disposition"]


def test_counts_are_of_all_sites_whatever_is_shown(browser: TestClient) -> None:
    counts = browser.get("/nguon.json?verdict=due").json()["counts"]
    assert counts == {"fresh": 1, "due": 1, "overdue": 1, "unknown": 45}


def test_coverage_and_visits_are_told_in_vietnamese_form(browser: TestClient) -> None:
    page = browser.get("/nguon/s-stp").text
    assert "1.236 thủ tục" in page
    assert "97,71 %" in page
    assert browser.get("/nguon/s-stp.json").json()["coverage"]["families"]["vhv"]["fields"] == {"fee_text": 0.9771}


def test_faults_of_operators_stand_apart_on_the_page_of_a_site(browser: TestClient) -> None:
    page = browser.get("/nguon/s-stp").text
    assert (
        page.index("Không có việc nào.") < page.index("Lỗi cần người vận hành") < page.index("Không tìm thấy tên miền")
    )


def test_a_plot_tells_height_words_and_gaps() -> None:
    drawn = plots.spark([["2018-08-08", "due"], ["2018-08-09", "unknown"]], TODAY, 30)
    assert "30 ngày qua: 1 ngày cần cập nhật, 1 ngày không xác định" in drawn
    assert drawn.count("<path") == 3, "the ground line and two states"
    assert "chưa có kết luận" in plots.spark([], TODAY, 30)


def test_public_pages_are_compressed_and_editors_pages_are_not(browser: TestClient) -> None:
    assert browser.get("/nguon").headers.get("content-encoding") == "gzip"
    assert "content-encoding" not in browser.get("/bien-tap/dang-nhap").headers


def test_a_list_of_findings_that_is_cut_says_so(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nhận định gần nhất" not in browser.get("/nguon/s-syt").text
    monkeypatch.setattr("search_api.board_pages.MOST_FINDINGS", 1)
    assert "Ở đây chỉ hiện 1 nhận định gần nhất" in browser.get("/nguon/s-syt").text


def test_nothing_found_is_not_nothing_to_do_where_nobody_could_look(browser: TestClient) -> None:
    assert "<p>Không có việc nào.</p>" in browser.get("/nguon/h-nongcong").text
    assert "<p>Không có việc nào.</p>" not in browser.get("/nguon/s-sgtvt").text
    assert "có thể còn việc chưa thấy" in browser.get("/nguon/s-sgtvt").text


def test_one_reason_for_everything_is_not_opened_section_by_section(browser: TestClient) -> None:
    opened = "<details open><summary>Quy tắc và bằng chứng"
    assert opened in browser.get("/nguon/s-stp").text
    assert opened not in browser.get("/nguon/s-sgtvt").text


def test_a_section_names_its_rule_once(browser: TestClient) -> None:
    (block,) = re.findall(r'<section class="part[^>]*id="qna">.*?</section>', browser.get("/nguon/s-stp").text, re.S)
    assert block.count("<dt>Quy tắc</dt>") == 1


def test_every_field_that_is_measured_has_a_name() -> None:
    assert set(MEASURED) <= set(FIELDS)
    assert {field.name for field in fields(Procedure)} - {"list_only"} <= set(FIELDS)


def test_what_a_machine_says_is_told_from_what_a_reader_needs(browser: TestClient) -> None:
    """The evidence of a visit is English, for operators: it stands behind a word, in its own language."""
    page = browser.get("/nguon/s-syt").text
    assert "Lượt kiểm tra bị ngắt" in page
    assert '<summary>Chi tiết kỹ thuật</summary><small lang="en">stopped by the operator</small>' in page
    assert "<dd>dns</dd>" not in browser.get("/nguon/s-stp").text
