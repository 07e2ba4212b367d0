"""Certificates are verified, but for the sites whose configuration says why not and until when."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.crawler import Crawler
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler import limits

UNVERIFIED_HOSTS = "TRACUU_UNVERIFIED_HOSTS"
"""Scrapy setting: host names whose certificate is not verified in this run."""


@implementer(IPolicyForHTTPS)
class ExceptFor:
    """Scrapy's own verifying policy, and one that does not verify for some hosts (Scrapy has one switch for all)."""

    def __init__(self, verifying: Any, hosts: frozenset[str]) -> None:
        self._verifying, self._hosts = verifying, hosts
        self._trusting = _ScrapyClientContextFactory(verify_certificates=False)

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's name
        """The TLS options for one connection."""
        excepted = hostname.decode("ascii").lower() in self._hosts
        return (self._trusting if excepted else self._verifying).creatorForNetloc(hostname, port)


class Handler(limits.Handler):
    """The handler for https with the policy above."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        hosts = frozenset(crawler.settings.getlist(UNVERIFIED_HOSTS))
        self._contextFactory: Any = ExceptFor(self._contextFactory, hosts)
