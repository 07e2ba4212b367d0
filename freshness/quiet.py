"""Quiet times: days and hours in which a kind of finding is neither raised nor resolved, announced beforehand as data.

`[[quiet]]` of the province's thresholds.toml: `rules` (ids, `outcome.*` for a group), `from`, `to` (both included),
optionally `sites`, `hours` ("22:00-05:00", Vietnam) and `why`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from fnmatch import fnmatch
from typing import Any

from core.clock import VIETNAM
from core.errors import ConfigError
from core.finding_rules import RULES
from freshness.rows import are_texts, checked, is_count, is_day, is_text
from store.signs import Need

_NEEDED = {"rules": are_texts, "from": is_day, "to": is_day}
_PERHAPS = {"sites": are_texts, "hours": is_text, "why": is_text}
_REMEDY = "give rules as a list, from and to as bare dates, and perhaps sites (a list), hours and why"


@dataclass(frozen=True, slots=True)
class Quiet:
    """One quiet time."""

    rules: tuple[str, ...]
    begin: date
    end: date
    sites: tuple[str, ...] = ()
    hours: tuple[time, time] | None = None
    why: str = ""

    def covers(self, rule: str, site_id: str, now: datetime) -> bool:
        """Whether nothing is said about this rule and site now."""
        local = now.astimezone(VIETNAM)
        if not self.begin <= local.date() <= self.end or (self.sites and site_id not in self.sites):
            return False
        return any(fnmatch(rule, pattern) for pattern in self.rules) and self._in_hours(local.time())

    def _in_hours(self, moment: time) -> bool:
        if self.hours is None:
            return True
        begin, end = self.hours
        return begin <= moment < end if begin <= end else moment >= begin or moment < end


def quiet_times(thresholds: Mapping[str, Any]) -> tuple[Quiet, ...]:
    """The quiet times of a province; ConfigError names the odd one."""
    return tuple(_quiet(number, row) for number, row in enumerate(thresholds.get("quiet", []), 1))


def _quiet(number: int, row: Mapping[str, Any]) -> Quiet:
    where = f"thresholds.toml: quiet {number}"
    checked(where, row, _NEEDED, _PERHAPS, _REMEDY)
    if row["from"] > row["to"]:
        raise ConfigError(f"{where} ends before it begins", "correct from or to")
    for pattern in row["rules"]:
        if not any(fnmatch(rule, pattern) for rule in RULES):
            raise ConfigError(f"{where}: no rule is called “{pattern}”", "docs/freshness.md lists them")
    try:
        hours = tuple(time.fromisoformat(part) for part in row["hours"].split("-")) if "hours" in row else None
        if hours is not None and len(hours) != 2:
            raise ValueError(row["hours"])
    except ValueError as error:
        raise ConfigError(f"{where}: hours “{error}” is odd", 'write it as "22:00-05:00"') from None
    pair = (hours[0], hours[1]) if hours else None
    return Quiet(tuple(row["rules"]), row["from"], row["to"], tuple(row.get("sites", ())), pair, row.get("why", ""))


def needs(thresholds: Mapping[str, Any]) -> dict[str, Need]:
    """How many signs each rule needs: the table's, unless `[hysteresis]` of the province says otherwise."""
    found = {rule.id: Need(rule.signs, rule.of) for rule in RULES.values()}
    for name, row in thresholds.get("hysteresis", {}).items():
        known = [rule for rule in RULES if fnmatch(rule, name)]
        where, remedy = f"thresholds.toml: hysteresis.{name}", "give signs and of, 1 to 8, for a rule"
        checked(where, row, {"signs": is_count, "of": is_count}, {}, remedy)
        if not known or not row["signs"] <= row["of"] <= 8:
            raise ConfigError(f"{where} is odd", remedy)
        found |= {rule: Need(row["signs"], row["of"]) for rule in known}
    return found
