"""Dataclasses come back from JSON as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime

from core.model import Procedure
from core.plain import from_plain, to_plain
from core.unified import RegisterEntry, UnifiedField, UnifiedProcedure


def test_a_value_that_is_false_or_empty_where_the_default_is_not_comes_back() -> None:
    field = UnifiedField([], "register", datetime(2026, 7, 1, tzinfo=UTC))
    entry = RegisterEntry("1.000001", "Tên", "", "", date(2026, 7, 1), detailed=False)
    unified = UnifiedProcedure("x-1", "Tên", is_public=False, fields={"steps": field}, register=entry)
    assert from_plain(UnifiedProcedure, to_plain(unified)) == unified


def test_fields_left_empty_are_not_written() -> None:
    assert to_plain(Procedure("Tên")) == {"name": "Tên"}
