"""A completion shows what was typed, all of it in one text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.engines.generations import EmbeddedGenerations
from indexer.query.build import fill
from indexer.query.suggest import suggest
from indexer.query.vocabulary import Vocabulary
from tests.indexer.query.conftest import procedure
from vietnamese.typing import KeyDecoder


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("phạt nguội", ["bị phạt nguội oan"]),
        ("nguoi phat", ["bị phạt nguội oan"]),  # any order
        ("giay phep lai", ["Đổi GPLX"]),  # as the index writes it out
        ("phat hanh ng", []),
    ],
)
def test_what_was_typed_stands_in_one_text(
    tmp_path: Path, vocabulary: Vocabulary, typed: str, shown: list[str]
) -> None:
    shares = replace(
        procedure("1.900001", "Chào bán cổ phiếu", "", ""), phrases=("phát hành esop", "cho người lao động")
    )
    fine = replace(procedure("1.900002", "Khiếu nại", "", ""), phrases=("bị phạt nguội oan",))
    licence = procedure("1.900003", "Đổi GPLX", "", "")
    engine = fill(EmbeddedGenerations(tmp_path), lambda: [shares, fine, licence], vocabulary)
    assert [found.text for found in suggest(engine, KeyDecoder({}, {}), typed, 8)] == shown
    engine.close()
