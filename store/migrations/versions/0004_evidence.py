"""Signs of findings, what each record was checked against, signatures of files, and the register's change log.

Revision ID: 0004_evidence
"""

from __future__ import annotations

from alembic import op

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
