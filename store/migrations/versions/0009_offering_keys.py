"""What unification remembers of pages without a national code, so that a change costs what changed and no more.

Revision ID: 0009_offering_keys
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_offering_keys"
down_revision = "0008_page_links"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what the first revision has not; the next unification works everything out again and fills it."""
    inspector = sa.inspect(op.get_bind())
    known = set(inspector.get_table_names())
    if "offering_keys" not in known:
        op.create_table(
            "offering_keys",
            sa.Column("record_id", sa.Integer, sa.ForeignKey("records.id"), primary_key=True),
            sa.Column("key", sa.String, nullable=False),
            sa.Column("leads_to", sa.String, nullable=False),
            sa.Column("name", sa.String, nullable=False),
        )
        op.create_index("ix_offering_keys_key", "offering_keys", ["key"])
        op.create_index("ix_offering_keys_name", "offering_keys", ["name"])
    if "shown_old_codes" not in known:
        op.create_table(
            "shown_old_codes",
            sa.Column("old", sa.String, primary_key=True),
            sa.Column("code", sa.String, primary_key=True),
        )
        op.create_index("ix_shown_old_codes_code", "shown_old_codes", ["code"])
    if "keys_to_propose" not in known:
        op.create_table("keys_to_propose", sa.Column("key", sa.String, primary_key=True))
    if "plain_name" not in {column["name"] for column in inspector.get_columns("procedures")}:
        op.add_column("procedures", sa.Column("plain_name", sa.String, nullable=False, server_default=""))
        op.create_index("ix_procedures_plain_name", "procedures", ["plain_name"])
