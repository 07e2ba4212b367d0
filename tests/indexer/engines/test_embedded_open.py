"""An index folder that is not whole, or may not be written: said, and never taken for an index without documents."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import IndexMissing, TracuuError
from indexer.engines import KINDS, Card, IndexDocument
from indexer.engines.generations import EmbeddedGenerations

NOBODY = 65534


def built(folder: Path) -> EmbeddedGenerations:
    """Two generations of one document, the second live."""
    generations = EmbeddedGenerations(folder)
    for _ in range(2):
        with closing(generations.create()) as engine:
            engine.write([IndexDocument("procedure:1", "procedure", 1, "d", {"title_f": "khai"}, Card("Khai"))])
            engine.commit()
        generations.swap(engine.generation)
    return generations


@pytest.mark.parametrize("lost", [*KINDS, "gone"])
def test_a_part_that_vanished_is_not_made_anew_and_empty(tmp_path: Path, lost: str) -> None:
    generations = built(tmp_path)
    (folder,) = tmp_path.glob(f"index/*/000002/{lost}")
    shutil.rmtree(folder)
    with pytest.raises(IndexMissing, match=f"not a whole index: {lost}/meta.json is missing"):
        generations.open("000002")
    assert not folder.exists()


def test_nobody_is_rolled_back_to_an_index_that_is_not_whole(tmp_path: Path) -> None:
    generations = built(tmp_path)
    (folder,) = tmp_path.glob("index/*/000001/procedure")
    shutil.rmtree(folder)
    with pytest.raises(IndexMissing):
        generations.roll_back()
    assert generations.live_name() == "000002"


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder that anybody may read and nobody but its owner may write."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
        for path in Path(name).rglob("*"):
            path.chmod(path.stat().st_mode | stat.S_IWUSR)


def test_a_folder_that_may_only_be_read_is_told_as_that(readable: Path) -> None:
    generations = built(readable)
    readable.chmod(0o755)
    for path in readable.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    said = opened_by_somebody_else(generations)
    assert said.startswith("EngineRefused: ")
    assert "may not be read and locked here" in said
    assert "as the user whom the data folder belongs to" in said


def opened_by_somebody_else(generations: EmbeddedGenerations) -> str:
    """What opening the live index says to a user who is neither root nor the owner."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        said = "it was opened"
        try:
            if os.getuid() == 0:
                os.setuid(NOBODY)
            generations.open("000002")
        except TracuuError as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as pipe:
        return pipe.read()
