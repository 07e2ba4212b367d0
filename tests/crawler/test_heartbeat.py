"""The leases of a crawl are renewed whatever happens to one sign of life, and their loss is told."""

from __future__ import annotations

from collections.abc import Set

import pytest

from core.errors import StoreError
from crawler.heartbeat import Heartbeat


@pytest.mark.parametrize("error", [StoreError("away", "wait"), KeyError("x")])
def test_a_sign_of_life_that_failed_is_followed_by_the_next(error: Exception) -> None:
    answers = iter([{"a", "b"}, error, {"a"}])

    def renew() -> Set[str]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    heart = Heartbeat(renew, 0.03, {"a", "b"})
    heart.start()
    assert heart.lost.wait(20)
    heart.stop()
