"""The first tables.

Revision ID: 0001
"""

from __future__ import annotations

from alembic import op

from store.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table (until the first release this revision follows store.tables; later ones spell changes out)."""
    metadata.create_all(op.get_bind())
