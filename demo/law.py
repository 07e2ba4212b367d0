"""What the law and the house ask of a site on a day, read from the same dated data as the checks, by code of the box's own."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from demo.units import Unit

SOURCE = Path(__file__).resolve().parent.parent / "config"
"""The project's own config folder, from which a box takes law and vocabulary."""

_SEEN_IN_A_MENU = (
    "presence",
    "presence+change",
    "days_since_last_item",
    "publish_minus_issue",
    "answer_minus_question",
)


@cache
def _rules() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((SOURCE / "national" / "freshness_rules.json").read_text(encoding="utf-8"))["rules"])


@cache
def _house() -> dict[str, dict[str, int]]:
    text = (SOURCE / "thanhhoa" / "thresholds.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["silence"])


def _binding(unit: Unit, day: date) -> list[dict[str, Any]]:
    return [
        rule
        for rule in _rules()
        if unit.kind in rule["applies_to"] and rule["in_force_from"] <= str(day) <= (rule["in_force_to"] or "9999")
    ]


def requires(unit: Unit, section: str, day: date) -> bool:
    """Whether a section must stand in the site's menu on a day."""
    return any(
        rule["section"] == section
        and rule["required"] is True
        and rule["menu_aliases_vi"]
        and rule["measure"] in _SEEN_IN_A_MENU
        for rule in _binding(unit, day)
    )


def quiet_days(unit: Unit, section: str, day: date) -> int:
    """Working days of silence of a section up to which nobody is told (a house threshold, not law)."""
    for rule in _binding(unit, day):
        if rule["section"] == section and rule["measure"] == "days_since_last_item":
            return int(rule["dashboard_default"]["warn_working_days"])
    return _house()[section]["warn"]


def answer_days(unit: Unit, section: str, asked: date) -> int | None:
    """Working days within which a question must be answered by the law of the day it was asked; None: no number."""
    for rule in _binding(unit, asked):
        if rule["section"] == section and rule["measure"] == "answer_minus_question":
            return int(rule["max_age"])
    return None


def posting_days(unit: Unit, section: str, issued: date) -> int | None:
    """Working days within which a site's own document must be posted by the law of its day; None: no number."""
    limits = [
        (rule["section"] == "*", int(rule["max_age"]))
        for rule in _binding(unit, issued)
        if rule["measure"] == "publish_minus_issue"
        and rule["unit"] == "working_days"
        and rule["section"] in (section, "*")
    ]
    return min(limits)[1] if limits else None
