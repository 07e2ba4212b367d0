"""Dataclasses to plain JSON values and back, and digests over them."""

from __future__ import annotations

import hashlib
import json
import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

T = TypeVar("T")


_ATOMS = frozenset((str, int, float, bool, type(None)))


def to_plain(value: Any) -> Any:
    """A JSON value for `value`; fields left empty by default are left out, so that adding a field changes no old digest."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is tuple or kind is list:
        return [to_plain(item) for item in value]
    if is_dataclass(kind):
        pairs = ((name, getattr(value, name), by_default) for name, by_default in _shape(kind))
        return {
            name: to_plain(item) for name, item, by_default in pairs if item or not by_default or not _is_empty(item)
        }
    return _rare_to_plain(value)


def _rare_to_plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value


def _is_empty(item: Any) -> bool:
    return item is None or item is False or (isinstance(item, (str, tuple, list, dict)) and not item)


@cache
def _shape(cls: type) -> tuple[tuple[str, bool], ...]:
    """The fields of a dataclass, and whether each is empty by default."""
    return tuple((f.name, _empty_by_default(f)) for f in fields(cls))


def _empty_by_default(field: Field[Any]) -> bool:
    # A field that must be given, or is true by default, has to be written out to come back as it was.
    return field.default_factory is not MISSING or (field.default is not MISSING and _is_empty(field.default))


def from_plain(cls: type[T], data: Any) -> T:
    """The dataclass `cls` from what `to_plain` made of it; unknown keys are ignored (written by newer code)."""
    reader = _reader(cls)  # type: ignore[arg-type]
    values = {}
    for name, item in data.items():
        if name in reader:
            convert = reader[name]
            values[name] = item if convert is None or item is None else convert(item)
    return cls(**values)


Convert = Callable[[Any], Any]


@cache
def _reader(cls: type) -> dict[str, Convert | None]:
    """Field → what makes its value of a JSON value; None where that is the value."""
    hints = typing.get_type_hints(cls)
    return {f.name: _converter(hints[f.name]) for f in fields(cls)}


def _converter(hint: Any) -> Convert | None:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        present = [option for option in inner if option is not type(None)]
        return _converter(present[0]) if len(present) == 1 else None
    if origin is tuple:
        each = _each(_converter(inner[0]))
        return tuple if each is None else lambda data: tuple(each(item) for item in data)
    if origin is dict:
        of_value = _each(_converter(inner[1]))
        return dict if of_value is None else lambda data: {key: of_value(item) for key, item in data.items()}
    if not isinstance(hint, type):
        return None
    if is_dataclass(hint):
        return lambda data: from_plain(hint, data)
    if issubclass(hint, (date, datetime)):
        return hint.fromisoformat
    return hint if issubclass(hint, Enum) else None


def _each(convert: Convert | None) -> Convert | None:
    return convert and (lambda item: None if item is None else convert(item))


def canonical_json(value: Any) -> str:
    """One text per value: sorted keys, no spaces, letters as they are."""
    return json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 (hex) of a text, bytes, or the canonical JSON of anything else."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    text = value if isinstance(value, str) else canonical_json(value)
    return hashlib.sha256(text.encode()).hexdigest()
