"""Cursors of pages: they hold for one question and one generation."""

from __future__ import annotations

import re

from core.errors import StaleCursor
from core.plain import digest
from indexer.query.answer import Ask


def cursor_of(ask: Ask, generation: str, offset: int) -> str:
    """What asks for the page that begins at `offset`."""
    return f"{generation}-{offset}-{_question(ask)}"


def _question(ask: Ask) -> str:
    filters = sorted((name, sorted(values)) for name, values in ask.filters.items())
    return digest([ask.q, ask.kind, filters, ask.raw, ask.grouped])[:8]


def offset_of(ask: Ask, generation: str) -> int:
    """Where the page asked for begins; StaleCursor when it is of another question or generation."""
    if not ask.cursor:
        return 0
    parts = re.fullmatch(r"(.+)-(\d{1,4})-([0-9a-f]{8})", ask.cursor)
    if parts is None or parts[1] != generation or parts[3] != _question(ask):
        raise StaleCursor("Trang kết quả này không còn nữa.", "Hãy tìm lại từ đầu.")
    return int(parts[2])
