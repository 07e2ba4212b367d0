"""What one check of a page writes: a good reading, no change, a failure, a sign of absence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.model import Reading
from core.plain import to_plain
from core.states import Outcome
from crawler import frontier
from crawler.discovery import link_sections
from crawler.frontier import Bounds
from crawler.reading import Understood
from store import captures, pages, records
from store.pages import NewPage, Page
from store.records import Written

FORGET_CONTENT: dict[str, Any] = {"etag": None, "last_modified": None, "body_digest": None, "text_digest": None}


@dataclass(frozen=True, slots=True)
class Check:
    """One look at a page: when, in which visit, with which bounds."""

    page: Page
    visit_id: int
    at: datetime
    bounds: Bounds


@dataclass(frozen=True, slots=True)
class Capture:
    """The answer a reading rests on, with what makes the next check cheap."""

    id: int
    status: int
    body_digest: str
    etag: str = ""
    last_modified: str = ""


def good(
    connection: Connection, check: Check, capture: Capture, said: Understood, found: list[NewPage], server: str
) -> Written:
    """Store a good reading: records, state, validators, fingerprints and links, all or nothing."""
    page, reading = placed(connection, check.page), said.reading
    assert reading is not None
    same_text = said.text_digest == page.text_digest and page.gone_at is None
    written = (
        Written(unchanged=len(said.prepared)) if same_text else write_records(connection, page, capture, said, check.at)
    )
    changed = bool(written.new or written.changed or written.withdrawn) or page.text_digest is None
    kind = "home" if page.depth == 0 else reading.page_kind
    hours = frontier.next_interval(page.interval_hours, kind, check.bounds, changed=changed)
    values = (
        _seen(check, hours)
        | reading_values(page, said)
        | {
            "outcome": Outcome.OK.value,
            "evidence": said.evidence,
            "http_status": capture.status,
            "kind": kind,
            "etag": capture.etag or None,
            "last_modified": capture.last_modified or None,
            "body_digest": capture.body_digest,
            "capture_id": capture.id,
        }
    )
    if changed:
        values["last_changed"] = check.at
    pages.update_page(connection, page.id, values)
    pages.discover(connection, page.site_id, server, found, check.at)
    if not same_text:
        name_sections(connection, page, reading)
    captures.mark_read(connection, capture.id, Outcome.OK.value, check.at)
    return written


def placed(connection: Connection, page: Page) -> Page:
    """The page with the section it has by now: a list read while it was waiting may have named one."""
    return replace(page, section=pages.section_of(connection, page.id))


def name_sections(connection: Connection, page: Page, reading: Reading) -> None:
    """Give pages that were found where no section was named the one in which this page lists them."""
    if reading.page_kind not in ("list", "home"):
        return
    by_section: dict[str, list[str]] = {}
    for url, section in link_sections(reading, page.url, page.section).items():
        by_section.setdefault(section, []).append(url)
    for section, urls in by_section.items():
        pages.name_section(connection, page.site_id, urls, section)


def write_records(connection: Connection, page: Page, capture: Capture, said: Understood, at: datetime) -> Written:
    """Store what a page says; a new version only where a field changed."""
    assert said.reading is not None
    section = said.reading.section or page.section
    origin = records.Origin(page.id, page.site_id, section, said.reading.reader, capture.id, at)
    return records.write_page_records(connection, origin, said.prepared)


def reading_values(page: Page, said: Understood) -> dict[str, Any]:
    """The columns of a page that follow from its reading alone."""
    reading = said.reading
    assert reading is not None
    return {
        "section": reading.section or page.section,
        "text_digest": said.text_digest,
        "fields_digest": said.fields_digest,
        "reader": reading.reader,
        "reader_why": reading.why,
        "title": reading.title,
        "notes": list(said.notes),
        "items": to_plain(reading.items),
        "site_name": reading.site_name,
    }


def unchanged(connection: Connection, check: Check, capture: Capture | None = None) -> None:
    """The page is as it was (304, or the same bytes with perhaps newer validators)."""
    page = check.page
    hours = frontier.next_interval(page.interval_hours, page.kind, check.bounds, changed=False)
    values = _seen(check, hours) | {"outcome": Outcome.UNCHANGED.value, "evidence": ""}
    if capture is not None:
        values |= {"etag": capture.etag or None, "last_modified": capture.last_modified or None}
    pages.update_page(connection, page.id, values)


def failed(connection: Connection, check: Check, outcome: Outcome, evidence: str, more: Failure) -> None:
    """The page did not show itself: records, validators and fingerprints stay as they were."""
    failures = check.page.failures + 1
    due = frontier.due_after_failure(check.at, failures)
    values = _asked(check) | {
        "outcome": outcome.value,
        "evidence": evidence,
        "http_status": more.status,
        "failures": failures,
        "next_due": max(due, check.at + (more.pause or timedelta())),
    }
    pages.update_page(connection, check.page.id, values)
    if more.capture_id is not None:
        captures.mark_read(connection, more.capture_id, outcome.value, check.at)


@dataclass(frozen=True, slots=True)
class Failure:
    """What else is known of a failure: HTTP status, the capture of a guard page, how long to stay away."""

    status: int | None = None
    capture_id: int | None = None
    pause: timedelta | None = None


def absent(connection: Connection, check: Check, outcome: Outcome, evidence: str, more: Failure) -> int:
    """A positive sign of absence on a healthy site; often enough, over days, it becomes a tombstone.

    Returns how many records were withdrawn with the tombstone.
    """
    page = check.page
    values = _asked(check) | {
        "outcome": outcome.value,
        "evidence": evidence,
        "http_status": more.status,
        "absences": page.absences + 1,
        "absent_since": page.absent_since or check.at,
        "next_due": frontier.due_after_absence(check.at),
    }
    withdrawn = 0
    if page.gone_at is not None:
        values["next_due"] = check.at + timedelta(hours=check.bounds.longest_hours)
    elif frontier.is_gone(page, check.at, check.bounds):
        values |= FORGET_CONTENT | {
            "gone_at": check.at,
            "next_due": check.at + timedelta(hours=check.bounds.longest_hours),
        }
        withdrawn = records.withdraw_page(connection, page.id, check.at)
    pages.update_page(connection, page.id, values)
    if more.capture_id is not None:
        captures.mark_read(connection, more.capture_id, outcome.value, check.at)
    return withdrawn


def left_out(connection: Connection, check: Check, outcome: Outcome, evidence: str) -> None:
    """The page was not asked for (robots, another site's host): looked at again when everything is."""
    due = check.at + timedelta(hours=check.bounds.longest_hours)
    values = {"visit_id": check.visit_id, "outcome": outcome.value, "evidence": evidence, "next_due": due}
    pages.update_page(connection, check.page.id, values)


def leads_elsewhere(connection: Connection, check: Check, target: NewPage, status: int, server: str) -> None:
    """The page is only another address of one on the same site: that one is looked at instead."""
    values = _seen(check, check.bounds.longest_hours) | {
        "outcome": Outcome.OK.value,
        "evidence": f"redirects to {target.url}",
        "http_status": status,
        "kind": "other",
    }
    pages.update_page(connection, check.page.id, values)
    pages.discover(connection, check.page.site_id, server, [target], check.at)


def _asked(check: Check) -> dict[str, Any]:
    return {"visit_id": check.visit_id, "last_checked": check.at}


def _seen(check: Check, hours: float) -> dict[str, Any]:
    return _asked(check) | {
        "last_good": check.at,
        "interval_hours": hours,
        "next_due": frontier.due_after(check.at, hours),
        "failures": 0,
        "absences": 0,
        "absent_since": None,
        "gone_at": None,
    }
