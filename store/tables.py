"""Every table of the store (SQLAlchemy Core; SQLite by default, PostgreSQL for many machines)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC without zone for the driver; a naive value is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime given to the store")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The zone put back."""
        return None if value is None else value.replace(tzinfo=UTC)


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

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # given under a lock: no number appears late
    Column(
        "topic", String, nullable=False
    ),  # "unify": key = code or "record:ID"; "index": key = "procedure:KEY" or "record:ID"
    Column("key", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_changes_topic", "topic", "seq"),
)

marks = Table(
    "marks",
    metadata,
    Column("consumer", String, primary_key=True),  # "unify", "index:<analysis version>/<generation>"
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)

index_dead_letters = Table(
    "index_dead_letters",
    metadata,
    Column("consumer", String, primary_key=True),  # as in marks: one index generation
    Column("document", String, primary_key=True),  # "procedure:KEY" or "record:ID"
    Column("version", Integer, nullable=False),  # number in the change sequence
    Column("reason", Text, nullable=False),  # what the engine said
    Column("at", Moment, nullable=False),
)

register_snapshots = Table(
    "register_snapshots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("complete", Boolean, nullable=False),  # absence means something only here
    Column("province", String, nullable=False, default=""),
    Column("source", String, nullable=False),  # file name
    Column("source_digest", String, nullable=False, unique=True),  # the same file twice changes nothing
    Column("imported_at", Moment, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("rejected", JSON, nullable=False, default=list),  # [{"line": 17, "why": "…"}]
)

register_entries = Table(
    "register_entries",
    metadata,
    Column("snapshot_id", Integer, ForeignKey("register_snapshots.id"), primary_key=True),
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("text_digest", String, ForeignKey("register_texts.digest"), nullable=False),
    Index("ix_register_entries_code", "code"),
)

register_texts = Table(
    "register_texts",
    metadata,
    Column("digest", String, primary_key=True),
    Column(
        "content", JSON, nullable=False
    ),  # see procedures.register: a core.model.Procedure and the entry's own marks
)

procedures = Table(
    "procedures",
    metadata,
    Column("key", String, primary_key=True),
    Column("code", String, nullable=False, default=""),
    Column("name", String, nullable=False),
    Column("state", String, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("content", JSON, nullable=False),  # core.plain of core.unified.UnifiedProcedure
    Column("digest", String, nullable=False),  # of what the index shows; times of checks are not in it
    Column(
        "reference", String, nullable=False, default="", server_default=""
    ),  # digest of what the register says of it
    Column("version", Integer, nullable=False, default=1),
    Column("updated_at", Moment, nullable=False),
    Index("ix_procedures_code", "code"),
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

verdicts = Table(
    "verdicts",
    metadata,
    Column("site_id", String, primary_key=True),
    Column("section", String, primary_key=True, default=""),  # "" = the site as a whole
    Column("verdict", String, nullable=False),  # core.states.Verdict
    Column("rule", String, nullable=False),  # id in freshness_rules.json or a house rule
    Column("reason", Text, nullable=False),  # Vietnamese, one sentence
    Column("evidence", JSON, nullable=False, default=dict),
    Column("newest_item", Date),
    Column("decided_at", Moment, nullable=False),
)

verdict_days = Table(
    "verdict_days",
    metadata,
    Column("site_id", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("verdict", String, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule", String, nullable=False),  # core.finding_rules
    Column("site_id", String, nullable=False),
    Column("section", String, nullable=False, default=""),
    Column("code", String, nullable=False, default=""),
    Column("url", String, nullable=False, default=""),
    Column("field", String, nullable=False, default=""),
    Column("capture_id", Integer),
    Column("evidence", JSON, nullable=False, default=dict),
    Column("message", Text, nullable=False),  # Vietnamese, for the editor
    Column("law", String, nullable=False, default=""),  # article, or "không phải luật"
    Column("state", String, nullable=False, default="open"),  # core.states.FindingState
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("resolved_at", Moment),
    UniqueConstraint("rule", "site_id", "section", "code", "url", "field", name="uq_findings_identity"),
    Index("ix_findings_site", "site_id", "state"),
)

leases = Table(
    "leases",
    metadata,
    Column("server", String, primary_key=True),
    Column("worker", String, nullable=False),
    Column("acquired_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

word_cache = Table(
    "word_cache",
    metadata,
    Column("digest", String, primary_key=True),  # of analysis version and text line
    Column("words", LargeBinary, nullable=False),
)

board_days = Table(
    "board_days",
    metadata,
    Column("site_id", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("sections", JSON, nullable=False),  # section → verdict on that day
    Column("open_findings", Integer, nullable=False),  # an editor's, still to be done
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),  # what is typed to sign in, in small letters
    Column("full_name", String, nullable=False),  # shown beside every act
    Column("role", String, nullable=False),  # store.accounts.Role
    Column("sites", JSON, nullable=False, default=list),  # ids an editor may work on; empty for the other roles
    Column("password_hash", String, nullable=False),  # argon2id, with its parameters
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", String, primary_key=True),  # the token itself is only in the browser
    Column("account_id", Integer, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("csrf", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("name", String, nullable=False),  # as typed: an unknown name counts too
    Column("address", String, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Index("ix_sign_ins_at", "at"),
)

acts = Table(
    "acts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("account_id", Integer, ForeignKey("accounts.id")),  # None: the check itself
    Column("by", String, nullable=False),  # full name on that day
    Column("kind", String, nullable=False),  # store.worklist.ActKind
    Column("finding_id", Integer, index=True),
    Column("subject", String, nullable=False, default=""),  # what else it is about, such as a proposed match
    Column("site_id", String, nullable=False, default=""),
    Column("section", String, nullable=False, default=""),
    Column("details", JSON, nullable=False, default=dict),  # reason, until, assignee, text, and `before` for undoing
    Column("undoes", Integer),  # id of the act that this one takes back
    Index("ix_acts_site", "site_id", "kind"),
)
"""Append-only: triggers refuse to change or delete a row (store.migrations)."""

finding_work = Table(
    "finding_work",
    metadata,
    Column("finding_id", Integer, ForeignKey("findings.id"), primary_key=True),
    Column("assignee_id", Integer, ForeignKey("accounts.id")),
    Column("until", Moment),  # end of a snooze or of a false alarm
    Column("claimed_at", Moment),  # “đã sửa”, waiting for the next check
    Column("claimed_by", String, nullable=False, default=""),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site_id", String, nullable=False, default=""),  # "" for the operators
    Column("audience", String, nullable=False),  # store.subscriptions.Audience
    Column("address", String, nullable=False),
    Column("since", Moment, nullable=False),
    UniqueConstraint("site_id", "audience", "address", name="uq_subscriptions_identity"),
)

digests = Table(
    "digests",
    metadata,
    Column("period", String, primary_key=True),  # ISO week in Vietnam (2018-W32), or the day of an operators' digest
    Column("site_id", String, primary_key=True),
    Column("address", String, primary_key=True),
    Column("state", String, nullable=False),  # store.subscriptions.DigestState
    Column("at", Moment, nullable=False),
    Column("message_id", String, nullable=False),
    Column("evidence", Text, nullable=False, default=""),  # what the mail server said
)

matches = Table(
    "matches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),  # of an offering without a national code: "x-…" or an old code
    Column("target", String, nullable=False),  # the national code (or older key) it may be
    Column("name", String, nullable=False),
    Column("target_name", String, nullable=False),
    Column(
        "why", JSON, nullable=False, default=dict
    ),  # {"agree": [...], "differ": [...], "urls": [...], "sites": [...]}
    Column("proposed_at", Moment, nullable=False),
    Column("last_proposed", Moment, nullable=False),
    Column("lapsed_at", Moment),  # the evidence is gone: nobody shows the offering, or the target changed
    UniqueConstraint("key", "target", name="uq_matches_pair"),
)

match_decisions = Table(
    "match_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("match_id", Integer, ForeignKey("matches.id"), nullable=False, index=True),
    Column("act", String, nullable=False),  # confirm, refuse, undo; rows are only ever added
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False, default=""),
)

finding_signs = Table(
    "finding_signs",
    metadata,
    Column("rule", String, primary_key=True),
    Column("site_id", String, primary_key=True),
    Column("section", String, primary_key=True, default=""),
    Column("code", String, primary_key=True, default=""),
    Column("url", String, primary_key=True, default=""),
    Column("field", String, primary_key=True, default=""),
    Column("recent", JSON, nullable=False),  # [[observation, 1 or 0], …], oldest first: N of the last M must be 1
    Column("first_sign", Moment, nullable=False),
    Column("last_sign", Moment, nullable=False),
)

record_checks = Table(
    "record_checks",
    metadata,
    Column("record_id", Integer, ForeignKey("records.id"), primary_key=True),
    Column("site_id", String, nullable=False),
    Column("code", String, nullable=False, default=""),
    Column("list_only", Boolean, nullable=False, default=False),
    Column("record_version", Integer, nullable=False),
    Column("reference", String, nullable=False),  # of its procedure; "" = there is none of that code
    Column("law", String, nullable=False),  # digest of the dated data that held, and of the code that judged
    Column("findings", JSON(none_as_null=True)),  # core.plain of store.findings.Finding; NULL = nothing wrong
    Index("ix_record_checks_code", "site_id", "code"),
)

matched_records = Table(
    "matched_records",
    metadata,
    Column("record_id", Integer, ForeignKey("records.id"), primary_key=True),
    Column("key", String, nullable=False),  # of the procedure its old code or a person's decision leads to
    Index("ix_matched_records_key", "key"),
)

record_links = Table(
    "record_links",
    metadata,
    Column("record_id", Integer, ForeignKey("records.id"), primary_key=True),
    Column("url", String, primary_key=True),
    Column("label", String, nullable=False, default=""),
    Index("ix_record_links_url", "url"),
)

signatures = Table(
    "signatures",
    metadata,
    Column("digest", String, primary_key=True),  # sha256 of the file
    Column("condition", String, nullable=False),  # core.states.SignatureCondition
    Column("signer", String, nullable=False, default=""),
    Column("signed_at", Moment),
    Column("detail", Text, nullable=False, default=""),
    Column("examined_at", Moment, nullable=False),
)

register_changes = Table(
    "register_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("snapshot_id", Integer, ForeignKey("register_snapshots.id"), nullable=False, index=True),
    Column("as_of", Date, nullable=False),
    Column("code", String, nullable=False),
    Column("kind", String, nullable=False),  # added, amended, withdrawn, replaced
    Column("name", String, nullable=False),
    Column("sectors", JSON, nullable=False, default=list),
    Column("agencies", JSON, nullable=False, default=list),
    Column("fields", JSON, nullable=False, default=list),  # [{"field": …, "old": …, "new": …}]
    Column("replaced_by", JSON, nullable=False, default=list),  # codes that came with the same name and sector
    Column("source", String, nullable=False),
    Column("at", Moment, nullable=False),  # when it was imported
    Index("ix_register_changes_code", "code"),
    Index("ix_register_changes_day", "as_of"),
)

register_change_topics = Table(
    "register_change_topics",
    metadata,
    Column("change_id", Integer, ForeignKey("register_changes.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String, primary_key=True),  # "sector:<plain name>" or "agency:<plain name>"
    Index("ix_register_change_topics_topic", "topic"),
)
