"""One figure as the page and the API show it: value, day, source, and what it is a share of."""

from __future__ import annotations

from datetime import date
from typing import Any

from reports.values import Json

NO_SOURCE = "không có nguồn"
COUNTED = "đếm từ các trang đã thu thập"


def figure(label: str, value: float | None, as_of: date | None, source: str, **more: Any) -> Json:
    """A figure; without a value its source is “không có nguồn”."""
    return {
        "label": label,
        "value": value,
        "as_of": as_of.isoformat() if as_of else None,
        "source": source if value is not None else NO_SOURCE,
        "counted": source == COUNTED,
        "unit": "",
        "of": "",
        "note": "",
        "url": "",
        "by_unit": [],
        "sites": [],
        **more,
    }
