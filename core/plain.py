"""Dataclasses to plain JSON values and back, and digests over them."""

from __future__ import annotations

import hashlib
import json
import types
import typing
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """A JSON value for `value`; fields left empty by default are left out, so that adding a field changes no old digest."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((f, getattr(value, f.name)) for f in fields(value))
        return {f.name: to_plain(item) for f, item in pairs if not (_is_empty(item) and _empty_by_default(f))}
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
def _empty_by_default(field: Field[Any]) -> bool:
    # A field that must be given, or is true by default, has to be written out to come back as it was.
    return field.default_factory is not MISSING or (field.default is not MISSING and _is_empty(field.default))


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def from_plain(cls: type[T], data: Any) -> T:
    """The dataclass `cls` from what `to_plain` made of it; unknown keys are ignored (written by newer code)."""
    hints = _hints(cls)  # type: ignore[arg-type]
    known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    return cls(**{name: _value(hints[name], item) for name, item in data.items() if name in known})


def _value(hint: Any, data: Any) -> Any:
    origin = get_origin(hint)
    if data is None:
        return None
    if origin in (Union, types.UnionType):
        return _union(get_args(hint), data)
    if origin is tuple:
        return tuple(_value(get_args(hint)[0], item) for item in data)
    if origin is dict:
        return {key: _value(get_args(hint)[1], item) for key, item in data.items()}
    if isinstance(hint, type):
        if is_dataclass(hint):
            return from_plain(hint, data)
        if issubclass(hint, datetime):
            return datetime.fromisoformat(data)
        if issubclass(hint, date):
            return date.fromisoformat(data)
        if issubclass(hint, Enum):
            return hint(data)
    return data


def _union(options: tuple[Any, ...], data: Any) -> Any:
    present = [option for option in options if option is not type(None)]
    if len(present) == 1:
        return _value(present[0], data)
    return data


def canonical_json(value: Any) -> str:
    """One text per value: sorted keys, no spaces, letters as they are."""
    return json.dumps(to_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 (hex) of a text, bytes, or the canonical JSON of anything else."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    text = value if isinstance(value, str) else canonical_json(value)
    return hashlib.sha256(text.encode()).hexdigest()
