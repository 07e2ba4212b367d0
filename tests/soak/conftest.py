"""How long the soak is."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=100, help="how often the crawl is killed")
    parser.addoption("--seed", type=int, default=1, help="of the moments at which it is killed")
