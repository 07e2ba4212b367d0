"""One figure as the page and the API show it: value, day, source, and what it is a share of."""

from __future__ import annotations

from datetime import date
from typing import Any

from search_api.parts import AppParts
from search_api.schemas import Json

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


def owner_of(parts: AppParts, site_id: str, day: date) -> str:
    """The owner of a site on the day."""
    return next((site.owner_on(day) for site in parts.province.sites if site.id == site_id), site_id)
