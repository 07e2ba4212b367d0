"""Documents that the search engine would not take.

Revision ID: 0005_index_dead_letters
"""

from __future__ import annotations

from alembic import op

from store.tables import index_dead_letters

revision = "0005_index_dead_letters"
down_revision = "0004_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table where the first revision, which follows store.tables, did not make it already."""
    index_dead_letters.create(op.get_bind(), checkfirst=True)
