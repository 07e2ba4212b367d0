"""What the stored records of a page say of a reading that does not show them: whether it is believed at first sight."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core.clock import local_date
from core.model import Content, Procedure
from core.plain import digest, to_plain
from core.states import Outcome
from crawler.reading import UNFINISHED, Understood
from store import records
from store.pages import Page
from store.records import StoredRecord
from vietnamese.syllables import fold_text

COLLAPSED_SHARE = 0.2
"""A page left with less than this share of its text has collapsed: error messages have 40 to 150 characters, the text of
a short article has 400."""


def collapsed(connection: Connection, page: Page, said: Understood, at: datetime) -> str:
    """How far a page shrank that has lost its records; "" when it has not, or when it was found so on an earlier day too.

    A database that is down for an hour says so with status 200. An editor who shortens a text leaves its title, one who
    replaces it puts a date on the new one, and a list has entries. Pages of procedures have a stricter rule: `checks.believed`.
    """
    reading = said.reading
    assert reading is not None
    if page.capture_id is None or page.gone_at is not None or reading.items:
        return ""
    stored = _shown(connection, page.id)
    if not stored or any(record.kind == "procedure" for record in stored) or _still_says(stored, said):
        return ""
    before, now = sum(_characters(to_plain(record.content)) for record in stored), len(reading.text)
    if now >= COLLAPSED_SHARE * before or _was_so_before(page, at):
        return ""
    return f"{now} characters of text where {before} were"


def cut_off(connection: Connection, page: Page, said: Understood, at: datetime) -> str:
    """How much a page lost that ends before its markup does, as it never did; "" when nothing, or on a later day too.

    A script that runs out of memory, and a connection that breaks where no length was announced (RFC 9112, 8), leave a page
    with status 200 that any reader reads: with half of its fields, or as something else.
    """
    if UNFINISHED not in said.notes or UNFINISHED in page.notes or page.capture_id is None or page.gone_at is not None:
        return ""
    stored = [record.content for record in _shown(connection, page.id)]
    before = sum(_characters(to_plain(content)) for content in stored)
    now = sum(_characters(item.content) for item in said.prepared)
    if now >= before or _was_so_before(page, at):
        return ""
    return f"it ends before its markup does, with {now} characters where {before} were"


def _still_says(stored: list[StoredRecord], said: Understood) -> bool:
    """Whether a page still shows a record, be it another one: whatever has a sentence is read as an article, so that one
    needs its date or its old title."""
    before = {_name(record.kind, record.content) for record in stored}
    kinds = {"procedure", "document"} | {record.kind for record in stored if record.kind != "article"}
    new = [item.record for item in said.prepared]
    return any(one.kind in kinds or one.published or _name(one.kind, one.content) in before for one in new)


def _was_so_before(page: Page, at: datetime) -> bool:
    since = page.absent_since if page.outcome == Outcome.EMPTY else None
    return since is not None and local_date(since) < local_date(at)


def stands(connection: Connection, page_id: int) -> set[tuple[str, str]]:
    """What the records of a page that hold are known by: kind and code, or kind and title where there is no code."""
    return {_name(record.kind, record.content) for record in _shown(connection, page_id)}


def shows_what_stood(connection: Connection, page: Page, said: Understood) -> bool:
    """Whether a reading of another page shows all that this one did: it has moved there."""
    return stands(connection, page.id) <= {_name(item.record.kind, item.record.content) for item in said.prepared}


def _name(kind: str, content: Content) -> tuple[str, str]:
    if isinstance(content, Procedure):  # a row of a list is not the procedure itself
        return "row" if content.list_only else kind, content.code or fold_text(content.name)
    return kind, fold_text(content.title) or digest(to_plain(content))


def _shown(connection: Connection, page_id: int) -> list[StoredRecord]:
    return [record for record in records.of_page(connection, page_id) if record.withdrawn_at is None]


def _characters(content: Any) -> int:
    if isinstance(content, str):
        return len(content)
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return sum(_characters(part) for part in parts)
