"""What is said about sites: verdicts, findings with their signs, what records were judged against."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from store.tables.base import Moment, metadata

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

board_days = Table(
    "board_days",
    metadata,
    Column("site_id", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("sections", JSON, nullable=False),  # section → verdict on that day
    Column("open_findings", Integer, nullable=False),  # an editor's, still to be done
)
