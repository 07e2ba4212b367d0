"""Every table of the store (SQLAlchemy Core; SQLite by default, PostgreSQL for many machines), by subject."""

from __future__ import annotations

from store.tables.base import Moment, metadata
from store.tables.crawled import archives, captures, leases, page_links, pages, record_versions, records, visits
from store.tables.judged import (
    board_days,
    finding_signs,
    findings,
    record_checks,
    record_links,
    signatures,
    verdict_days,
    verdicts,
)
from store.tables.known import (
    changes,
    index_dead_letters,
    marks,
    match_decisions,
    matched_records,
    matches,
    procedures,
    register_change_topics,
    register_changes,
    register_entries,
    register_snapshots,
    register_texts,
    word_cache,
)
from store.tables.people import accounts, acts, digests, finding_work, sessions, sign_ins, subscriptions

__all__ = [
    "Moment",
    "accounts",
    "acts",
    "archives",
    "board_days",
    "captures",
    "changes",
    "digests",
    "finding_signs",
    "finding_work",
    "findings",
    "index_dead_letters",
    "leases",
    "marks",
    "match_decisions",
    "matched_records",
    "matches",
    "metadata",
    "page_links",
    "pages",
    "procedures",
    "record_checks",
    "record_links",
    "record_versions",
    "records",
    "register_change_topics",
    "register_changes",
    "register_entries",
    "register_snapshots",
    "register_texts",
    "sessions",
    "sign_ins",
    "signatures",
    "subscriptions",
    "verdict_days",
    "verdicts",
    "visits",
    "word_cache",
]
