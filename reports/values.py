"""Plain values that pages, JSON and files are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Json = dict[str, Any]


def stamp(moment: datetime | None) -> str | None:
    """ISO 8601 with offset, or None."""
    return moment.isoformat() if moment else None
