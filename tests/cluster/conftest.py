"""A small store, and the places of a cluster that follow it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from core.clock import ticking_from
from core.settings import Settings, load_settings
from core.unified import UnifiedProcedure
from indexer import inspection, rebuild, sync
from indexer.engines.elastic_generations import ElasticGenerations
from indexer.query.answer import Ask
from indexer.query.searcher import Searcher
from store import procedures
from store.database import Database, open_database
from tests.cluster.nodes import Nodes

CONFIG = Path(__file__).resolve().parents[2] / "config"
CLOCK = ticking_from(datetime(2026, 11, 2, 5, tzinfo=UTC))
_number = count(1)


@dataclass(frozen=True)
class Place:
    """One machine's view: its data folder, the shared store, and the address of the index."""

    database: Database
    data: Path
    settings: Settings

    @property
    def common(self) -> tuple[Database, Path, Settings, object, Path]:
        return (self.database, self.data, self.settings, CLOCK, CONFIG)

    def sync(self) -> sync.SyncReport:
        return sync.sync(self.database, self.data, self.settings, CLOCK, CONFIG)

    def rebuild(self) -> rebuild.RebuildReport:
        return rebuild.rebuild(self.database, self.data, self.settings, CLOCK, CONFIG)

    def roll_back(self) -> str:
        return rebuild.roll_back(self.database, self.data, self.settings, CLOCK, CONFIG)

    def check(self) -> inspection.IndexCheck:
        return inspection.check(self.database, self.data, self.settings, CLOCK, CONFIG)

    def generations(self) -> ElasticGenerations:
        return ElasticGenerations(self.settings)

    def found(self, q: str) -> list[str]:
        searcher = Searcher.open(self.data, CONFIG, generations=self.generations())
        try:
            return [hit.key for hit in searcher.search(Ask(q)).hits]
        finally:
            searcher.close()

    def beside(self, folder: Path, **overrides: str) -> Place:
        """Another machine with the same store and engine."""
        values = {name: str(value) for name, value in self.settings.values.items() if name not in ("index_words",)}
        return Place(self.database, folder, load_settings(None, {**values, "index_words": "false", **overrides}))


def place_of(hosts: str, database: Database, folder: Path) -> Place:
    address = f"{hosts}/place{next(_number)}"
    # A busy test machine is slower than any citizen's patience; the test of a hung node asks for the default.
    overrides = {"engine": address, "index_words": "false", "engine_replicas": "1", "engine_timeout": "20"}
    return Place(database, folder, load_settings(None, overrides))


def procedure(code: str, name: str, *, public: bool = True) -> UnifiedProcedure:
    return UnifiedProcedure(code, name, code, audiences=("Công dân Việt Nam",), is_public=public)


def know(database: Database, *found: UnifiedProcedure) -> None:
    """Put procedures into the store, as unifying does."""
    with database.write() as connection:
        procedures.write(connection, [procedures.prepare(item) for item in found], CLOCK())


MARRIAGE = procedure("1.000894", "Thủ tục đăng ký kết hôn")
BIRTH = procedure("1.001193", "Thủ tục đăng ký khai sinh")
DEATH = procedure("1.000656", "Đăng ký khai tử")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def place(elasticsearch: Nodes, database: Database, tmp_path: Path) -> Place:
    """An alias of its own on the node of this run."""
    return place_of(elasticsearch.hosts, database, tmp_path)
