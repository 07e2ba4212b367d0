"""Pages are told apart by a key and asked for as they were linked; lists remember their newest item.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a store of 0001 lacks; one made today by 0001 has it already."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("pages")}
    if "key" not in there:
        op.add_column("pages", sa.Column("key", sa.String, nullable=False, server_default=""))
        op.execute("UPDATE pages SET key = url")
        op.create_index("uq_pages_key", "pages", ["key"], unique=True)
    if "newest_item" not in there:
        op.add_column("pages", sa.Column("newest_item", sa.Date))
