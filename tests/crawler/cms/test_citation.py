"""A document's own kind, number and subject are told from those of the documents that it speaks of."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.cms.citation import Citation, cited, own_number

CITED = {
    "Quyết định của UBND tỉnh số 37/2018/QĐ-UBND bãi bỏ Quyết định số 90/2015/QĐ-UBND": Citation(
        "Quyết định của UBND tỉnh", "37/2018/QĐ-UBND", None, "bãi bỏ Quyết định số 90/2015/QĐ-UBND"
    ),
    "Chỉ thị số: 05/CT-UBND ngày 3/4/2019 của Chủ tịch UBND huyện về việc trực Tết": Citation(
        "Chỉ thị", "05/CT-UBND", date(2019, 4, 3), "về việc trực Tết"
    ),
    "QUYẾT ĐỊNH số 1187/QĐ-UBND, ngày 23 tháng 7 năm 2018: công bố danh mục thủ tục": Citation(
        "QUYẾT ĐỊNH", "1187/QĐ-UBND", date(2018, 7, 23), "công bố danh mục thủ tục"
    ),
}


@pytest.mark.parametrize("text", CITED)
def test_a_citation_is_taken_apart(text: str) -> None:
    assert cited(text) == CITED[text]


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định bãi bỏ Quyết định số 90/2015/QĐ-UBND về phân cấp",
        "Quyết định số 90/2015/QĐ-UBND",
        "Về việc thi hành Luật số 60/2014/QH13 trong năm",
        "Quyết định số một về việc trực Tết",
        "",
    ],
)
def test_what_cites_another_or_says_no_subject_stays_whole(text: str) -> None:
    assert cited(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("số 12/2018/NQ-HĐND về mức thu phí", "12/2018/NQ-HĐND"),
        ("Quyết định số 5/QĐ-UBND bãi bỏ Quyết định số 4/QĐ-UBND", "5/QĐ-UBND"),
        ("V/v triển khai Chỉ thị số 05/CT-TTg", ""),
        ("Thông báo lịch tiếp công dân", ""),
    ],
)
def test_the_number_of_what_a_document_changes_or_follows_is_not_its_own(text: str, number: str) -> None:
    assert own_number(text) == number
