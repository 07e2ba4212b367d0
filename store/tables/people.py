"""Who works with the findings: accounts, sessions, acts, subscriptions and digests."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from store.tables.base import Moment, metadata

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
