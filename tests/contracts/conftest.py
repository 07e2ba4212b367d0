"""The engine contract is held on every engine: the embedded one always, Elasticsearch with `--elasticsearch`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from core.settings import load_settings
from indexer.engines import Card, Clause, EngineQuery, IndexDocument, Kind
from indexer.engines.elastic_generations import ElasticGenerations
from indexer.engines.generations import EmbeddedGenerations
from indexer.engines.port import Engine, Generations
from vietnamese import VERSION

Maker = Callable[..., Generations]

_number = count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engines" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--elasticsearch")
        metafunc.parametrize("engines", ["embedded", "elasticsearch"] if asked else ["embedded"], indirect=True)


@pytest.fixture
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Makes generations in one place of their own; `engines(version="0")` those of another analysis version."""
    made: list[Generations] = []

    def embedded(version: str = VERSION) -> Generations:
        made.append(EmbeddedGenerations(tmp_path, version))
        return made[-1]

    def elastic(version: str = VERSION) -> Generations:
        made.append(ElasticGenerations(load_settings(None, {"engine": address, "engine_timeout": "20"}), version))
        return made[-1]

    if request.param == "elasticsearch":
        address = f"{request.getfixturevalue('elasticsearch').hosts}/contract{next(_number)}"
    yield embedded if request.param == "embedded" else elastic
    for generations in made:
        generations.close()


@pytest.fixture
def generations(engines: Maker) -> Generations:
    """Those of this program's analysis version."""
    return engines()


@pytest.fixture
def engine(generations: Generations) -> Iterator[Engine]:
    made = generations.create()
    yield made
    made.close()


def document(
    key: str, title: str, version: int = 1, kind: Kind = "procedure", sector: str = "Hộ tịch"
) -> IndexDocument:
    prefix = "procedure" if kind == "procedure" else "record"
    facets = {"sector": (sector,), "site": ("stp", "syt"), "kind": (kind,)}
    return IndexDocument(
        id=f"{prefix}:{key}",
        kind=kind,
        version=version,
        digest=f"{title}/{sector}",
        terms={"title_f": title, "all_f": title, "suggest_f": title, "phrases_f": "noi mot loi"},
        card=Card(
            title=title,
            title_s=title,
            cover_s=title,
            phrases=("nói một lời",),
            facets=facets,
            prior=0.5,
            day=7,
            local=True,
            sketch="00ff",
        ),
        exact=(key,),
    )


def filled_with(engine: Engine, *documents: IndexDocument) -> Engine:
    engine.write(documents)
    engine.commit()
    return engine


def ids(engine: Engine, *terms: str, kind: Kind = "procedure", **filters: tuple[str, ...]) -> list[str]:
    query = EngineQuery(kind, tuple(Clause("title_f", term) for term in terms), filters=filters)
    return [candidate.id for candidate in engine.candidates(query)]
