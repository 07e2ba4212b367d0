"""What results show of procedures, kept in memory while it holds: a procedure is found far more often than it changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.unified import UnifiedProcedure
from reports.values import Json
from search_api.schemas import procedure_url
from search_api.wording import FIELDS, brief
from store import procedures

MOST = 10_000
"""Procedures kept: all of a province, whose register alone has 4,646."""

SNIPPET_FIELDS = ("description", "requirements", "steps", "audiences")
"""Fields a snippet is taken from, in this order: only running text, no addresses and counts."""

INTENT_FIELDS = {
    "papers": ("papers",), "form": ("papers",), "fee": ("fee_text", "channels"), "time": ("time_text", "channels"),
    "place": ("address", "agencies", "channels"),
}  # fmt: skip
"""What was asked for (indexer.query.vocabulary.INTENTS) → the parts that answer it; the snippet shows the first there is."""

ANSWERING = tuple(dict.fromkeys(name for names in INTENT_FIELDS.values() for name in names))


@dataclass(frozen=True, slots=True)
class KnownProcedure:
    """One procedure in a list of results: the part of its JSON that no question changes, its running text, and the texts of
    the parts that answer something, by name. Only what holds for whoever asks."""

    key: str
    name: str
    digest: str
    record_ids: tuple[int, ...]
    json: Json
    running: str
    answers: Mapping[str, str]

    def text(self, intents: Sequence[str]) -> str:
        """What a snippet is taken from: the part that answers what was asked, else the running text."""
        wanted = (name for intent in intents for name in INTENT_FIELDS[intent])
        return next((self.answers[name] for name in wanted if name in self.answers), self.running)


class KnownProcedures:
    """Thread-safe; what it gives always has the digest that the store has now."""

    def __init__(self, size: int = MOST) -> None:
        self._size = size
        self._kept: OrderedDict[str, KnownProcedure] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, connection: Connection, keys: Sequence[str]) -> dict[str, KnownProcedure]:
        """The procedures with these keys; unknown keys are left out."""
        digests = procedures.digests(connection, keys)
        with self._lock:
            found = {key: self._kept[key] for key in digests if key in self._kept}
        found = {key: shown for key, shown in found.items() if shown.digest == digests[key]}
        missing = [key for key in digests if key not in found]
        if missing:
            new = procedures.by_key(connection, missing)
            found |= {key: _shown(item, digests[key]) for key, item in new.items()}
        with self._lock:
            for key, shown in found.items():
                self._kept[key] = shown
                self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return found


def _shown(item: UnifiedProcedure, digest: str) -> KnownProcedure:
    shown = {
        "kind": "procedure",
        "key": item.key,
        "code": item.code,
        "name": item.name,
        "url": procedure_url(item.key),
        "sectors": list(item.sectors),
        "agencies": list(item.agencies),
        "tier": ", ".join(item.tiers),
        "service_level": item.service_level,
        "service_level_converted": item.service_level_converted,
        "fee": item.fee_text,
        "time": item.time_text,
        "offered_by": item.offered_by,
        "conflicts": item.conflicts,
        "state": item.state.value,
        "is_local": item.is_local,
    }
    told = {name: field.value for name, field in (item.fields or {}).items() if field.is_for_everyone}
    answers = {name: text for name in ANSWERING if name in told and (text := _answer(name, told[name]))}
    return KnownProcedure(
        item.key,
        item.name,
        digest,
        tuple(i for o in item.offerings for i in o.record_ids),
        shown,
        " ".join(brief(told[name]) for name in SNIPPET_FIELDS if name in told),
        {name: f"{FIELDS.get(name, name)}: {text}" for name, text in answers.items()},
    )


def _answer(name: str, value: Any) -> str:
    """The text of a part; of papers only their names."""
    if name != "papers" or not isinstance(value, list):
        return brief(value)
    papers = (paper for case in value if isinstance(case, dict) for paper in case.get("papers", ()))
    return "; ".join(str(paper["name"]) for paper in papers if isinstance(paper, dict) and paper.get("name"))
