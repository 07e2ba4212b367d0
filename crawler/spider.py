"""The one spider for all sites: it lends Scrapy's downloader to the visits and ends when they have."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import scrapy

from crawler.resolver import ReactorResolver, Resolver

Download = Callable[[scrapy.Request], Awaitable[Any]]
Work = Callable[[Download, asyncio.Event], Awaitable[None]]


class ProvinceSpider(scrapy.Spider):
    """`work` is given the engine's download and an event that is set on SIGINT and SIGTERM."""

    name = "province"

    def __init__(self, work: Work, resolver: Resolver, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._work, self._resolver = work, resolver

    async def start(self) -> AsyncIterator[Any]:
        """Yields nothing: every request is asked for by a visit, which needs the answer at once."""
        from twisted.internet import reactor

        reactor.installResolver(ReactorResolver(self._resolver))
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(ValueError, NotImplementedError):  # not in the main thread: a test
                loop.add_signal_handler(number, stop.set)
        assert self.crawler.engine is not None
        await self._work(self.crawler.engine.download_async, stop)
        nothing: tuple[Any, ...] = ()
        for item in nothing:
            yield item
