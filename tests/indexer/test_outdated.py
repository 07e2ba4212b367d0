"""An index says when its vocabulary has changed since: what holds from the next start on is no reason to build anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import fixed
from indexer import inspection, rebuild, sync
from store.database import Database
from tests.indexer.test_sync import BIRTH, CONFIG, MARRIAGE, NOON, SETTINGS, know
from tests.shared import new_store

pytestmark = pytest.mark.slow


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = new_store(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path / "config"))


def add_line(path: Path, line: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")


def told(database: Database, data: Path, config: Path) -> tuple[bool, str, str]:
    """Whether a sync says so, its words, and those of a check."""
    report = sync.sync(database, data, SETTINGS, fixed(NOON), config)
    return report.outdated, str(report), str(inspection.check(database, data, SETTINGS, fixed(NOON), config))


def test_what_documents_are_made_with_makes_an_index_outdated(database: Database, tmp_path: Path, config: Path) -> None:
    know(database, MARRIAGE)
    assert told(database, tmp_path, config)[0] is False
    assert told(database, tmp_path, config)[0] is False
    add_line(config / "vocabulary" / "abbreviations.txt", "xyzt = giấy phép xây dựng")
    know(database, BIRTH)  # written with the new vocabulary, the other one is not
    for _ in range(2):  # following does not make it new
        outdated, said, checked = told(database, tmp_path, config)
        assert outdated
        assert "the vocabulary changed since it was built" in said
        assert said.endswith("run `tracuu index rebuild`")
        assert checked.endswith("Next: `tracuu index rebuild`")
    rebuild.rebuild(database, tmp_path, SETTINGS, fixed(NOON), config)
    outdated, said, checked = told(database, tmp_path, config)
    assert not outdated
    assert "vocabulary" not in said
    assert checked.endswith("the index has everything the store has")


def test_what_holds_from_the_next_start_on_does_not(database: Database, tmp_path: Path, config: Path) -> None:
    know(database, MARRIAGE)
    told(database, tmp_path, config)
    add_line(
        config / "vocabulary" / "terms.jsonl",
        '{"id": "test", "type": "everyday", "q": ["cưới"], "formal": ["kết hôn"]}',
    )
    add_line(config / "vocabulary" / "acronyms.txt", "XYZT")
    assert told(database, tmp_path, config)[0] is False
