"""Questions take turns where answering them is work of this process.

Of Python's threads one runs at a time: of twenty-four questions at once each took as long as all of them, and every other
page as long as some (figures in docs/search.md). Two at a time and not one, so that a slow question does not hold up all
others. A cluster works elsewhere: questions to it only wait, as many as there are threads.
"""

from __future__ import annotations

from asyncio import Semaphore
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from core.settings import Settings

T = TypeVar("T")

AT_ONCE = 2


def turns(settings: Settings) -> AbstractAsyncContextManager[None]:
    """What a question holds while it is answered."""
    return nullcontext() if settings.text("engine") else Semaphore(AT_ONCE)


async def in_turn(request: Request, work: Callable[[], T]) -> T:
    """What `work` gives or raises, done in a thread when it is this question's turn."""
    async with request.app.state.turns:
        return await run_in_threadpool(work)
