"""What stands behind a verdict, and the dated law as a table: which rules are measured, and how."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from core.finding_rules import RULES
from reports.values import Json

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
        return {str(row["id"]): _behind(row) for row in _law(national)}
    except ConfigError:
        return {}  # the check refuses to run on such a file and says so; the board still shows the rule's id


def _behind(row: Mapping[str, Any]) -> str:
    """The article; where it wants fresh news and names no number, whose number that is."""
    article = str(row["legal_article"])
    return f"{article} ({_SILENCE_OF_LAW})" if row["measure"] == "days_since_last_item" else article


_SILENCE_OF_LAW = "số ngày: ngưỡng nội bộ"


def _law(national: Path) -> list[Mapping[str, Any]]:
    path = national / "freshness_rules.json"
    try:
        rows: list[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["rules"]
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(f"{path} cannot be used: {error!r}", "restore it, or name the right --config") from None
    return rows


_COMPONENT = {"department", "district", "commune"}
"""What the law calls those whose sites are watched; rules for others bind none of them."""

_POSTED = "Ngày đăng trừ ngày ban hành, theo ngày làm việc"
_ANSWERED = "Ngày trả lời trừ ngày hỏi, theo ngày làm việc"
_COMPARED = "So từng mục với danh mục quốc gia"
_SEEN = "Có chuyên mục hay không; im lặng chỉ nhắc theo ngưỡng nội bộ"
OF_OTHERS = "Không đo: không ràng buộc trang thành phần"
UNSEEN = "Không đo: nhìn từ ngoài trang không kết luận được"


def measured(row: Mapping[str, Any]) -> str:
    """How the check measures a rule of the law, or why it does not; held against freshness/ by its tests."""
    if not _COMPONENT & set(row["applies_to"]):
        return OF_OTHERS
    measure = row["measure"]
    in_days = row["unit"] == "working_days" and row["max_age"] is not None
    if measure == "publish_minus_issue" and in_days:
        return _POSTED
    if measure == "answer_minus_question" and in_days:
        return _ANSWERED
    if measure == "diff_against_reference" and row["section"] == "procedures":
        return _COMPARED
    if measure in ("presence", "presence+change", "days_since_last_item"):
        return _SEEN
    return UNSEEN


def law_table(national: Path, day: date) -> list[Json]:
    """Every rule of `freshness_rules.json`, those in force on the day first; ConfigError when it cannot be read."""
    found = [_rule(row, day) for row in _law(national)]
    return sorted(found, key=lambda rule: (not rule["in_force"], rule["id"]))


def _rule(row: Mapping[str, Any], day: date) -> Json:
    begin, end = row["in_force_from"], row["in_force_to"]
    same = {name: row[name] for name in ("id", "section", "applies_to", "max_age", "unit", "clock_starts", "regime", "measure")}  # fmt: skip
    return {
        **same,
        "what": row["section_vi"],
        "article": row["legal_article"],
        "in_force_from": begin,
        "in_force_to": end,
        "in_force": date.fromisoformat(begin) <= day and (end is None or day <= date.fromisoformat(end)),
        "measured": measured(row),
    }
