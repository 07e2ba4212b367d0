"""A record made ready for the store. It knows no database: reader processes make it, and need not load one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.model import Record
from core.plain import digest, to_plain


@dataclass(frozen=True, slots=True)
class Prepared:
    """A record made ready before the transaction: JSON values and digest are worked out outside the lock."""

    record: Record
    content: Any
    files: Any
    found: Any
    digest: str


def prepare(record: Record) -> Prepared:
    """JSON and digest of a record; the digest covers fields and stated date, not where they were found."""
    content, files = to_plain(record.content), to_plain(record.files)
    published = record.published.isoformat() if record.published else ""
    return Prepared(record, content, files, to_plain(record.found), digest([record.kind, content, files, published]))
