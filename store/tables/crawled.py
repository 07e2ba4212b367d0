"""What was fetched and read: pages, their links, captures, records and their versions, visits, leases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from store.tables.base import Moment, metadata


def _same_as_url(context: Any) -> str:
    return str(context.get_current_parameters()["url"])


pages = Table(
    "pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", String, nullable=False),
    Column("server", String, nullable=False),  # address the host resolved to: the unit of politeness and lease
    Column("url", String, nullable=False, unique=True),  # as it was first linked: what is asked for and shown
    Column("key", String, nullable=False, default=_same_as_url),  # tells pages apart: one for all addresses of a page
    Column("depth", Integer, nullable=False, default=0),
    Column("kind", String, nullable=False, default=""),  # core.model.PageKind, "" until read
    Column("section", String, nullable=False, default=""),
    Column("discovered_from", Integer),  # page id
    Column("first_seen", Moment, nullable=False),
    Column("last_checked", Moment),  # last attempt, good or not
    Column("last_good", Moment),  # last time content of the site itself was seen
    Column("last_changed", Moment),  # a field changed
    Column("next_due", Moment, nullable=False),
    Column("interval_hours", Float, nullable=False, default=24.0),
    Column("outcome", String, nullable=False, default="never"),  # core.states.Outcome
    Column("evidence", Text, nullable=False, default=""),  # why that outcome
    Column("http_status", Integer),
    Column("etag", String),  # validators: valid only together with the stored reading
    Column("last_modified", String),
    Column("body_digest", String),
    Column("text_digest", String),
    Column("fields_digest", String),
    Column("reader", String, nullable=False, default=""),
    Column("reader_why", String, nullable=False, default=""),
    Column("title", String, nullable=False, default=""),
    Column("notes", JSON, nullable=False, default=list),  # Reading.notes
    Column("items", JSON, nullable=False, default=list),  # Reading.items of a list page (core.plain)
    Column("newest_item", Date),  # stated on the page or on one of its list's rows: recent lists are looked at often
    Column("site_name", String, nullable=False, default=""),
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("absences", Integer, nullable=False, default=0),  # positive signs of absence in a row
    Column("absent_since", Moment),
    Column("gone_at", Moment),  # tombstone; the last capture stays
    Column("capture_id", Integer),  # newest good capture
    Column("visit_id", Integer),  # visit that last asked for it
    Index("ix_pages_due", "site_id", "next_due"),
    Index("ix_pages_section", "site_id", "section"),
    Index("uq_pages_key", "key", unique=True),
)

page_links = Table(
    "page_links",
    metadata,
    Column("page_id", Integer, ForeignKey("pages.id"), primary_key=True),
    Column("key", String, primary_key=True),  # of the page it leads to (pages.key), whether the frontier has it or not
    Column("url", String, nullable=False),  # canonical, as it is linked
    Column("host", String, nullable=False),
    Column("words", String, nullable=False, default=""),  # the link's text
    Index("ix_page_links_key", "key"),
    Index("ix_page_links_host", "host"),
)
"""Links in the main content of a page, as it was last read: no menus, side bars, footers."""

archives = Table(
    "archives",
    metadata,
    Column("name", String, primary_key=True),  # file name in the spool or archive
    Column(
        "committed_length", Integer, nullable=False, default=0
    ),  # bytes known to the database; the rest is a torn tail
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("moved", Boolean, nullable=False, default=False),  # closed file is in the archive, not in the spool
)

captures = Table(
    "captures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("page_id", Integer, ForeignKey("pages.id"), nullable=False, index=True),
    Column("visit_id", Integer),
    Column("url", String, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSON, nullable=False, default=dict),
    Column("archive", String, ForeignKey("archives.name"), nullable=False),
    Column("offset", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("digest", String, nullable=False),  # sha256 of the body
    Column("body_bytes", Integer, nullable=False),
    Column("outcome", String, nullable=False, default=""),  # guard's word on it; "" until read
    Column("read_at", Moment),  # None: still to be read, done first at the next start
    Index("ix_captures_unread", "read_at"),
)

records = Table(
    "records",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("page_id", Integer, ForeignKey("pages.id"), nullable=False),
    Column("site_id", String, nullable=False),
    Column("kind", String, nullable=False),  # core.model.RecordKind
    Column("key", String, nullable=False, default=""),  # tells several records of one page apart
    Column("code", String, nullable=False, default=""),  # national code of a procedure
    Column("title", String, nullable=False),
    Column("section", String, nullable=False, default=""),
    Column("published", Moment),  # stated on the page
    Column("content", JSON, nullable=False),  # core.plain of core.model content
    Column("files", JSON, nullable=False, default=list),
    Column("found", JSON, nullable=False, default=dict),
    Column("fields_digest", String, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("reader", String, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("withdrawn_at", Moment),  # its page no longer shows it (a good reading), or the page is a tombstone
    Column("capture_id", Integer),  # the capture this version was first read from
    UniqueConstraint("page_id", "kind", "key", name="uq_records_identity"),
    Index("ix_records_code", "code"),
    Index("ix_records_site", "site_id", "kind", "section"),
)

record_versions = Table(
    "record_versions",
    metadata,
    Column("record_id", Integer, ForeignKey("records.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("capture_id", Integer),
    Column("seen_at", Moment, nullable=False),
    Column("content", JSON, nullable=False),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", String, nullable=False),
    Column("server", String, nullable=False, default=""),
    Column("worker", String, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),  # None: still running, or killed (closed as interrupted at the next start)
    Column("outcome", String, nullable=False, default=""),  # core.states.Outcome of the visit as a whole
    Column("evidence", Text, nullable=False, default=""),
    Column(
        "counters", JSON, nullable=False, default=dict
    ),  # pages, unchanged, changed, new, unreadable, failed, bytes, …
    Column("coverage", JSON, nullable=False, default=dict),  # family → field → share of procedures that have it
    Index("ix_visits_site", "site_id", "started_at"),
)

leases = Table(
    "leases",
    metadata,
    Column("server", String, primary_key=True),
    Column("worker", String, nullable=False),
    Column("acquired_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
