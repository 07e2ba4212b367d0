"""What is known of procedures: the change sequence, the register, unified procedures, matches, words."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from store.tables.base import Moment, metadata

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # given under a lock: no number appears late
    Column(
        "topic", String, nullable=False
    ),  # "unify": key = code or "record:ID"; "index": key = "procedure:KEY" or "record:ID"
    Column("key", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_changes_topic", "topic", "seq"),
)

marks = Table(
    "marks",
    metadata,
    Column("consumer", String, primary_key=True),  # "unify", "index:<analysis version>/<generation>"
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)

index_dead_letters = Table(
    "index_dead_letters",
    metadata,
    Column("consumer", String, primary_key=True),  # as in marks: one index generation
    Column("document", String, primary_key=True),  # "procedure:KEY" or "record:ID"
    Column("version", Integer, nullable=False),  # number in the change sequence
    Column("reason", Text, nullable=False),  # what the engine said
    Column("at", Moment, nullable=False),
)

register_snapshots = Table(
    "register_snapshots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("complete", Boolean, nullable=False),  # absence means something only here
    Column("province", String, nullable=False, default=""),
    Column("source", String, nullable=False),  # file name
    Column("source_digest", String, nullable=False, unique=True),  # with the day of a file that came back
    Column("imported_at", Moment, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("rejected", JSON, nullable=False, default=list),  # [{"line": 17, "why": "…"}]
)

register_entries = Table(
    "register_entries",
    metadata,
    Column("snapshot_id", Integer, ForeignKey("register_snapshots.id"), primary_key=True),
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("text_digest", String, ForeignKey("register_texts.digest"), nullable=False),
    Index("ix_register_entries_code", "code"),
)

register_texts = Table(
    "register_texts",
    metadata,
    Column("digest", String, primary_key=True),
    Column(
        "content", JSON, nullable=False
    ),  # see procedures.register: a core.model.Procedure and the entry's own marks
)

register_changes = Table(
    "register_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("snapshot_id", Integer, ForeignKey("register_snapshots.id"), nullable=False, index=True),
    Column("as_of", Date, nullable=False),
    Column("code", String, nullable=False),
    Column("kind", String, nullable=False),  # added, amended, withdrawn, replaced
    Column("name", String, nullable=False),
    Column("sectors", JSON, nullable=False, default=list),
    Column("agencies", JSON, nullable=False, default=list),
    Column("fields", JSON, nullable=False, default=list),  # [{"field": …, "old": …, "new": …}]
    Column("replaced_by", JSON, nullable=False, default=list),  # codes that came with the same name and sector
    Column("source", String, nullable=False),
    Column("at", Moment, nullable=False),  # when it was imported
    Index("ix_register_changes_code", "code"),
    Index("ix_register_changes_day", "as_of"),
)

register_change_topics = Table(
    "register_change_topics",
    metadata,
    Column("change_id", Integer, ForeignKey("register_changes.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String, primary_key=True),  # "sector:<plain name>" or "agency:<plain name>"
    Index("ix_register_change_topics_topic", "topic"),
)

procedures = Table(
    "procedures",
    metadata,
    Column("key", String, primary_key=True),
    Column("code", String, nullable=False, default=""),
    Column("name", String, nullable=False),
    Column("plain_name", String, nullable=False, default="", server_default=""),  # what names are compared by
    Column("state", String, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("content", JSON, nullable=False),  # core.plain of core.unified.UnifiedProcedure
    Column("digest", String, nullable=False),  # of what the index shows; times of checks are not in it
    Column(
        "reference", String, nullable=False, default="", server_default=""
    ),  # digest of what the register says of it
    Column("version", Integer, nullable=False, default=1),
    Column("updated_at", Moment, nullable=False),
    Index("ix_procedures_code", "code"),
    Index("ix_procedures_plain_name", "plain_name"),
)

matches = Table(
    "matches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),  # of an offering without a national code: "x-…" or an old code
    Column("target", String, nullable=False),  # the national code (or older key) it may be
    Column("name", String, nullable=False),
    Column("target_name", String, nullable=False),
    Column(
        "why", JSON, nullable=False, default=dict
    ),  # {"agree": [...], "differ": [...], "urls": [...], "sites": [...]}
    Column("proposed_at", Moment, nullable=False),
    Column("last_proposed", Moment, nullable=False),
    Column("lapsed_at", Moment),  # the evidence is gone: nobody shows the offering, or the target changed
    UniqueConstraint("key", "target", name="uq_matches_pair"),
)

match_decisions = Table(
    "match_decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("match_id", Integer, ForeignKey("matches.id"), nullable=False, index=True),
    Column("act", String, nullable=False),  # confirm, refuse, undo; rows are only ever added
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False, default=""),
)

matched_records = Table(
    "matched_records",
    metadata,
    Column("record_id", Integer, ForeignKey("records.id"), primary_key=True),
    Column("key", String, nullable=False),  # of the procedure its old code or a person's decision leads to
    Index("ix_matched_records_key", "key"),
)

offering_keys = Table(
    "offering_keys",
    metadata,
    Column("record_id", Integer, ForeignKey("records.id"), primary_key=True),  # a page without national code
    Column("key", String, nullable=False),  # its own: an old code, or "x-…"
    Column("leads_to", String, nullable=False),  # the procedure it was last counted to; "" = the page shows it no more
    Column("name", String, nullable=False),  # in plain form
    Index("ix_offering_keys_key", "key"),
    Index("ix_offering_keys_name", "name"),
)
"""Which pages without a national code belong to which key, so that a change finds them without reading all others."""

shown_old_codes = Table(
    "shown_old_codes",
    metadata,
    Column("old", String, primary_key=True),
    Column("code", String, primary_key=True),  # the national code that some page shows beside it
    Index("ix_shown_old_codes_code", "code"),
)

keys_to_propose = Table(
    "keys_to_propose",
    metadata,
    Column("key", String, primary_key=True),  # its proposed matches must be worked out again
)

word_cache = Table(
    "word_cache",
    metadata,
    Column("digest", String, primary_key=True),  # of analysis version and text line
    Column("words", LargeBinary, nullable=False),
)
