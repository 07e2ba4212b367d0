"""What stands behind a verdict: the article of law of a rule, or that it is a house threshold."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from core.finding_rules import RULES

HOUSE = "Ngưỡng nội bộ, không phải luật"

_HOUSE = {
    "house.unverifiable": "Chưa kiểm chứng được trang",
    "house.no_section": "Chưa nhận ra chuyên mục nào",
    "house.undated": "Các mục không ghi ngày",
    "house.false_alarm": "Có người xác nhận báo nhầm",
    "verdict_hours": "Kết luận cũ quá thì không còn giá trị",
}


def behind(national: Path, rule: str) -> str:
    """The article of law behind a rule of a verdict, in words; house rules say that they are no law."""
    if not rule:
        return ""
    if rule.startswith("house.") or rule == "verdict_hours":
        what = _HOUSE.get(rule, "Ngưỡng im lặng" if rule.startswith("house.silence") else "")
        return f"{what}. {HOUSE}" if what else HOUSE
    if rule in RULES:
        return RULES[rule].title
    return _articles(national).get(rule, "")


@lru_cache(maxsize=8)
def _articles(national: Path) -> dict[str, str]:
    try:
        rows = json.loads((national / "freshness_rules.json").read_text(encoding="utf-8"))["rules"]
    except (OSError, ValueError, KeyError):
        return {}  # the check refuses to run on such a file and says so; the board still shows the rule's id
    return {str(row["id"]): str(row["legal_article"]) for row in rows}
