"""What each published procedure was last checked against, so that a check looks only at what changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select

from core.plain import from_plain, to_plain
from store import changes
from store.findings import Finding
from store.tables import changes as changes_table
from store.tables import matched_records, pages, procedures, record_checks, record_links, records

CHUNK = 400


@dataclass(frozen=True, slots=True)
class Checked:
    """One record judged against what the register says of its procedure under the law of a day. `links`: address → label of its forms."""

    record_id: int
    site_id: str
    code: str
    list_only: bool
    record_version: int
    reference: str
    findings: tuple[Finding, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Light:
    """A live record without its content."""

    id: int
    site_id: str
    code: str
    title: str
    url: str
    capture_id: int | None
    version: int = 1
    changed_at: datetime | None = None
    seen_at: datetime | None = None  # when its page was last seen well


@dataclass(frozen=True, slots=True)
class Stale:
    """A record to be judged again: the code of its procedure ("" = none is known) and what that says, as a digest."""

    record_id: int
    code: str
    reference: str

    def waits_for(self, changed: Set[str]) -> bool:
        """Whether one of these changes is of the record or of its procedure."""
        return self.code in changed or f"record:{self.record_id}" in changed


def stale(connection: Connection, law: str) -> list[Stale]:
    """Every live procedure record that must be judged again. A page without national code is judged by its match.

    What waits to be unified is left out: its procedure says yet in what the page differed before, and nothing would show
    afterwards that it was judged by that.
    """
    waiting = to_unify(connection, changes.mark(connection, "unify"))
    reference = func.coalesce(procedures.c.reference, "")
    code = func.coalesce(matched_records.c.key, records.c.code)
    joined = records.outerjoin(record_checks, record_checks.c.record_id == records.c.id)
    joined = joined.outerjoin(matched_records, matched_records.c.record_id == records.c.id)
    joined = joined.outerjoin(procedures, procedures.c.key == code)
    query = select(records.c.id, code.label("code"), reference.label("reference")).select_from(joined)
    query = query.where(records.c.kind == "procedure", records.c.withdrawn_at.is_(None))
    query = query.where(
        or_(
            record_checks.c.record_id.is_(None),
            record_checks.c.record_version != records.c.version,
            record_checks.c.reference != reference,
            record_checks.c.code != code,
            record_checks.c.law != law,
        )
    )
    rows = connection.execute(query.order_by(records.c.code, records.c.id))
    found = (Stale(row.id, row.code, row.reference) for row in rows)
    return [one for one in found if not one.waits_for(waiting)]


def to_unify(connection: Connection, after: int) -> set[str]:
    """What changed after a number of the sequence and is to be unified: codes, and `record:ID` of pages without one."""
    query = select(changes_table.c.key).where(changes_table.c.topic == "unify", changes_table.c.seq > after)
    return set(connection.scalars(query))


def write(connection: Connection, checked: Iterable[Checked], law: str) -> int:
    """Put these judgements in the place of earlier ones of the same records; returns how many."""
    items = list(checked)
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        ids = [item.record_id for item in chunk]
        connection.execute(delete(record_checks).where(record_checks.c.record_id.in_(ids)))
        connection.execute(delete(record_links).where(record_links.c.record_id.in_(ids)))
        connection.execute(insert(record_checks), [_row(item, law) for item in chunk])
        links = [
            {"record_id": item.record_id, "url": url, "label": label}
            for item in chunk
            for url, label in item.links.items()
        ]
        if links:
            connection.execute(insert(record_links), links)
    return len(items)


def _row(item: Checked, law: str) -> dict[str, Any]:
    return {
        "record_id": item.record_id,
        "site_id": item.site_id,
        "code": item.code,
        "list_only": item.list_only,
        "record_version": item.record_version,
        "reference": item.reference,
        "law": law,
        "findings": to_plain(item.findings) if item.findings else None,
    }


def findings_of_live(connection: Connection) -> list[Finding]:
    """What was found in the live records, whenever that was."""
    query = select(record_checks.c.findings).join(records, records.c.id == record_checks.c.record_id)
    query = query.where(record_checks.c.findings.is_not(None), records.c.withdrawn_at.is_(None))
    return [from_plain(Finding, item) for row in connection.execute(query) for item in row.findings]


def linking(connection: Connection, urls: Iterable[str]) -> Iterator[tuple[Light, str, str]]:
    """(record, address, label) of the live records that offer one of these files."""
    wanted = list(dict.fromkeys(urls))
    for start in range(0, len(wanted), CHUNK):
        joined = records.join(pages, pages.c.id == records.c.page_id)
        joined = joined.join(record_links, record_links.c.record_id == records.c.id)
        query = _light(joined, record_links.c.url.label("link"), record_links.c.label)
        query = query.where(record_links.c.url.in_(wanted[start : start + CHUNK]))
        for row in connection.execute(query):
            yield _from_row(row), row.link, row.label


def several_labels(connection: Connection) -> Iterator[tuple[Light, str, str]]:
    """(record, address, label) of the live records in which two files stand under one name."""
    twice = (
        select(record_links.c.record_id)
        .where(record_links.c.label != "")
        .group_by(record_links.c.record_id, record_links.c.label)
        .having(func.count() > 1)
    )
    joined = records.join(pages, pages.c.id == records.c.page_id)
    joined = joined.join(record_links, record_links.c.record_id == records.c.id)
    query = _light(joined, record_links.c.url.label("link"), record_links.c.label)
    for row in connection.execute(query.where(records.c.id.in_(twice))):
        yield _from_row(row), row.link, row.label


def twice_on_a_site(connection: Connection) -> dict[tuple[str, str], list[Light]]:
    """(site, code) → the full records of a code that one site shows on several pages."""
    live = records.join(record_checks, record_checks.c.record_id == records.c.id)
    code = record_checks.c.code  # of a page without one: that of its match
    several = select(records.c.site_id, code).select_from(live)
    several = several.where(code != "", records.c.withdrawn_at.is_(None), ~record_checks.c.list_only)
    several = several.group_by(records.c.site_id, code)
    several = several.having(func.count(records.c.page_id.distinct()) > 1)
    pairs = {(row.site_id, row.code) for row in connection.execute(several)}
    found: dict[tuple[str, str], list[Light]] = {}
    for light in _of_pairs(connection, pairs):
        found.setdefault((light.site_id, light.code), []).append(light)
    return found


def _of_pairs(connection: Connection, pairs: set[tuple[str, str]]) -> Iterator[Light]:
    codes = sorted({code for _, code in pairs})
    for start in range(0, len(codes), CHUNK):
        joined = records.join(pages, pages.c.id == records.c.page_id)
        joined = joined.join(record_checks, record_checks.c.record_id == records.c.id)
        query = _light(joined, code=record_checks.c.code).where(
            record_checks.c.code.in_(codes[start : start + CHUNK]), ~record_checks.c.list_only
        )
        yield from (
            light for row in connection.execute(query) if ((light := _from_row(row)).site_id, light.code) in pairs
        )


def only_listed(connection: Connection) -> list[Light]:
    """Rows of procedure lists whose code the same site shows nowhere in full, or that have none."""
    full, other = record_checks.alias(), records.alias()
    shown = select(other.c.id).select_from(full.join(other, full.c.record_id == other.c.id))
    shown = shown.where(full.c.site_id == records.c.site_id, full.c.code == records.c.code, full.c.code != "")
    shown = shown.where(~full.c.list_only, other.c.withdrawn_at.is_(None))
    joined = records.join(pages, pages.c.id == records.c.page_id)
    joined = joined.join(record_checks, record_checks.c.record_id == records.c.id)
    query = _light(joined).where(record_checks.c.list_only, records.c.section == "procedures", ~shown.exists())
    return [_from_row(row) for row in connection.execute(query)]


def full_titles(connection: Connection, site_ids: Collection[str]) -> list[tuple[str, str]]:
    """(site, title) of what these sites show in full."""
    if not site_ids:
        return []
    joined = records.join(record_checks, record_checks.c.record_id == records.c.id)
    query = select(records.c.site_id, records.c.title).select_from(joined).where(~record_checks.c.list_only)
    query = query.where(records.c.site_id.in_(site_ids), records.c.withdrawn_at.is_(None))
    return [(row.site_id, row.title) for row in connection.execute(query)]


def codes_shown(connection: Connection, site_id: str, codes: Iterable[str]) -> set[str]:
    """Which of these codes a site shows, be it without the code on a page that was matched."""
    wanted, found = list(codes), set[str]()
    for start in range(0, len(wanted), CHUNK):
        query = select(records.c.code).where(records.c.site_id == site_id, records.c.withdrawn_at.is_(None))
        query = query.where(records.c.kind == "procedure", records.c.code.in_(wanted[start : start + CHUNK]))
        found |= set(connection.scalars(query))
        joined = matched_records.join(records, records.c.id == matched_records.c.record_id)
        matched = select(matched_records.c.key).select_from(joined).where(records.c.site_id == site_id)
        matched = matched.where(
            records.c.withdrawn_at.is_(None), matched_records.c.key.in_(wanted[start : start + CHUNK])
        )
        found |= set(connection.scalars(matched))
    return found


def titles_without_code(connection: Connection) -> dict[str, list[str]]:
    """Site → titles of its live procedures that show no code."""
    query = select(records.c.site_id, records.c.title)
    query = query.where(records.c.kind == "procedure", records.c.code == "", records.c.withdrawn_at.is_(None))
    found: dict[str, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.site_id, []).append(row.title)
    return found


def _light(source: Any, *more: Any, code: ColumnElement[str] = records.c.code) -> Select[Any]:
    columns = (records.c.id, records.c.site_id, code, records.c.title, pages.c.url, records.c.capture_id)
    times = (records.c.version, records.c.changed_at, pages.c.last_good)
    query = select(*columns, *times, *more).select_from(source)
    return query.where(records.c.kind == "procedure", records.c.withdrawn_at.is_(None)).order_by(records.c.id)


def _from_row(row: Any) -> Light:
    return Light(
        row.id,
        row.site_id,
        row.code,
        row.title,
        row.url,
        row.capture_id,
        row.version,
        row.changed_at,
        row.last_good,
    )
