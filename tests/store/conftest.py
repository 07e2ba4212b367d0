"""The tests' own object storage: one server for all of them, started when the first one needs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "crawler"))

from object_server import ObjectServer, serving


@pytest.fixture(scope="session")
def object_server() -> Iterator[ObjectServer]:
    with serving("kho-luu") as server:
        yield server
