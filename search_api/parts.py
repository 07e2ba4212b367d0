"""What the web application is built from, and how a request finds it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fastapi import Request

from core.clock import Clock
from core.settings import Settings
from core.sites import Province
from indexer.engines import Health
from indexer.query.answer import Answer, Ask, Suggestion
from store.database import Database
from store.query_log import QueryLog

ID_LIMIT = 2**63
"""Ids of the store lie below (signed, 64 bit); of a larger number in an address the database driver makes an error."""


class Searches(Protocol):
    """What answers questions: indexer.query.searcher.Searcher, or anything with its calls."""

    def as_of(self) -> object | None:
        """What answers depend on beside the question, None when unknown; raises what `search` raises."""
        ...

    @property
    def generation(self) -> str:
        """Name of the index that answers now; raises what `search` raises."""
        ...

    def prepare(self, keys: Sequence[str]) -> None:
        """Make ready what questions that find these procedures need; raises what `search` raises."""
        ...

    def search(self, ask: Ask) -> Answer:
        """One page of results; raises QueryRefused, StaleCursor, IndexMissing, IndexMismatch, EngineGone, EngineRefused."""
        ...

    def suggest(self, q: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Completions of what was typed so far."""
        ...

    def health(self) -> Health:
        """How the engine is; raises EngineGone."""
        ...


class Response(Protocol):
    """An archived answer of a site."""

    @property
    def headers(self) -> Any:
        """The headers, as a mapping or as pairs."""
        ...

    @property
    def body(self) -> bytes:
        """The body as it came."""
        ...


class Captures(Protocol):
    """Where archived answers are read: store.archive.Archive."""

    def read(self, capture_row: Any, /) -> Response:
        """The answer of a row of `captures`; raises ArchiveError."""
        ...


@dataclass(frozen=True)
class AppParts:
    """Everything the application is given; `data_dir` is where queries.db lies (None: queries are not logged)."""

    database: Database
    searcher: Searches
    province: Province
    settings: Settings
    clock: Clock
    archive: Captures
    config_dir: Path
    data_dir: Path | None = None


def parts_of(request: Request) -> AppParts:
    """The parts of the application that answers this request."""
    parts: AppParts = request.app.state.parts
    return parts


def log_of(request: Request) -> QueryLog | None:
    """The query log, when there is one."""
    log: QueryLog | None = request.app.state.query_log
    return log


def header(headers: Any, name: str) -> str:
    """One header of an archived answer, "" when it has none; names are compared without case."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return next((str(value) for key, value in pairs if str(key).lower() == name.lower()), "")
