"""Proposed matches of offerings without a code, and the decisions about them.

Revision ID: 0003_matches
"""

from __future__ import annotations

from alembic import op

from store.tables import match_decisions, matches, metadata

revision = "0003_matches"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; a new store has them from the first revision already."""
    metadata.create_all(op.get_bind(), tables=[matches, match_decisions], checkfirst=True)
