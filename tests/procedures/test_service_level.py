"""A page's wording of a service level: a number in any form, and nothing of what is denied."""

from __future__ import annotations

from datetime import date

import pytest

from core.states import ServiceLevel
from procedures.service_level import understand

DAY = date(2018, 8, 9)


@pytest.mark.parametrize(
    ("wording", "level"),
    [
        ("Mức độ 4", ServiceLevel.FULL),
        ("DVC mức độ 04", ServiceLevel.FULL),
        ("mức độ IV", ServiceLevel.FULL),
        ("Mức độ: 4", ServiceLevel.FULL),
        ("Mức độ cung cấp dịch vụ công trực tuyến: Mức độ 3", ServiceLevel.PARTIAL),
        ("Mức độ cung cấp dịch vụ công trực tuyến: III", ServiceLevel.PARTIAL),
        ("Cấp độ: 2", ServiceLevel.INFORMATION),
        (" 3 ", ServiceLevel.PARTIAL),
        ("Mức độ 45", None),
        ("Chưa cung cấp mức độ 4", None),
    ],
)
def test_a_number_is_read_in_every_form(wording: str, level: ServiceLevel | None) -> None:
    found = understand(wording, DAY)
    assert (found.level, found.converted) == (level, level is not None)


@pytest.mark.parametrize(
    ("wording", "level"),
    [
        ("Dịch vụ công trực tuyến toàn trình", ServiceLevel.FULL),
        ("Không cung cấp dịch vụ công trực tuyến toàn trình", None),
        ("Toàn trình: Không", None),
        ("Chưa đủ điều kiện toàn trình, cung cấp một phần", ServiceLevel.PARTIAL),
        ("Toàn trình (không thu phí)", ServiceLevel.FULL),
    ],
)
def test_what_is_not_offered_is_no_level(wording: str, level: ServiceLevel | None) -> None:
    assert understand(wording, DAY).level is level
