"""Tests on a real Elasticsearch run when they are asked for: `./scripts/test --elasticsearch`. Those that need a tool of the
system run where it is; with `--tools` they fail where it is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings

from crawler.tools import REMEDY, old_word_reader
from tests.cluster.nodes import Nodes

settings.register_profile("untimed", deadline=None)  # a busy machine is no defect
settings.load_profile("untimed")

CLUSTER = Path(__file__).parent / "cluster"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--elasticsearch", action="store_true", help="also hold the engine's tests on real nodes")
    parser.addoption("--tools", action="store_true", help="fail where a tool of the system is missing, never skip")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    asked = config.getoption("--elasticsearch")
    return True if not asked and CLUSTER in collection_path.parents else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--elasticsearch"):
        terminalreporter.write_line("without Elasticsearch: `./scripts/test --elasticsearch` holds its tests too")
    if old_word_reader() is None:
        terminalreporter.write_line(f"without the reader of old Word files: {REMEDY} holds its tests too")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "[postgresql" in item.name or "[s3:" in item.name:
            item.add_marker(pytest.mark.slow)  # a server of its own
        # one worker starts the node
        if "elasticsearch" in getattr(item, "fixturenames", ()) or "[elasticsearch" in item.name:
            item.add_marker(pytest.mark.xdist_group("elasticsearch"))


@pytest.fixture(autouse=True)
def own_priority() -> Iterator[None]:
    """`tracuu index rebuild` lowers the priority of its process; where that is the tests' own, what follows would starve."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    yield
    if os.getpriority(os.PRIO_PROCESS, 0) != before:
        with suppress(PermissionError):  # only root may take back what was given up
            os.setpriority(os.PRIO_PROCESS, 0, before)


@pytest.fixture(scope="session")
def elasticsearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """One node for the whole run. It fails, and never skips, where no node can be started."""
    nodes = Nodes(tmp_path_factory.mktemp("elasticsearch"))
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.end()


@pytest.fixture
def old_word_tool(request: pytest.FixtureRequest) -> str:
    """The path of the tool that reads old Word files."""
    if (found := old_word_reader()) is None:
        missing = f"old Word files are read by a tool that is not here → {REMEDY}"
        if request.config.getoption("--tools"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found
