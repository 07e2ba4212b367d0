"""What one check of a page writes: a good reading, no change, a failure, a sign of absence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from core.clock import local_date
from core.model import LOST_PROCEDURE
from core.plain import to_plain
from core.states import Outcome
from crawler import belief, frontier
from crawler.frontier import Bounds
from crawler.reading import Understood
from crawler.urls import host_of, key_of
from store import captures, page_links, page_records, pages
from store.page_links import PageLink
from store.page_records import Written
from store.pages import NewPage, Page

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


@dataclass(frozen=True, slots=True)
class Leads:
    """Where a reading leads: addresses for the frontier, sections (key → section) for pages that had none, known pages."""

    pages: list[NewPage] = field(default_factory=list)
    sections: Mapping[str, str] = field(default_factory=dict)
    linked: Sequence[str] = ()  # keys


def good(connection: Connection, check: Check, capture: Capture, said: Understood, leads: Leads) -> Written | None:
    """Store a good reading: records, state, validators, fingerprints and links, all or nothing.

    None: the page has collapsed or was cut off and is not believed yet; that was written instead.
    """
    page, reading = check.page, said.reading
    assert reading is not None
    if evidence := belief.collapsed(connection, page, said, check.at) or belief.cut_off(
        connection, page, said, check.at
    ):
        failed(connection, check, Outcome.EMPTY, evidence, Failure(capture.status, capture.id))
        _follow(connection, check, leads)
        pages.update_page(connection, page.id, {"absent_since": page.absent_since or check.at})
        return None
    page = replace(page, section=pages.section_of(connection, page))
    said = believed(connection, page, said)
    stored = page.text_digest, page.fields_digest
    same = stored == (said.text_digest, said.fields_digest) and page.gone_at is None
    written = (
        Written(unchanged=len(said.prepared)) if same else write_records(connection, page, capture, said, check.at)
    )
    changed = bool(written.new or written.changed or written.withdrawn) or page.text_digest is None
    kind = "home" if page.depth == 0 else reading.page_kind
    read = reading_values(page, said)
    role = frontier.Role(page.url, kind, read["section"], read["newest_item"])
    hours = frontier.next_interval(page.interval_hours, role, check.bounds, local_date(check.at), changed=not same)
    values = (
        _seen(check, hours)
        | read
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
    _follow(connection, check, leads)
    if not same:
        pages.recall(connection, leads.linked, check.at)
    elif page.absences:
        pages.recall_of_page(connection, page.id, check.at)
    captures.mark_read(connection, capture.id, Outcome.OK.value, check.at)
    return written


def _follow(connection: Connection, check: Check, leads: Leads) -> None:
    pages.discover(connection, check.page.site_id, check.page.server, leads.pages, check.at)
    pages.name_sections(connection, leads.sections, check.at)


def believed(connection: Connection, page: Page, said: Understood) -> Understood:
    """The reading, without what was read in place of procedures that the page showed before and shows no more.

    A page that answers well and has lost its procedures has a new template, or is not what it was: neither is a sign
    that the procedures are gone, and what a reader makes of such a page is not to be trusted.
    """
    if any(item.record.kind == "procedure" for item in said.prepared) or not page_records.shows_procedures(
        connection, page.id
    ):
        return said
    return replace(said, prepared=(), notes=(*said.notes, LOST_PROCEDURE))


def write_records(connection: Connection, page: Page, capture: Capture, said: Understood, at: datetime) -> Written:
    """Store what a page says and where its text leads; a new version of a record only where a field changed."""
    assert said.reading is not None
    if LOST_PROCEDURE in said.notes:
        return Written()
    leading = ((link, key_of(link.url)) for link in said.reading.content_links)
    links = [PageLink(link.url, key, host_of(link.url), link.text) for link, key in leading if key != page.key]
    page_links.replace(connection, page.id, links)
    section = said.reading.section or page.section
    origin = page_records.Origin(page.id, page.site_id, section, said.reading.reader, capture.id, at)
    return page_records.write(connection, origin, said.prepared)


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
        "newest_item": max((item.published for item in reading.items if item.published), default=None),
        "site_name": reading.site_name,
    }


def unchanged(connection: Connection, check: Check, capture: Capture | None = None) -> None:
    """The page is as it was: 304, the same bytes, or other bytes that say the same; perhaps with newer validators."""
    page = check.page
    role = frontier.Role(page.url, page.kind, page.section, page.newest_item)
    hours = frontier.next_interval(page.interval_hours, role, check.bounds, local_date(check.at), changed=False)
    values = _seen(check, hours) | {"outcome": Outcome.UNCHANGED.value, "evidence": ""}
    if capture is not None:
        values |= {"etag": capture.etag or None, "last_modified": capture.last_modified or None}
    pages.update_page(connection, page.id, values)
    if page.absences:  # its files went and came with it
        pages.recall_of_page(connection, page.id, check.at)


def says_the_same(page: Page, said: Understood) -> bool:
    """Whether a good reading says what the stored one does: text, fields, remarks and the reader itself."""
    if said.reading is None:
        return False
    stored = page.text_digest, page.fields_digest, page.reader, [note for note in page.notes if note != LOST_PROCEDURE]
    return stored == (said.text_digest, said.fields_digest, said.reading.reader, list(said.notes))


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


def absent(connection: Connection, check: Check, outcome: Outcome, evidence: str, more: Failure) -> None:
    """The page says that it is not there. Whether that counts is known at the end of the visit: `confirm_absences`."""
    due = frontier.due_after_absence(check.at)
    if check.page.gone_at is not None:
        due = check.at + timedelta(hours=check.bounds.longest_hours)
    values = _asked(check) | {
        "outcome": outcome.value,
        "evidence": evidence,
        "http_status": more.status,
        "next_due": max(due, check.at + (more.pause or timedelta())),
    }
    pages.update_page(connection, check.page.id, values)
    if more.capture_id is not None:
        captures.mark_read(connection, more.capture_id, outcome.value, check.at)


def confirm_absences(connection: Connection, absences: Iterable[Check]) -> int:
    """Count what a visit found absent, now that the site as a whole was seen to be well; often enough, over days, a page
    becomes a tombstone. Returns how many did."""
    gone = 0
    for check in absences:
        page = check.page
        values: dict[str, Any] = {"absences": page.absences + 1, "absent_since": page.absent_since or check.at}
        if page.gone_at is None and frontier.is_gone(page, check.at, check.bounds):
            due = check.at + timedelta(hours=check.bounds.longest_hours)
            values |= FORGET_CONTENT | {"gone_at": check.at, "next_due": due}
            page_records.withdraw(connection, page.id, check.at)
            gone += 1
        pages.update_page(connection, page.id, values)
    return gone


def left_out(connection: Connection, check: Check, outcome: Outcome, evidence: str) -> None:
    """The page was not asked for (robots, another site's host): looked at again when everything is."""
    due = check.at + timedelta(hours=check.bounds.longest_hours)
    values = {"visit_id": check.visit_id, "outcome": outcome.value, "evidence": evidence, "next_due": due}
    pages.update_page(connection, check.page.id, values)


def leads_elsewhere(connection: Connection, check: Check, target: NewPage, status: int, server: str) -> int:
    """The page is only another address of one on the same site: that one is looked at instead.

    Its records are withdrawn once that page, read itself, shows them; until then it is looked at daily. Returns how many.
    """
    values = _seen(check, check.bounds.longest_hours) | {
        "outcome": Outcome.OK.value,
        "evidence": f"redirects to {target.url}",
        "http_status": status,
        "kind": "other",
    }
    withdrawn = 0
    if stood := belief.stands(connection, check.page.id):
        there = pages.by_key(connection, target.key)
        if there is not None and stood <= belief.stands(connection, there.id):
            withdrawn = page_records.withdraw(connection, check.page.id, check.at)
            values |= FORGET_CONTENT | {"capture_id": None}  # else `reread` would bring the records back
        else:
            values["next_due"] = frontier.due_after_absence(check.at)
    pages.update_page(connection, check.page.id, values)
    page_links.replace(connection, check.page.id, [])
    pages.discover(connection, check.page.site_id, server, [target], check.at)
    return withdrawn


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
