"""What one wording of a procedure says, in values and in plain form: worked out once, however many sites copy it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from core.model import Procedure
from core.plain import to_plain
from procedures import summaries
from procedures.likeness import COMPARED, OWN, sentences
from procedures.sectors import canonical
from procedures.service_level import Level, regime_on, understand

_NOT_FIELDS = {"code", "code_raw", "list_only", "state_raw"}
MODEL_FIELDS = tuple(field.name for field in fields(Procedure) if field.name not in _NOT_FIELDS)


class Wording:
    """A content under a regime of service levels. `values`: field name → plain JSON, without what is not said."""

    __slots__ = ("_plain", "_shown", "content", "level", "values")

    def __init__(self, content: Procedure, day: date, aliases: Mapping[str, str]) -> None:
        """Work the values out; plain forms wait until they are asked for."""
        self.content = content
        self.level: Level = understand(content.service_level_raw, day)
        self.values: dict[str, Any] = _values(content, self.level, aliases)
        self._plain: dict[str, Any] = {}
        self._shown: dict[str, str] = {}

    def plain(self, name: str) -> Any:
        """What of a field counts when it is compared (procedures.likeness)."""
        if name not in self._plain:
            self._plain[name] = COMPARED[name](self.values[name])
        return self._plain[name]

    def weight(self, name: str) -> str | int:
        """By what a field's voices are counted: its plain form as a text, or its length where it is running text."""
        if name not in self._shown:
            plain = self.plain(name) if name in COMPARED else self.values[name]
            self._shown[name] = sentences(plain) if name in OWN else str(plain)
        return self._shown[name] if name in COMPARED or name in OWN else len(self._shown[name])

    def differing(self, plain_of: Mapping[str, Any]) -> tuple[str, ...]:
        """The compared fields in which it says something else than the procedure does (name → plain form)."""
        said = (name for name in COMPARED if name in self.values)
        return tuple(name for name in said if self.plain(name) != plain_of[name])


class Wordings:
    """The wordings met so far: one for all pages that say the same under one regime."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        """Begin with none. `aliases`: spellings of sectors."""
        self._aliases = aliases
        self._known: dict[tuple[int, str], Wording] = {}

    def of(self, content: Procedure, day: date) -> Wording:
        """The wording of a content that stood on a page on this day."""
        key = (id(content), regime_on(day))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Wording(
                content, day, self._aliases
            )  # holds the content, so that ids stay its own
        return found


def _values(content: Procedure, level: Level, aliases: Mapping[str, str]) -> dict[str, Any]:
    values = to_plain(content)
    found = {name: values[name] for name in MODEL_FIELDS if values.get(name) is not None}
    if "sectors" in found:
        found["sectors"] = list(canonical(found["sectors"], aliases))
    if fee := summaries.fee_text(content.channels):
        found["fee_text"] = fee
    if limit := summaries.time_text(content.channels):
        found["time_text"] = limit
    if level.level is not None:
        found["service_level"] = level.level.value
    return found
