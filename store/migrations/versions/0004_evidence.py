"""Signs of findings, what each record was checked against, signatures of files, and the register's change log.

Revision ID: 0004_evidence
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String, inspect

from store import tables

revision = "0004_evidence"
down_revision = "0003_matches"
branch_labels = None
depends_on = None

_TABLES = (
    tables.finding_signs,
    tables.record_checks,
    tables.record_links,
    tables.signatures,
    tables.register_changes,
    tables.register_change_topics,
)


def upgrade() -> None:
    """Make the tables; a new store has them from the first revision already."""
    tables.metadata.create_all(op.get_bind(), tables=list(_TABLES), checkfirst=True)
    if "reference" not in {column["name"] for column in inspect(op.get_bind()).get_columns("procedures")}:
        op.add_column("procedures", Column("reference", String, nullable=False, server_default=""))
