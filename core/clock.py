"""Time as an argument: every room is given a clock, so that tests and the box can live on another day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.errors import UsageError

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime in UTC."""

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def system_clock() -> datetime:
    """The present moment of this machine, in UTC."""
    return datetime.now(UTC)


def ticking_from(start: datetime) -> Clock:
    """A clock that shows `start` now and goes on at real speed (`--at TIME`)."""
    begun = time.monotonic()
    return lambda: start.astimezone(UTC) + timedelta(seconds=time.monotonic() - begun)


def fixed(moment: datetime) -> Clock:
    """A clock that stands still, for tests."""
    return lambda: moment.astimezone(UTC)


def local_date(moment: datetime) -> date:
    """The calendar day of a moment in Vietnam."""
    return moment.astimezone(VIETNAM).date()


def parse_moment(text: str) -> datetime:
    """`2018-08-09` (07:00 in Vietnam), `2018-08-09T06:30` (Vietnam time) or full ISO 8601 with offset → UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"“{text}” is not a time", "write it as 2018-08-09 or 2018-08-09T06:30+07:00") from None
    if moment.tzinfo is None:
        hours = timedelta(hours=7) if len(text) <= len("2018-08-09") else timedelta()
        moment = (moment + hours).replace(tzinfo=VIETNAM)
    return moment.astimezone(UTC)


def written_day(day: date) -> str:
    """`09/8/2018`, as official papers write it: a zero before days under 10 and before January and February (NĐ 30/2020)."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02}/{month}/{day.year}"
