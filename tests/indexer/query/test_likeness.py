"""Copies of one text are one; variants of one procedure are told from strangers."""

from __future__ import annotations

from indexer.engines import Candidate, Card
from indexer.query.likeness import are_copies, are_variants, core_of, sketch
from vietnamese.syllables import canonical, folded, syllables

TEXT = " ".join(
    f"Ngày {n} tháng 10, Ủy ban nhân dân tỉnh tổ chức hội nghị triển khai nhiệm vụ thứ {n * 7}" for n in range(1, 12)
)


def candidate(name: str, sector: str = "Hộ tịch") -> Candidate:
    title_s = " ".join(map(canonical, syllables(name)))
    return Candidate(name, 1.0, Card(name, title_s, facets={"sector": (sector,)}))


def variants(one: str, other: str, sector: str = "Hộ tịch") -> bool:
    first, second = candidate(one), candidate(other, sector)
    return are_variants(first, second, core_of(first), core_of(second))


def test_a_reposted_text_is_a_copy_and_another_text_is_not() -> None:
    posted = sketch(folded(TEXT))
    assert are_copies(posted, sketch(folded(f"Theo Báo Thanh Hóa: {TEXT} Nguồn: Cổng thông tin điện tử")))
    assert not are_copies(
        posted, sketch(folded(TEXT.replace("hội nghị", "giải bóng đá").replace("nhiệm vụ", "phong trào")))
    )


def test_a_short_text_has_no_sketch() -> None:
    assert sketch(folded("Thông báo lịch tiếp công dân")) == ""
    assert not are_copies("", "")


def test_variants_share_the_thing_and_the_sector() -> None:
    assert variants("Thủ tục đăng ký kết hôn", "Thủ tục đăng ký kết hôn có yếu tố nước ngoài")
    assert variants("Cấp giấy phép lái xe", "Cấp lại giấy phép lái xe")
    assert not variants("Đăng ký kết hôn", "Đăng ký khai sinh")
    assert not variants("Đăng ký kết hôn", "Đăng ký kết hôn", "Đất đai")
