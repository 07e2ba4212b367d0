"""Where the text of a page leads, so that a link to an address that is gone is told with the page that has it.

Revision ID: 0008_page_links
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_page_links"
down_revision = "0007_matched_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table if the first revision has not; `tracuu reread` fills it at once, else each page when it changes."""
    if "page_links" in sa.inspect(op.get_bind()).get_table_names():
        return
    op.create_table(
        "page_links",
        sa.Column("page_id", sa.Integer, sa.ForeignKey("pages.id"), primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("host", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False, server_default=""),
    )
    op.create_index("ix_page_links_key", "page_links", ["key"])
    op.create_index("ix_page_links_host", "page_links", ["host"])
