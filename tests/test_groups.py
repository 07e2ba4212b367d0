"""A group of tests shares what is dear to start: on several workers it must stay on one."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("whole")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one worker has every group")
def test_the_runner_knows_the_groups(request: pytest.FixtureRequest) -> None:
    # pytest-xdist tells its scheduler the group by this suffix; pytest 9.2 lost it, and every dear fixture was made twice.
    assert request.node.nodeid.endswith("@whole")
