"""What was found beside what was planted: found, missed and false by kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

BY_ADDRESS = ("no_code", "old_code")
"""Rules about pages that do not tell their procedure's code: the address is what identifies them."""


@dataclass(slots=True)
class Tally:
    """Of one kind of fault (or, for false findings, of one rule)."""

    found: int = 0
    missed: list[Mapping[str, Any]] = field(default_factory=list)
    false: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Score:
    """The comparison. `by_kind`: kind of fault → tally; a false finding counts under the kind that has its rule."""

    by_kind: Mapping[str, Tally]

    @property
    def found(self) -> int:
        """Expected findings that were there in time."""
        return sum(tally.found for tally in self.by_kind.values())

    @property
    def missed(self) -> int:
        """Expected findings that were not."""
        return sum(len(tally.missed) for tally in self.by_kind.values())

    @property
    def false(self) -> int:
        """Findings that nothing planted explains; one that stands for many days counts once."""
        return sum(len(tally.false) for tally in self.by_kind.values())

    def lines(self) -> Iterable[str]:
        """The report: a line a kind, what was missed and false, totals last."""
        yield f"{'kind':<24}{'found':>7}{'missed':>8}{'false':>7}"
        for kind in sorted(self.by_kind):
            tally = self.by_kind[kind]
            yield f"{kind:<24}{tally.found:>7}{len(tally.missed):>8}{len(tally.false):>7}"
        for kind in sorted(self.by_kind):
            for row in self.by_kind[kind].missed:
                where = row["section"] or row["code"]
                yield f"missed  {kind} {row['site']} {where} from day {row['from_day']}, due on day {row['by_day']}".rstrip()
            for row in self.by_kind[kind].false:
                where = row["section"] or row["code"] or row["url"]
                yield f"false   {row['rule']} {row['site']} {where} on day {row['day']}".rstrip()
        yield f"total: {self.found} found, {self.missed} missed, {self.false} false"


def compare(truth: Mapping[str, Any], observed: Iterable[Mapping[str, Any]]) -> Score:
    """`observed`: one row per finding that stood at the end of a day (day, rule, site, section, code, url).

    An expected finding counts as found when it stood on any day from `from_day` to `by_day`; one with `by_day` null may
    be missed. A finding is false on a day on which nothing expected allows it.
    """
    rows = list(observed)
    by_kind: dict[str, Tally] = defaultdict(Tally)
    kind_of_rule = {item["rule"]: item["kind"] for item in truth["expected"]}
    for item in truth["expected"]:
        seen = any(_is_it(item, row) and item["from_day"] <= row["day"] <= item["until_day"] for row in rows)
        in_time = any(_is_it(item, row) and item["from_day"] <= row["day"] <= (item["by_day"] or 0) for row in rows)
        tally = by_kind[item["kind"]]
        if in_time or (seen and item["by_day"] is None):
            tally.found += 1
        elif item["by_day"] is not None:
            tally.missed.append(item)
    told: set[tuple[str, ...]] = set()
    for row in rows:
        identity = (row["rule"], row["site"], row["section"], row["code"], row["url"])
        if identity in told or any(_explains(item, row) for item in truth["expected"]):
            continue
        told.add(identity)
        by_kind[kind_of_rule.get(row["rule"], row["rule"])].false.append(row)
    return Score(dict(by_kind))


def _explains(item: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return _is_it(item, row) and item["from_day"] <= row["day"] <= item["until_day"]


def _is_it(item: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    if item["rule"] != row["rule"] or item["site"] != row["site"]:
        return False
    if item["section"]:
        return bool(item["section"] == row["section"])
    if not item["code"]:
        return True
    parts = urlsplit(row["url"])
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return _code(item, row) or (bool(item["path"]) and _sorted(address) == _sorted(item["path"]))


def _code(item: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return bool(item["code"] == row["code"]) and item["rule"] not in BY_ADDRESS


def _sorted(address: str) -> tuple[str, tuple[str, ...]]:
    path, _, query = address.partition("?")
    return path, tuple(sorted(query.split("&")))
