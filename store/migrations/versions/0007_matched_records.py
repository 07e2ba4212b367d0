"""Which procedure a page without national code belongs to, so that it is compared like one with a code.

Revision ID: 0007_matched_records
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_matched_records"
down_revision = "0006_editors_work"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table if the first revision has not (it follows store.tables); unify fills it with its next run."""
    if "matched_records" in sa.inspect(op.get_bind()).get_table_names():
        return
    op.create_table(
        "matched_records",
        sa.Column("record_id", sa.Integer, sa.ForeignKey("records.id"), primary_key=True),
        sa.Column("key", sa.String, nullable=False),
    )
    op.create_index("ix_matched_records_key", "matched_records", ["key"])
