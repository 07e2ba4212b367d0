"""Invariants: read from a file, made from every code and name, and refused when they cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import UsageError
from indexer.query.invariants import broken, of_procedures, read_invariants
from indexer.query.searcher import Searcher
from tests.indexer.query.conftest import NAMES


def test_a_file_of_invariants_is_held(searcher: Searcher, tmp_path: Path) -> None:
    file = tmp_path / "invariants.tsv"
    file.write_text(
        "# by hand\nket hon\t1.000894\nsổ đỏ\t1.013978 1.009972\t5\nkhai tử\t1.001193\t1\n", encoding="utf-8"
    )
    failures = list(broken(searcher, read_invariants(file)))
    assert [(f.invariant.query, f.found) for f in failures] == [("khai tử", ("1.000656",))]
    assert "1.001193" in str(failures[0])


@pytest.mark.parametrize("line", ["kết hôn", "kết hôn\t", "kết hôn\t894", "kết hôn\t1.000894\tba", "\t1.000894"])
def test_a_line_that_cannot_be_meant_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "invariants.tsv"
    file.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        read_invariants(file)


def test_every_code_and_name_is_asked_and_twins_stand_for_each_other(searcher: Searcher) -> None:
    named = [(code, code, name) for code, (name, *_) in NAMES.items()]
    made = list(of_procedures([*named, ("x-1", "", NAMES["1.000894"][0])], 300))
    assert len(made) == 2 * len(named) + 1
    assert made[-1].keys == {"x-1", "1.000894"}
    assert list(broken(searcher, made)) == []


def test_a_name_longer_than_a_query_may_be_is_asked_by_its_code_alone() -> None:
    asked = [invariant.query for invariant in of_procedures([("1.000001", "1.000001", "từ " * 200)], 300)]
    assert asked == ["1.000001"]
