"""Accounts, acts, the work on findings, the board's days, subscriptions and digests.

Revision ID: 0006_editors_work
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_editors_work"
down_revision = "0005_index_dead_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables that the first revision has not made already (it follows store.tables), then guard the log."""
    known = set(sa.inspect(op.get_bind()).get_table_names())
    for make in (_board_days, _accounts, _sessions, _sign_ins, _acts, _finding_work, _subscriptions, _digests):
        if make.__name__.lstrip("_") not in known:
            make()
    _append_only()


def _board_days() -> None:
    op.create_table(
        "board_days",
        sa.Column("site_id", sa.String, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("sections", sa.JSON, nullable=False),
        sa.Column("open_findings", sa.Integer, nullable=False),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("full_name", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("sites", sa.JSON, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("disabled_at", sa.DateTime),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_digest", sa.String, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("csrf", sa.String, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )


def _sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("succeeded", sa.Boolean, nullable=False),
    )
    op.create_index("ix_sign_ins_at", "sign_ins", ["at"])


def _acts() -> None:
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id")),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("finding_id", sa.Integer, index=True),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("site_id", sa.String, nullable=False),
        sa.Column("section", sa.String, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("undoes", sa.Integer),
    )
    op.create_index("ix_acts_site", "acts", ["site_id", "kind"])


def _finding_work() -> None:
    op.create_table(
        "finding_work",
        sa.Column("finding_id", sa.Integer, sa.ForeignKey("findings.id"), primary_key=True),
        sa.Column("assignee_id", sa.Integer, sa.ForeignKey("accounts.id")),
        sa.Column("until", sa.DateTime),
        sa.Column("claimed_at", sa.DateTime),
        sa.Column("claimed_by", sa.String, nullable=False),
    )


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("site_id", sa.String, nullable=False),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.UniqueConstraint("site_id", "audience", "address", name="uq_subscriptions_identity"),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("period", sa.String, primary_key=True),
        sa.Column("site_id", sa.String, primary_key=True),
        sa.Column("address", sa.String, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )


_SQLITE = """
CREATE TRIGGER IF NOT EXISTS acts_keep_{verb} BEFORE {verb} ON acts
BEGIN SELECT RAISE(ABORT, 'the log of acts is append-only'); END
"""

_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION acts_keep() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log of acts is append-only'; END $$
    """,
    "DROP TRIGGER IF EXISTS acts_keep ON acts",
    "CREATE TRIGGER acts_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON acts EXECUTE FUNCTION acts_keep()",
)


def _append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(verb=verb))
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)
