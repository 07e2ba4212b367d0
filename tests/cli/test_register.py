"""`tracuu register import`: from which day a snapshot counts, and what is said of one that is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.main import main
from tests.cli.conftest import config
from tests.procedures.conftest import entry


def imported(folder: Path, file: str, *words: str) -> int:
    begin = config("--data", str(folder), "--at", "2018-08-21", "register", "import")
    return main([*begin, str(folder / file), *words])


@pytest.fixture
def catalog(tmp_path: Path) -> str:
    (tmp_path / "catalog.jsonl").write_text(f"{json.dumps(entry('1.000894'))}\n", encoding="utf-8")
    return "catalog.jsonl"


def test_a_snapshot_of_a_day_to_come_is_refused(
    catalog: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(tmp_path, catalog, "--as-of", "2018-08-22") == 2
    told = capsys.readouterr().err
    assert "--as-of 2018-08-22 has not come yet: it is 2018-08-21" in told
    assert "→ name the day of the snapshot" in told
    assert not (tmp_path / "store.db").exists()
    assert imported(tmp_path, catalog, "--as-of", "2018-08-21") == 0
