"""An application over a store of its own in which a register changed twice and a site was looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from core.clock import fixed
from core.model import Article, Channel, Duration, Fee, LegalBasis, Procedure, Record
from core.settings import load_settings
from core.site_files import load_province
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.searcher import Searcher
from procedures.register import import_file
from procedures.unify import unify_changes
from search_api.app import AppParts, create_app
from store import captures, page_records
from store.archive import Archive
from store.captures import NewCapture
from store.database import Database
from store.findings import Finding, replace
from store.prepared import prepare
from store.tables import pages
from store.warc import Answer
from tests.shared import new_store, vocabulary

CONFIG = Path(__file__).resolve().parents[2] / "config"
PROVINCE = load_province(CONFIG, "thanhhoa")
NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
BODY = "<p>Lệ phí: 80.000 đồng</p>".encode()


def entry(code: str, name: str, **more: object) -> dict[str, object]:
    common = {"code": code, "name": name, "fields": ["Hộ tịch"], "agencies": ["UBND cấp xã"], "issued_by": "Bộ Tư pháp"}
    return {**common, "subjects": ["Công dân"], "state": "ACTIVE", "type": "STANDARD", "url": "", **more}


def snapshot(database: Database, folder: Path, day: str, *entries: dict[str, object]) -> None:
    path = folder / f"catalog-{day}.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in entries), encoding="utf-8")
    import_file(database, path, clock=fixed(NOW), confirmed=True)


def publish(
    database: Database, archive: Archive, site: str, content: Procedure, at: datetime = NOW, name: str = ""
) -> int:
    url = f"http://{site}.example/{name or content.code or content.name}"
    with database.write() as connection:
        values = {"site_id": site, "server": "a", "url": url, "key": url, "first_seen": at, "next_due": at}
        page = connection.execute(insert(pages).values(**values, outcome="ok", last_good=at)).inserted_primary_key
    assert page is not None
    answer = Answer(url, at, 200, {"Content-Type": "text/html; charset=utf-8", "X-May-Chu": "IIS"}, BODY)
    writer = archive.writer(database, at)
    placed = writer.append([answer])[0]
    with database.write() as connection:
        capture = captures.insert_all(connection, [NewCapture(page[0], None, answer, placed)])[0]
        connection.execute(update(pages).where(pages.c.id == page[0]).values(capture_id=capture))
        origin = page_records.Origin(page[0], site, "procedures", "generic", capture, at)
        page_records.write(connection, origin, [prepare(Record("procedure", content, key=content.code))])
    writer.close(at)
    return capture


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made once: what is put there takes longer than most tests do."""
    folder = tmp_path_factory.mktemp("feeds")
    database = new_store(folder / "store.db")
    seed(database, folder)
    database.close()
    return folder


def seed(database: Database, folder: Path) -> None:
    archive = Archive(folder)
    first = entry("1.001193", "Đăng ký khai sinh"), entry("1.000894", "Kết hôn"), entry("1.000001", "Giám hộ")
    second = (
        entry("1.001193", "Đăng ký khai sinh", agencies=["UBND cấp xã", "Sở Tư pháp"]),
        entry("2.000001", "Giám hộ"),
        entry("1.004194", "Đăng ký \x0b tạm trú", fields=["Cư trú"], agencies=["Công an Xã"]),
    )
    snapshot(database, folder, "2026-09-01", *first)
    snapshot(database, folder, "2026-10-01", *second)
    channel = Channel("truc_tiep", (Duration("3 ngày", 3, "ngay", (Fee("80.000 đồng", 80_000),)),))
    birth = Procedure(
        "Đăng ký khai sinh",
        code="1.001193",
        channels=(channel,),
        legal_bases=(LegalBasis("61/2018/NĐ-CP"),),
        service_level_raw="Mức độ 4",
    )
    capture = publish(database, archive, "h-nongcong", birth)
    row = Procedure("Khai sinh", code="1.001193", service_level_raw="Mức độ 3", list_only=True)
    publish(database, archive, "h-nongcong", row, name="danh-sach")
    publish(database, archive, "s-stp", Procedure("Đăng ký khai sinh", code="1.001193", service_level_raw="Toàn trình"))
    old = Procedure("Cấp giấy phép cũ", code="1.999998", agencies=("UBND huyện Nông Cống",))
    publish(database, archive, "s-sxd", old)
    unify_changes(database, PROVINCE, fixed(NOW))
    report = Article("Báo cáo", body="Đã tiếp nhận 1.236 hồ sơ, trả đúng hạn 1.200 hồ sơ.")
    with database.write() as connection:
        values = {"site_id": "s-stp", "server": "a", "url": "http://stp.example/bc", "key": "http://stp.example/bc"}
        page = connection.execute(insert(pages).values(first_seen=NOW, next_due=NOW, **values)).inserted_primary_key
        assert page is not None
        origin = page_records.Origin(page[0], "s-stp", "news", "generic", None, NOW)
        page_records.write(connection, origin, [prepare(Record("article", report, published=NOW))])
        evidence = {"page": "80.000 đồng", "register": "50.000 đồng", "field": "fee_text"}
        found = Finding("fee_differs", "h-nongcong", "Phí khác", code="1.001193", url="http://h-nongcong.example/1.001193", field="fee_text", law="NĐ 63/2010 Đ26 k2", capture_id=capture, evidence=evidence)  # fmt: skip
        whole = Finding("silence", "s-stp", "Lâu không có tin", section="news")
        replace(connection, [found, whole], [], NOW)


@contextmanager
def asking(folder: Path, file: Path) -> Iterator[TestClient]:
    """The application over a copy, in `file`, of a folder's store."""
    database, archive = new_store(file, folder / "store.db"), Archive(folder)
    searcher = Searcher(EmbeddedGenerations(folder), vocabulary(), clock=fixed(NOW))
    parts = AppParts(database, searcher, PROVINCE, load_settings(), fixed(NOW), archive, CONFIG)
    with TestClient(create_app(parts), raise_server_exceptions=True) as made:
        yield made
    database.close()


@pytest.fixture(scope="session")
def client(seeded: Path) -> Iterator[TestClient]:
    """For tests that only ask."""
    with asking(seeded, seeded / "asked.db") as made:
        yield made


@pytest.fixture
def own_client(seeded: Path, tmp_path: Path) -> Iterator[TestClient]:
    """For tests that write into the store."""
    with asking(seeded, tmp_path / "store.db") as made:
        yield made
