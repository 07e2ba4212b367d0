"""How Scrapy is set up: our own robots, redirects, retries and resolver; its downloader, slots and decompression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.settings import Settings
from crawler.limits import MAX_HEADER_BYTES, MAX_UNPACKED_RATIO
from crawler.politeness import Pace
from crawler.tls import UNVERIFIED_HOSTS


def scrapy_settings(settings: Settings, paces: Mapping[str, Pace], unverified: Iterable[str] = ()) -> dict[str, Any]:
    """Scrapy's settings for a run; `paces`: slot (server address) → pace; `unverified`: hosts with a TLS exception."""
    return {
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "USER_AGENT": settings.text("user_agent"),
        "CONCURRENT_REQUESTS": settings.whole("concurrency"),
        "CONCURRENT_REQUESTS_PER_DOMAIN": settings.whole("concurrency"),
        "DOWNLOAD_SLOTS": {
            server: {"delay": 0.0, "concurrency": pace.concurrency, "jitter": 0.0}
            for server, pace in paces.items()  # the time between requests is crawler.politeness.Pacer's
        },
        "DOWNLOAD_TIMEOUT": settings.number("request_timeout"),
        "DOWNLOAD_MAXSIZE": settings.whole("max_body_bytes"),
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        MAX_HEADER_BYTES: settings.whole("max_header_bytes"),
        MAX_UNPACKED_RATIO: settings.number("max_unpacked_ratio"),
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.limits.Handler",
            "https": "crawler.tls.Handler",
            **dict.fromkeys(("ftp", "file", "data", "s3")),
        },
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "crawler.limits.Unpacking": 590,  # in its place
            # Each would be asked for every request: no spider here names domains or a password, nobody reads the counts.
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
        },
        UNVERIFIED_HOSTS: list(unverified),
        "ROBOTSTXT_OBEY": False,  # crawler.politeness does, with the outcome written down
        "REDIRECT_ENABLED": False,  # crawler.fetching follows, and sees where each hop leads
        "METAREFRESH_ENABLED": False,
        "RETRY_ENABLED": False,
        "COOKIES_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "HTTPPROXY_ENABLED": False,  # nothing is read from the environment
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "EXTENSIONS_BASE": {},
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "Accept-Language": "vi,en;q=0.3",
        },
    }
