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


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("sổ đ", "sổ đỏ nhàu nát"),
        ("so d", "sổ đỏ nhàu nát"),
        ("sổ d", "sổ đỏ nhàu nát"),  # on the way to đ
        ("sở d", "Điều chỉnh cơ sở dữ liệu về cư trú"),
        ("soor d", "sổ đỏ nhàu nát"),
    ],
)
def test_marks_typed_and_beginnings_come_first(
    tmp_path: Path, vocabulary: Vocabulary, typed: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many more popular procedures have the same syllables somewhere."""
    monkeypatch.setattr("indexer.query.suggest.POOL", 3)
    popular = [procedure(f"1.9001{n:02}", f"Dân vận của sở số {n}", "", "") for n in range(9)]
    data = procedure("1.900001", "Điều chỉnh cơ sở dữ liệu về cư trú", "", "")
    land = replace(procedure("1.900002", "Cấp đổi giấy chứng nhận", "", ""), phrases=("sổ đỏ nhàu nát",))
    sources = [data, land, *popular]
    engine = fill(EmbeddedGenerations(tmp_path), lambda: sources, vocabulary)
    decoder = KeyDecoder({("sô", "r"): ("sổ", 9)}, {})
    assert suggest(engine, decoder, typed, 1)[0].text == first
    engine.close()
