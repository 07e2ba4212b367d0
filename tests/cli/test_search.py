"""`tracuu search`: asked from the command line, held to invariants, and what people did not find."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.main import main
from indexer.documents import sources
from indexer.engines.generations import EmbeddedGenerations
from indexer.query.build import fill
from indexer.query.terms import Source
from store.query_log import QueryLog
from tests.cluster.nodes import free_ports
from tests.search_api.conftest import CONFIG, seed
from tests.shared import new_store, vocabulary

AT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    database = new_store(folder / "store.db")
    seed(database)
    with database.read() as connection:
        known = list(sources(connection, 1))
    # What the project's own pin puts first: a dead pin is a failure of `search test`.
    known.append(Source("procedure:1.013978", "procedure", 1, "Cấp Giấy chứng nhận lần đầu", codes=("1.013978",)))
    database.close()
    generations = EmbeddedGenerations(folder)
    engine = fill(generations, lambda: known, vocabulary())
    name = engine.generation
    engine.close()
    generations.swap(name)
    return folder


def run(data: Path, *words: str) -> int:
    return main(["--data", str(data), "--config", str(CONFIG), "--at", "2026-11-02", "search", *words])


def test_a_question_is_answered_with_its_reasons(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "ask", "ket hon o xa") == 0
    out = capsys.readouterr().out
    assert "1.000894" in out
    assert "cov_s" in out
    assert "title: kết, hôn" in out


def test_every_code_and_name_is_held(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "test", "--every") == 0
    assert "26 of 26 invariants hold: 1.0000" in capsys.readouterr().out


def test_a_broken_invariant_ends_with_1_and_is_named(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "invariants.tsv"
    file.write_text("ket hon\t1.000894\nkết hôn\t2.222222\n", encoding="utf-8")
    assert run(data, "test", str(file)) == 1
    out = capsys.readouterr().out
    assert "“kết hôn” does not show 2.222222 in the first 3: 1.000894" in out
    assert "1 of 2 invariants hold: 0.5000" in out


def test_nothing_to_test_is_refused_with_the_remedy(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "test") == 2
    assert "--every" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused_plainly(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (tmp_path / "nope", tmp_path):
        assert run(data, "test", str(file)) == 2
        assert (
            capsys.readouterr().err
            == f"tracuu: there is no file {file}\n        → name a text file, one question a line\n"
        )


@pytest.mark.parametrize("question", ["", " ? ", "a" * 301])
def test_a_question_that_cannot_be_is_refused_in_english(
    question: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(data, "ask", question) == 2
    told = capsys.readouterr().err
    assert "a question has at least one letter or digit, and at most 300 characters" in told
    assert "→ give a procedure's name" in told


def test_a_file_without_a_question_proves_nothing(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "empty.tsv"
    file.write_text("\n", encoding="utf-8")
    assert run(data, "test", str(file)) == 2
    assert "holds no question" in capsys.readouterr().err


def test_a_damaged_query_log_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "gaps") == 0
    assert "nobody has asked anything yet" in capsys.readouterr().out
    (tmp_path / "queries.db").write_text("this is not a database, it only stands where one should", encoding="utf-8")
    assert run(tmp_path, "gaps") == 2
    assert "queries.db cannot be read" in capsys.readouterr().err


def test_the_engine_of_the_settings_is_asked_and_no_other(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The data folder holds a whole index; it must not answer for a cluster that is away."""
    (port,) = free_ports(1)
    words = ["--data", str(data), "--config", str(CONFIG), "--set", f"engine=http://127.0.0.1:{port}/tracuu"]
    assert main([*words, "search", "ask", "ket hon"]) != 0
    shown = capsys.readouterr()
    assert "1.000894" not in shown.out
    assert str(port) in shown.err


def test_gaps_are_listed_with_counts(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = QueryLog(data / "queries.db")
    for _ in range(3):
        log.add(AT, "phép bay flycam", "phép bay flycam", kind="procedure", total=0, milliseconds=1.0)
    log.flush()
    assert run(data, "gaps") == 0
    assert "     3 phép bay flycam\n1 questions found nothing" in capsys.readouterr().out
