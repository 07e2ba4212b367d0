"""What is indexed of a procedure beside its texts: limits of time, cost, forms, and what citizens asked about it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.model import Article, Asked, Record
from core.states import ProcedureState
from core.unified import Offering, UnifiedField, UnifiedProcedure
from indexer.documents import QUESTION_CHARACTERS, asked_about, days_of, procedure_source
from indexer.tiers import tiers_of
from store import page_records, procedures
from store.prepared import prepare
from store.tables import pages
from tests.shared import new_store

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3 ngày làm việc", 3),
        ("Không quá 05 ngày kể từ ngày nhận đủ hồ sơ", 5),
        ("02 (hai) tháng", 60),
        ("4 giờ", 0.5),
        ("Trực tiếp: 3 ngày; trực tuyến: 15 ngày", 15),
        ("Ngay trong ngày làm việc", 1),
        ("theo quy định", None),
        ("", None),
    ],
)
def test_a_time_limit_is_read_in_days(text: str, days: float | None) -> None:
    assert days_of(text) == days


def procedure(**changes: object) -> UnifiedProcedure:
    values = {"key": "1.000894", "name": "Đăng ký kết hôn tại xã", "code": "1.000894", "state": ProcedureState.IN_FORCE}
    return UnifiedProcedure(**{**values, **changes})  # type: ignore[arg-type]


def test_facets_say_what_filing_takes_and_nothing_where_the_source_says_nothing() -> None:
    papers = UnifiedField([{"papers": [{"name": "Tờ khai", "form_url": "https://a.vn/to-khai.doc"}]}], "s-stp", NOW)
    full = procedure_source(procedure(time_text="10 ngày", fee_text="Miễn phí", fields={"papers": papers}), 1).facets
    assert full["days"] == ("10", "15", "20", "30", "60")
    assert (full["cost"], full["form"], full["state"]) == (("mien_phi",), ("co",), ("con_hieu_luc",))
    bare = procedure_source(procedure(fee_text="Theo quy định của HĐND tỉnh"), 1).facets
    assert (bare["days"], bare["cost"], bare["form"]) == ((), (), ())


def test_forms_and_levels_are_told_by_whoever_has_them() -> None:
    papers = UnifiedField([{"papers": [{"name": "Tờ khai"}]}], "register", NOW)
    offered = Offering("s-stp", "http://a", "Đăng ký kết hôn", "", NOW, NOW, 1, has_form=True)
    agencies = ("Ủy ban nhân dân cấp xã", "Sở Tư pháp")
    found = procedure_source(procedure(agencies=agencies, fields={"papers": papers}, offerings=(offered,)), 1).facets
    assert (found["form"], found["tier"]) == (("co",), ("xa", "tinh"))
    assert procedure_source(procedure(agencies=agencies, tiers=("huyen",)), 1).facets["tier"] == ("huyen",)


@pytest.mark.parametrize(
    ("agencies", "tiers"),
    [
        (("Uỷ ban nhân dân xã, phường",), ("xa",)),
        (("Cục Thuế - Bộ tài chính", "Thuế tỉnh, thành phố"), ("tinh", "bo")),
        (("Bộ Nông nghiệp và Môi trường",), ("bo",)),
        (("Ngân hàng Nhà nước Việt Nam", "Ngân hàng Nhà nước Khu vực"), ()),  # a branch may be in the province
        (("Bộ phận Một cửa", "Cán bộ y tế", ""), ()),
        (("Cục Hải quan tỉnh, thành phố",), ("tinh",)),
    ],
)
def test_the_names_of_bodies_tell_their_level(agencies: tuple[str, ...], tiers: tuple[str, ...]) -> None:
    assert tiers_of(agencies) == tiers


def test_a_question_belongs_to_the_procedures_that_it_or_its_answer_names_or_links(tmp_path: Path) -> None:
    database = new_store(tmp_path / "store.db")
    with database.write() as connection:
        page = {"server": "127.0.0.2", "first_seen": NOW, "next_due": NOW, "last_good": NOW, "outcome": "ok"}
        rows = [{**page, "id": n, "site_id": "s-stp", "url": f"http://stp.example/{n}"} for n in range(1, 6)]
        connection.execute(insert(pages), rows)
        linked = Asked("Hai đứa muốn lấy nhau, cần gì?", "Xem tại đây.", codes=("1.000894",))
        quoted = Asked("Cưới ở xã nào?" + " Xin hỏi." * 50, "…", procedures=("Thủ tục Đăng ký kết hôn tại xã",))
        articles = [
            (
                "qna",
                Article("Chúng tôi cưới nhau thì làm giấy ở đâu?", body="Làm thủ tục Đăng ký kết hôn tại xã nơi ở."),
            ),
            ("qna", Article("Mất giấy cưới thì sao?", body="Xem thủ tục 1.000894.")),
            ("qna", Article("Câu hỏi số 12", body="Xem tại đây.", asked=linked)),
            ("qna", Article("Cưới ở xã nào?", asked=quoted)),
            ("news", Article("Hội nghị", body="Đăng ký kết hôn tại xã lưu động.")),
        ]
        for number, (section, article) in enumerate(articles, 1):
            origin = page_records.Origin(number, "s-stp", section, "nukeviet", None, NOW)
            page_records.write(connection, origin, [prepare(Record("article", article))])
        procedures.write(connection, [procedures.prepare(procedure())], NOW)
    with database.read() as connection:
        *known, long = asked_about(connection)["1.000894"]
    assert known == [
        "Chúng tôi cưới nhau thì làm giấy ở đâu?",
        "Mất giấy cưới thì sao?",
        "Câu hỏi số 12\nHai đứa muốn lấy nhau, cần gì?",
    ]
    assert (long[:14], len(long)) == ("Cưới ở xã nào?", QUESTION_CHARACTERS)
    database.close()
