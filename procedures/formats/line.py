"""What the formats share: the error of a bad line, codes, dates and plain texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.codes import NATIONAL

NOTHING = "Không có thông tin"
"""How the portal writes an empty part."""


class BadLine(ValueError):
    """A line that cannot be an entry; the text says why."""


def code_of(raw: Any) -> str:
    """The national code, suffix dropped; BadLine when it is missing or is not one (`1.0133611`, `1.014955-Xoa`)."""
    if not isinstance(raw, str) or not raw.strip():
        raise BadLine("no code")
    found = NATIONAL.fullmatch(raw.strip())
    if found is None:
        raise BadLine(f"odd code “{raw}”")
    return f"{found[1]}.{found[2]}"


def name_of(raw: Any) -> str:
    """The name on one line; BadLine when there is none."""
    name = one_line(raw)
    if not name:
        raise BadLine("no name")
    return name


def text(raw: Any) -> str:
    """A text in NFC without outer space; "" for null, for other types and for “Không có thông tin”."""
    if not isinstance(raw, str):
        return ""
    clean = unicodedata.normalize("NFC", raw).replace("\xa0", " ").strip()
    return "" if clean.rstrip(" .") == NOTHING else clean


def one_line(raw: Any) -> str:
    """A text with all white space as single spaces."""
    return " ".join(text(raw).split())


def texts(raw: Any) -> tuple[str, ...]:
    """The non-empty texts of a list, each once, in order."""
    items = raw if isinstance(raw, list) else []
    return tuple(dict.fromkeys(clean for item in items if (clean := one_line(item))))


def names(*lists: Any) -> tuple[str, ...]:
    """The `name` of every object in these lists, each once, in order."""
    found = [item.get("name") for items in lists if isinstance(items, list) for item in items if isinstance(item, dict)]
    return texts(found)


def moment(raw: Any) -> datetime | None:
    """Milliseconds since 1970 as a moment, None for anything that is not (31/12/9999 and the like occur)."""
    if not isinstance(raw, int) or isinstance(raw, bool):
        return None
    try:
        return datetime.fromtimestamp(raw / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def objects(raw: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; anything else is left out."""
    return [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []
