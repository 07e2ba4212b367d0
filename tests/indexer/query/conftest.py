"""A small province's index: real names of real procedures, an article and two documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.clock import fixed
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.terms import Source
from indexer.query.vocabulary import Vocabulary
from tests import shared

CONFIG = Path(__file__).resolve().parents[3] / "config"
TODAY = datetime(2026, 11, 2, 8, tzinfo=UTC)

NAMES = {
    "1.001193": ("Thủ tục đăng ký khai sinh", "Hộ tịch", "xa"),
    "2.000528": ("Thủ tục đăng ký khai sinh có yếu tố nước ngoài", "Hộ tịch", "huyen"),
    "1.000894": ("Thủ tục đăng ký kết hôn", "Hộ tịch", "xa"),
    "2.000806": ("Thủ tục đăng ký kết hôn có yếu tố nước ngoài", "Hộ tịch", "huyen"),
    "1.000656": ("Thủ tục đăng ký khai tử", "Hộ tịch", "xa"),
    "1.004194": ("Đăng ký tạm trú", "Đăng ký, quản lý cư trú", "xa"),
    "1.013978": ("Đăng ký đất đai, tài sản gắn liền với đất, cấp Giấy chứng nhận lần đầu", "Đất đai", "xa"),
    "1.002809": ("Đổi giấy phép lái xe do ngành Giao thông vận tải cấp", "Đường bộ", "tinh"),
    "2.001610": ("Đăng ký thành lập doanh nghiệp tư nhân", "Thành lập và hoạt động của doanh nghiệp", "tinh"),
    "1.009972": ("Cấp giấy phép xây dựng đối với nhà ở riêng lẻ", "Hoạt động xây dựng", "xa"),
}


def procedure(code: str, name: str, sector: str, tier: str) -> Source:
    return Source(
        f"procedure:{code}",
        "procedure",
        1,
        name,
        sectors=(sector,),
        body=("Người yêu cầu nộp hồ sơ tại Trung tâm Phục vụ hành chính công.",) * 3,
        codes=(code,),
        citizen=sector != "Thành lập và hoạt động của doanh nghiệp",
        facets={"tier": (tier,), "site": ("stp",)},
    )


def document(record_id: int, title: str, number: str) -> Source:
    return Source(f"record:{record_id}", "document", 1, title, body=("Quyết định", number), numbers=(number,))


SOURCES = [
    *(procedure(code, *rest) for code, rest in NAMES.items()),
    Source("record:1", "article", 1, "Tuyên truyền đăng ký kết hôn lưu động", day=date(2026, 10, 30)),
    Source("record:2", "article", 1, "Tuyên truyền đăng ký kết hôn lưu động", day=date(2016, 10, 30)),
    document(3, "Quyết định về lệ phí hộ tịch", "15/2024/QĐ-UBND"),
    document(4, "Quyết định về giá đất", "16/2024/QĐ-UBND"),
]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return shared.vocabulary()


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterator[Searcher]:
    generations = EmbeddedGenerations(tmp_path_factory.mktemp("data"))
    engine = fill(generations, lambda: SOURCES, vocabulary)
    engine.close()
    generations.swap(engine.generation)
    opened = Searcher(generations, vocabulary, clock=fixed(TODAY))
    yield opened
    opened.close()
