"""A question citizens asked reaches the procedures its answer names, and leaves them when it goes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.model import Article, AttachmentText, Record
from indexer.engines.generations import EmbeddedGenerations
from store import changes, page_records
from store import pages as frontier
from store.database import Database
from store.prepared import prepare
from store.tables import pages
from tests.indexer.test_sync import BIRTH, MARRIAGE, NOON, database, know, synced

pytestmark = pytest.mark.slow

__all__ = ["database"]


def publish(database: Database, page: int, *articles: tuple[str, str]) -> None:
    with database.write() as connection:
        if not connection.execute(pages.select().where(pages.c.id == page)).first():
            row = {"server": "127.0.0.2", "first_seen": NOON, "next_due": NOON, "last_good": NOON, "outcome": "ok"}
            address = f"http://stp.example/{page}"
            connection.execute(insert(pages).values(**row, id=page, site_id="s-stp", url=address))
        origin = page_records.Origin(page, "s-stp", "qna", "nukeviet", None, NOON)
        made = [prepare(Record("article", Article(title, body=body), key=title)) for title, body in articles]
        page_records.write(connection, origin, made)


def asked_terms(data: Path, document: str) -> str:
    generations = EmbeddedGenerations(data)
    with closing(generations.open(generations.live_name())) as engine:
        return next(entry.digest for entry in engine.entries() if entry.id == document)


def test_a_new_question_rewrites_the_procedure_it_names_and_no_other(database: Database, tmp_path: Path) -> None:
    know(database, MARRIAGE, BIRTH)
    synced(database, tmp_path)
    before = {code: asked_terms(tmp_path, f"procedure:{code}") for code in ("1.000894", "1.001193")}
    publish(database, 1, ("Cưới nhau thì ký giấy ở đâu?", "Xem thủ tục 1.000894 tại UBND xã."))
    assert synced(database, tmp_path).written == 2
    after = {code: asked_terms(tmp_path, f"procedure:{code}") for code in before}
    assert after["1.000894"] != before["1.000894"]
    assert after["1.001193"] == before["1.001193"]
    publish(database, 1)
    synced(database, tmp_path)
    assert asked_terms(tmp_path, "procedure:1.000894") == before["1.000894"]


def test_a_question_whose_answer_is_corrected_leaves_the_procedure_it_named_before(
    database: Database, tmp_path: Path
) -> None:
    know(database, MARRIAGE, BIRTH)
    synced(database, tmp_path)
    before = asked_terms(tmp_path, "procedure:1.000894")
    publish(database, 1, ("Ký giấy ở đâu?", "Xem thủ tục 1.000894."))
    synced(database, tmp_path)
    publish(database, 1, ("Ký giấy ở đâu?", "Xem thủ tục 1.001193."))
    assert synced(database, tmp_path).written == 3
    assert asked_terms(tmp_path, "procedure:1.000894") == before


def test_naming_the_section_of_a_page_writes_its_article_again_and_no_attachment(
    database: Database, tmp_path: Path
) -> None:
    publish(database, 1)
    origin = page_records.Origin(1, "s-stp", "", "nukeviet", None, NOON)
    made = [
        Record("article", Article("Hỏi về kết hôn"), key="a"),
        Record("attachment", AttachmentText("Đơn", "đơn xin", "application/pdf"), key="b"),
    ]
    with database.write() as connection:
        page_records.write(connection, origin, [prepare(record) for record in made])
    synced(database, tmp_path)
    with database.write() as connection:
        assert frontier.name_sections(connection, {"http://stp.example/1": "qna"}, NOON) == 1
    assert synced(database, tmp_path).written == 1


def test_a_change_of_a_record_that_is_no_document_of_its_own_stops_nothing(database: Database, tmp_path: Path) -> None:
    publish(database, 1)
    origin = page_records.Origin(1, "s-stp", "", "nukeviet", None, NOON)
    with database.write() as connection:
        attachment = prepare(Record("attachment", AttachmentText("Đơn", "đơn xin", "application/pdf"), key="b"))
        page_records.write(connection, origin, [attachment])
        changes.append(connection, "index", ["record:1"], NOON)
    assert synced(database, tmp_path).written == 0
