"""Tests on a real Elasticsearch run when they are asked for: `./scripts/test --elasticsearch`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.nodes import Nodes

CLUSTER = Path(__file__).parent / "cluster"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--elasticsearch", action="store_true", help="also hold the engine's tests on real nodes")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    asked = config.getoption("--elasticsearch")
    return True if not asked and CLUSTER in collection_path.parents else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--elasticsearch"):
        terminalreporter.write_line("without Elasticsearch: `./scripts/test --elasticsearch` holds its tests too")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:  # one worker starts the node
        if "elasticsearch" in getattr(item, "fixturenames", ()) or "[elasticsearch" in item.name:
            item.add_marker(pytest.mark.xdist_group("elasticsearch"))


@pytest.fixture(scope="session")
def elasticsearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """One node for the whole run. It fails, and never skips, where no node can be started."""
    nodes = Nodes(tmp_path_factory.mktemp("elasticsearch"))
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.end()
