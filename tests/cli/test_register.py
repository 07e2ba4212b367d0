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


def test_what_is_said_of_a_known_file_is_true(catalog: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(file: str, *words: str) -> str:
        assert imported(tmp_path, file, *words) == 0
        return capsys.readouterr().out

    assert "next: `tracuu unify`" in told(catalog, "--as-of", "2018-08-01")
    known = "catalog.jsonl: known already, as of 2018-08-01, nothing changed; "
    idle = "nothing was imported; `tracuu status` says what is next\n"
    assert told(catalog) == f"{known}if it holds again, say since when with --as-of\n{idle}"
    only = f"{known}it holds again only from a day after a newer snapshot of another file\n{idle}"
    assert told(catalog, "--as-of", "2018-08-09") == only
    (tmp_path / "newer.jsonl").write_text(f"{json.dumps(entry('1.000894', 'Kết hôn'))}\n", encoding="utf-8")
    told("newer.jsonl", "--as-of", "2018-08-09")
    assert told(catalog, "--as-of", "2018-08-09") == only
    assert "1 amended" in told(catalog, "--as-of", "2018-08-10")
