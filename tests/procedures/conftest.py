"""A store in which sites publish and the register says, and what is unified from both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.clock import fixed
from core.model import Channel, Duration, Fee, Procedure, Record
from core.site_files import load_province
from core.sites import Province
from core.unified import UnifiedProcedure
from procedures.register import ImportReport, import_file
from procedures.unify import unify_changes
from store import page_records
from store import procedures as store
from store.database import Database
from store.prepared import prepare
from store.tables import pages
from tests.shared import CONFIG, new_store

NOON = datetime(2018, 8, 9, 5, tzinfo=UTC)
CLOCK = fixed(NOON)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def province() -> Province:
    return load_province(CONFIG, "thanhhoa")


def entry(code: str, name: str = "Đăng ký khai sinh", **more: object) -> dict[str, object]:
    common = {"code": code, "name": name, "fields": ["Hộ tịch"], "agencies": ["UBND cấp xã"], "issued_by": "Bộ Tư pháp"}
    return {**common, "subjects": ["Công dân Việt Nam"], "state": "ACTIVE", "type": "STANDARD", "url": "", **more}


def register(
    database: Database, folder: Path, day: str, *entries: dict[str, object], confirmed: bool = False
) -> ImportReport:
    path = folder / f"catalog-{day}.jsonl"
    path.write_text("".join(f"{json.dumps(item)}\n" for item in entries), encoding="utf-8")
    return import_file(database, path, clock=CLOCK, province="Thanh Hóa", confirmed=confirmed)


def publish(database: Database, page: int, site: str, content: Procedure | None, at: datetime = NOON) -> None:
    with database.write() as connection:
        values = {"id": page, "site_id": site, "server": "a", "first_seen": NOON, "next_due": NOON}
        statement = insert(pages).values(url=f"http://{site}/{page}", **values).prefix_with("OR IGNORE")
        connection.execute(statement)
        items = [prepare(Record("procedure", content, key=content.code or content.name))] if content else []
        page_records.write(connection, page_records.Origin(page, site, "tthc", "generic", None, at), items)


def costing(fee: str, name: str = "Đăng ký kết hôn", code: str = "1.000894") -> Procedure:
    return Procedure(name, code=code, channels=(Channel("truc_tiep", (Duration("3 ngày", 3, "ngay", (Fee(fee),)),)),))


def unified(database: Database, province: Province, key: str = "1.000894") -> UnifiedProcedure:
    unify_changes(database, province, CLOCK)
    with database.read() as connection:
        return store.by_key(connection, [key])[key]
