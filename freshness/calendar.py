"""Vietnamese working days: Monday to Friday without public holidays, Tết, Giỗ Tổ and compensatory days."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import holidays

from core.errors import ConfigError
from freshness.rows import are_days, checked


@cache
def _closed(year: int) -> frozenset[date]:
    """Public holidays of a year with the swapped days the library knows (2018–2027)."""
    return frozenset(holidays.country_holidays("VN", years=year))


@cache
def _worked_weekends(year: int) -> frozenset[date]:
    found = getattr(holidays.country_holidays("VN", years=year), "weekend_workdays", ())
    return frozenset(found)


class Calendar:
    """Counts working days; `off` and `working` override the library (config/national/holidays.toml)."""

    def __init__(self, off: Iterable[date] = (), working: Iterable[date] = ()) -> None:
        self._off = frozenset(off)
        self._working = frozenset(working)

    @classmethod
    def load(cls, national: Path) -> Calendar:
        """The calendar with the overrides of `national/holidays.toml`, when there is such a file; ConfigError names what is odd."""
        path = national / "holidays.toml"
        if not path.exists():
            return cls()
        try:
            data: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path} is not valid TOML: {error}", "mend that line") from None
        days = {"off": are_days, "working": are_days}
        data = checked(str(path), data, {}, days, "give off and working as lists of bare dates: [2026-05-02]")
        return cls(data.get("off", ()), data.get("working", ()))

    def is_working(self, day: date) -> bool:
        """Whether offices are open."""
        if day in self._working:
            return True
        if day in self._off or day in _closed(day.year):
            return False
        return day.weekday() < 5 or day in _worked_weekends(day.year)

    def working_days(self, begin: date, end: date) -> int:
        """Working days after `begin` up to and including `end`: `begin` is day 0, so “không quá N ngày” holds at N."""
        span = (end - begin).days
        return sum(self.is_working(begin + timedelta(days=n)) for n in range(1, span + 1))
