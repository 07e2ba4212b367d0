"""Questions take turns.

Of Python's threads one runs at a time: of twenty-four questions at once each took as long as all of them, and every other
page as long as some (figures in docs/search.md). With the index and the store in files of this machine two are answered at a
time, not one, so that a slow question does not hold up all others. Where they wait for a cluster or a database server there
are more, yet fewer than threads: `/healthz` and the other pages need some too.
"""

from __future__ import annotations

from asyncio import Semaphore
from collections.abc import Callable

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from search_api.parts import AppParts

AT_ONCE, AT_ONCE_ELSEWHERE = 2, 16
"""Questions answered at a time: by this machine's files, with a cluster or a database server. The threads are 40 (anyio)."""

CLIENT_LEFT = 499
"""The status that nginx logs for a request whose client went away; nobody receives it."""


def turns(parts: AppParts) -> Semaphore:
    """What a question holds while it is answered; for the event loop that runs now."""
    is_here = parts.database.is_sqlite and not parts.settings.text("engine")
    return Semaphore(AT_ONCE if is_here else AT_ONCE_ELSEWHERE)


async def in_turn(request: Request, work: Callable[[], Response]) -> Response:
    """What `work` answers or raises, done in a thread when it is this question's turn; not for a client that left the line."""
    line: Semaphore = request.app.state.turns
    had_to_wait = line.locked()
    async with line:
        if had_to_wait and await request.is_disconnected():
            return Response(status_code=CLIENT_LEFT)
        return await run_in_threadpool(work)
