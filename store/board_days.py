"""The board day by day: the verdict of every section and the findings still to be done, for trends and score sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select

from core.finding_rules import RULES
from core.states import FindingState
from store.tables import board_days, findings
from store.verdicts import Judged

EDITORS_RULES = tuple(rule.id for rule in RULES.values() if rule.audience == "editor")


@dataclass(frozen=True, slots=True)
class BoardDay:
    """A site on a day: section → verdict, and how many findings of its editor were open."""

    day: date
    sections: Mapping[str, str]
    open_findings: int


def keep(connection: Connection, judged: Iterable[Judged], day: date) -> None:
    """Write the day of every site judged, in the place of an earlier check of that day."""
    sections: dict[str, dict[str, str]] = defaultdict(dict)
    for item in judged:
        verdicts = sections[item.site_id]
        if item.section:
            verdicts[item.section] = item.verdict.value
    counted = _open_findings(connection)
    rows = [
        {"site_id": site_id, "day": day, "sections": verdicts, "open_findings": counted.get(site_id, 0)}
        for site_id, verdicts in sections.items()
    ]
    connection.execute(delete(board_days).where(board_days.c.site_id.in_(sections), board_days.c.day == day))
    if rows:
        connection.execute(insert(board_days), rows)


def _open_findings(connection: Connection) -> dict[str, int]:
    live = findings.c.state.in_((FindingState.OPEN.value, FindingState.ACKNOWLEDGED.value))
    query = select(findings.c.site_id, func.count()).where(live, findings.c.rule.in_(EDITORS_RULES))
    return {row[0]: row[1] for row in connection.execute(query.group_by(findings.c.site_id))}


def since(connection: Connection, first: date) -> dict[str, list[BoardDay]]:
    """Site → its days from `first` on, oldest first."""
    found: dict[str, list[BoardDay]] = defaultdict(list)
    query = select(board_days).where(board_days.c.day >= first).order_by(board_days.c.day)
    for row in connection.execute(query):
        found[row.site_id].append(BoardDay(row.day, row.sections, row.open_findings))
    return dict(found)
