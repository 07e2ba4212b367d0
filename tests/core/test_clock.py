"""Clocks: a day named on the command line is a day in Vietnam."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core.clock import fixed, local_date, parse_moment, ticking_from
from core.errors import UsageError


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2018-08-09", datetime(2018, 8, 9, 0, 0, tzinfo=UTC)),  # 07:00 in Vietnam
        ("2018-08-09T06:30", datetime(2018, 8, 8, 23, 30, tzinfo=UTC)),
        ("2018-08-09T06:30+00:00", datetime(2018, 8, 9, 6, 30, tzinfo=UTC)),
    ],
)
def test_a_time_without_zone_is_vietnamese(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment
    assert local_date(parse_moment(text)) == date(2018, 8, 9)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(UsageError, match="2018-08-09"):
        parse_moment("tomorrow")


def test_a_clock_set_to_a_day_goes_on_from_there() -> None:
    start = datetime(2018, 8, 9, tzinfo=UTC)
    clock = ticking_from(start)
    first, second = clock(), clock()
    assert start <= first <= second
    assert fixed(start)() == start
