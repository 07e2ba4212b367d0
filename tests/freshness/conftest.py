"""The scene of every test here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import new_store

sys.path.insert(0, str(Path(__file__).parent))

from scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    database = new_store(tmp_path / "store.db")
    yield Scene(database)
    database.close()
