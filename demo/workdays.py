"""Working days of Vietnam: Monday to Friday without public holidays (Bộ luật Lao động Đ112, compensatory days included)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays


@cache
def _off(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def is_working(day: date) -> bool:
    """Whether offices work on `day`."""
    return day.weekday() < 5 and day not in _off(day.year)


def step(day: date, count: int) -> date:
    """The working day `count` working days after (or, negative, before) `day`."""
    direction = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += direction
        while not is_working(day):
            day += direction
    return day


def between(begin: date, end: date) -> int:
    """Working days after `begin` up to and including `end` (the day of issue is day 0)."""
    days = (begin + timedelta(days=n) for n in range(1, (end - begin).days + 1))
    return sum(map(is_working, days))
