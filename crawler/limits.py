"""What one answer may make the crawler hold: caps on its headers and on what its body unpacks to, on top of Scrapy's own.

Scrapy 2.19 and Twisted 26.10 already bound the body as sent and each layer of it as unpacked (DOWNLOAD_MAXSIZE: scrapy
core/downloader/handlers/http11.py:587 and 733, utils/_compression.py:33), one header line (16,384 bytes: twisted
protocols/basic.py:422, closed without a word), a chunk's size line and trailers (twisted web/http.py:1882 and 1995) and the
time of the whole answer. Not bounded are the headers as a whole, interim answers (1xx), how often a body is packed into
itself, and how much more it is unpacked than sent.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest

MAX_HEADER_BYTES = "TRACUU_MAX_HEADER_BYTES"
MAX_UNPACKED_RATIO = "TRACUU_MAX_UNPACKED_RATIO"
"""Scrapy settings: our settings of the same names."""

HARMLESS = 1_000_000
"""Bytes that a body may always unpack to: a small page of spaces has any ratio and harms nobody."""

MOST_LAYERS = 2
"""Times that a body may be packed. No server has a use for two; a thousand layers of 20 MB would hold the reactor for minutes."""


class TooMuch(Exception):
    """An answer went past a cap; the words say which, and the setting that names it."""


class Unpackable(Exception):
    """A body that is not what its Content-Encoding says."""


class _Parser(_LenientHTTPClientParser):  # type: ignore[misc]  # Scrapy ships no types
    """Counts what comes before the body: status line, headers, continuations, and interim answers with theirs."""

    allowed = 0
    come = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Parse a line, unless it is one too many."""
        self.come += len(line) + len(self.delimiter)
        if self.come > self.allowed:
            raise TooMuch(f"its headers have more than {self.allowed:,} bytes (max_header_bytes)")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        """Say what is wrong, where Twisted only closes."""
        raise TooMuch(f"a line of its headers has more than {self.MAX_LENGTH:,} bytes")


class _Protocol(_LenientHTTP11ClientProtocol):  # type: ignore[misc]
    allowed = 0

    def request(self, request: Any) -> Any:
        """As Scrapy's; it too changes the class of a parser that Twisted has just made."""
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _Parser
        self._parser.allowed = self.allowed
        return answer


class _Factory(_LenientHTTP11ClientFactory):  # type: ignore[misc]
    def __init__(self, allowed: int, quiescent: Any, metadata: str) -> None:
        super().__init__(quiescent, metadata)
        self._allowed = allowed

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's name
        """A connection whose answers may have that many bytes of headers."""
        protocol = _Protocol(self._quiescentCallback)
        protocol.allowed = self._allowed
        return protocol


class Handler(HTTP11DownloadHandler):  # type: ignore[misc]
    """Scrapy's handler for http with a cap on headers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = partial(_Factory, crawler.settings.getint(MAX_HEADER_BYTES))


class Unpacking(HttpCompressionMiddleware):  # type: ignore[misc]
    """Scrapy's decompression, which stops where the ratio or the size is past its cap, and says which."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._ratio = crawler.settings.getfloat(MAX_UNPACKED_RATIO)

    def _handle_encoding(self, body: bytes, content_encoding: list[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        layers = sum(len(line.split(b",")) for line in content_encoding)
        if layers > MOST_LAYERS:
            raise TooMuch(f"its body is packed {layers} times over, {MOST_LAYERS} are enough")
        return super()._handle_encoding(body, content_encoding, max_size)  # type: ignore[no-any-return]

    def process_response(self, request: Any, response: Any) -> Any:
        """The response unpacked; TooMuch or Unpackable when it cannot be."""
        by_ratio = max(HARMLESS, int(self._ratio * len(response.body)))
        if by_ratio < self._max_size:
            request.meta["download_maxsize"] = by_ratio  # Scrapy stops at the first chunk past it
        try:
            return super().process_response(request, response)
        except TooMuch:
            raise
        except IgnoreRequest as error:
            sent = f"{len(response.body):,} bytes unpack to more than"
            if by_ratio < self._max_size:
                raise TooMuch(f"{sent} {self._ratio:g} times as many (max_unpacked_ratio)") from error
            raise TooMuch(f"{sent} {self._max_size:,} (max_body_bytes)") from error
        except Exception as error:  # zlib's, brotli's and zstd's own errors have no common base
            packing = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
            raise Unpackable(f"it is not {packing}: {error}") from error
        finally:
            request.meta.pop("download_maxsize", None)
