"""Rows of data that people edit by hand: what is lacking, unknown or odd is named, never left out in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from core.errors import ConfigError

Is = Callable[[Any], bool]


def is_day(value: Any) -> bool:
    """A date as TOML has it: bare and without a time (a moment compares equal to no date)."""
    return type(value) is date


def is_table(value: Any) -> bool:
    """A table with keys."""
    return isinstance(value, Mapping)


def is_list(value: Any) -> bool:
    """A list, such as of tables."""
    return isinstance(value, list)


def is_text(value: Any) -> bool:
    """A text, also an empty one."""
    return isinstance(value, str)


def are_texts(value: Any) -> bool:
    """A list of texts that are not empty, of one at least; a single text is none."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def are_days(value: Any) -> bool:
    """A list of dates."""
    return isinstance(value, list) and all(map(is_day, value))


def is_count(value: Any) -> bool:
    """A whole number, 1 or more."""
    return type(value) is int and value > 0


def checked(
    where: str, row: Any, needed: Mapping[str, Is], perhaps: Mapping[str, Is], remedy: str
) -> Mapping[str, Any]:
    """The row as it is; ConfigError names what is wrong with it. `where`: its file and place there."""
    if not isinstance(row, Mapping):
        raise ConfigError(f"{where} is odd: {row!r}", remedy)
    known = {**needed, **perhaps}
    wrong = [f"{key} is lacking" for key in needed if key not in row]
    wrong += [f"unknown key {key}" for key in row if key not in known]
    wrong += [f"{key} is odd: {row[key]!r}" for key, is_right in known.items() if key in row and not is_right(row[key])]
    if wrong:
        raise ConfigError(f"{where}: {'; '.join(wrong)}", remedy)
    return row


def each_checked(
    where: str, rows: Iterable[Any], needed: Mapping[str, Is], perhaps: Mapping[str, Is], remedy: str
) -> list[Mapping[str, Any]]:
    """As `checked`, of the rows of a table; each is named by its number."""
    return [checked(f"{where} {number}", row, needed, perhaps, remedy) for number, row in enumerate(rows, 1)]
