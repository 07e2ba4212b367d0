"""A small seeded store with a real embedded index, and a client in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from core.clock import fixed
from core.errors import ArchiveError
from core.model import Article, Record
from core.settings import load_settings
from core.site_files import load_province
from core.states import ProcedureState
from core.unified import Offering, RegisterEntry, Sourced, UnifiedField, UnifiedProcedure
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.build import fill
from indexer.query.searcher import Searcher
from indexer.query.terms import Source
from search_api.app import AppParts, create_app
from store import page_records, procedures
from store.database import Database
from store.prepared import prepare
from store.tables import archives, captures, findings, pages, verdicts, visits
from tests.shared import new_store, vocabulary

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOW = datetime(2018, 8, 9, 1, 0, tzinfo=UTC)
CODE = "1.000894"
HOSTILE = "<script>alert(1)</script>"


@dataclass
class FakeResponse:
    headers: list[tuple[str, str]]
    body: bytes


class MemoryArchive:
    """An archive of one page, because what is tested is how it is shown."""

    def read(self, capture_row: Any, /) -> FakeResponse:
        if capture_row.id != 1:
            raise ArchiveError("torn", "")
        body = '<body onload="x()"><script>alert(1)</script><p>Đăng ký</p><img src="http://x/"><form action="/a"><input></form></body>'
        return FakeResponse([("Content-Type", "text/html; charset=utf-8")], body.encode())


@pytest.fixture(scope="session")
def archive() -> MemoryArchive:
    return MemoryArchive()


def unified() -> UnifiedProcedure:
    def field(value: Any, *other: Sourced) -> UnifiedField:
        return UnifiedField(value, "s-stp", NOW, differing=other)

    return UnifiedProcedure(
        key=CODE,
        code=CODE,
        name="Đăng ký kết hôn",
        state=ProcedureState.IN_FORCE,
        sectors=("Hộ tịch",),
        agencies=("UBND cấp xã",),
        tiers=("xa",),
        audiences=("Công dân Việt Nam",),
        service_level="mot_phan",
        fields={
            "description": field(f"Công dân Việt Nam đăng ký kết hôn {HOSTILE} tại nơi cư trú"),
            "papers": field([{"papers": [{"name": "Tờ khai", "originals": 1, "form_url": "javascript:alert(1)"}]}]),
            "channels": field([{"kind": "truc_tiep", "durations": [{"text": "Ngay trong ngày"}]}]),
            "steps": field([{"steps": ["Nộp hồ sơ", "Nhận kết quả"]}]),
            "results": field([{"name": "Giấy chứng nhận kết hôn"}]),
            "legal_bases": field([{"number": "60/2014/QH13", "issued_on": "2014-11-20"}]),
            "time_text": field("Ngay trong ngày", Sourced("5 ngày", "h-nongcong", NOW)),
        },
        offerings=(
            Offering("s-stp", "http://stp.example/1", "Đăng ký kết hôn", "", NOW, NOW, 1, 1, differs_in=("time_text",)),
        ),
        register=RegisterEntry(CODE, "Đăng ký kết hôn", "ACTIVE", "Bộ Tư pháp", date(2018, 8, 1), False),
    )


def seed(database: Database) -> None:
    with database.write() as connection:
        page = {"server": "127.0.0.2", "first_seen": NOW, "next_due": NOW, "last_good": NOW, "outcome": "ok"}
        rows = [{**page, "id": n, "site_id": "s-stp", "url": f"http://stp.example/{n}"} for n in (1, 2)]
        connection.execute(insert(pages), rows)
        connection.execute(insert(archives).values(name="a.warc", opened_at=NOW))
        capture = {"page_id": 1, "url": "http://stp.example/1", "fetched_at": NOW, "status": 200, "archive": "a.warc"}
        more = {"offset": 0, "length": 1, "digest": "", "body_bytes": 1}
        connection.execute(insert(captures), [{**capture, **more, "id": n} for n in (1, 2)])
        connection.execute(
            insert(verdicts),
            [
                {
                    "site_id": "s-stp",
                    "section": name,
                    "verdict": word,
                    "rule": "house.news",
                    "reason": "Lý do",
                    "decided_at": NOW,
                }
                for name, word in (("", "overdue"), ("news", "due"))
            ],
        )
        connection.execute(
            insert(findings).values(
                rule="fee_differs", site_id="s-stp", code=CODE, message=f"Phí khác {HOSTILE}", first_seen=NOW,
                last_seen=NOW, evidence={"site": "10.000", "register": "Miễn phí"}, capture_id=1,
            )
        )  # fmt: skip
        connection.execute(
            insert(visits).values(site_id="s-stp", worker="w", started_at=NOW, outcome="ok", counters={"pages": 1236})
        )
        origin = page_records.Origin(2, "s-stp", "news", "nukeviet", 1, NOW)
        article = Record(
            "article", Article("Hội nghị đăng ký hộ tịch", body=f"Nội dung {HOSTILE} kết hôn"), published=NOW
        )
        page_records.write(connection, origin, [prepare(article)])
        others = [
            replace(unified(), key=f"1.00{n}", code=f"1.00{n}", name=f"Đăng ký kết hôn lại lần {n}")
            for n in range(2000, 2012)
        ]
        procedures.write(connection, [procedures.prepare(item) for item in (unified(), *others)], NOW)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = new_store(tmp_path_factory.mktemp("store") / "store.db")
    seed(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, store: Database) -> Path:
    folder = tmp_path_factory.mktemp("data")
    with store.read() as connection:
        known = list(procedures.iterate(connection))
    sources = [
        Source(
            f"procedure:{p.key}",
            "procedure",
            1,
            p.name,
            p.sectors,
            codes=(p.code,),
            facets={"sector": p.sectors, "tier": p.tiers},
        )
        for p in known
    ]
    sources.append(
        Source("record:1", "article", 1, "Hội nghị đăng ký hộ tịch", body=("kết hôn",), facets={"site": ("s-stp",)})
    )
    generations = EmbeddedGenerations(folder)
    engine = fill(generations, lambda: sources, vocabulary())
    name = engine.generation
    engine.close()
    generations.swap(name)
    return folder


def parts(store: Database, data: Path) -> AppParts:
    return AppParts(
        database=store,
        searcher=Searcher(EmbeddedGenerations(data), vocabulary(), clock=fixed(NOW)),
        province=load_province(CONFIG, "thanhhoa"),
        settings=load_settings(),
        clock=fixed(NOW),
        archive=MemoryArchive(),
        config_dir=CONFIG,
        data_dir=data,
    )


@pytest.fixture(scope="session")
def client(store: Database, index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(parts(store, index)), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def bare(store: Database, tmp_path: Path) -> Iterator[TestClient]:
    """The application without an index."""
    with TestClient(create_app(parts(store, tmp_path)), raise_server_exceptions=False) as made:
        yield made
