"""Sitemaps and feeds: addresses and dates that a site announces. Hints only: a check with its fingerprint decides."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from core.clock import VIETNAM
from crawler.urls import canonical

MAX_SITEMAPS = 20
"""Files of a sitemap index that are read in a run."""

MAX_ENTRIES = 50_000
"""The limit of sitemaps.org for one file."""

MAX_UNPACKED = 50_000_000
"""Bytes of a compressed sitemap once unpacked (the limit of sitemaps.org); the rest is left."""

ENOUGH, BELIEVED = 10, 0.1
"""After so many hints, the share that must have been true for dates to be followed at the next visit."""

TRIALS = 5
"""Dates that are followed all the same when a site's were wrong: it may have mended them."""

_FEED = re.compile(rb"<link\b[^>]*\btype=[\"']application/(?:rss|atom)\+xml[\"'][^>]*>", re.I)
_HREF = re.compile(rb"\bhref=[\"']([^\"']+)[\"']", re.I)


@dataclass(frozen=True, slots=True)
class Hint:
    """An announced address, and when it last changed, if that is said."""

    url: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """What one file announces: pages, or further sitemaps."""

    hints: tuple[Hint, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_announcement(body: bytes, base: str) -> Announced:
    """A sitemap, sitemap index, RSS or Atom feed; whatever cannot be parsed announces nothing."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, load_dtd=False)
    try:
        root = etree.fromstring(_unpacked(body), parser)
    except (etree.XMLSyntaxError, ValueError, zlib.error):
        return Announced()
    if root is None:
        return Announced()
    entries = [node for node in root.iter() if _name(node) in ("url", "sitemap", "item", "entry")][:MAX_ENTRIES]
    sitemaps = tuple(_address(node, base) for node in entries if _name(node) == "sitemap")
    hints = (Hint(_address(node, base), _modified(node)) for node in entries if _name(node) != "sitemap")
    return Announced(tuple(hint for hint in hints if hint.url), tuple(filter(None, sitemaps)))


def feeds_of(body: bytes, base: str) -> list[str]:
    """Addresses of the feeds that a page names in its head."""
    found = (_HREF.search(tag) for tag in _FEED.findall(body[:100_000]))
    addresses = (canonical(match[1].decode("utf-8", "replace"), base) for match in found if match)
    return [address for address in addresses if address][:3]


def newer(hints: Iterable[Hint], checked: Mapping[str, datetime | None]) -> list[str]:
    """The addresses (as in `checked`) that are said to have changed after their last check."""
    found = []
    for hint in hints:
        last = checked.get(hint.url)
        if last is not None and hint.modified is not None and hint.modified > last:
            found.append(hint.url)
    return found


def are_believed(asked: int, true: int) -> bool:
    """Whether a site's dates were worth following so far."""
    return asked < ENOUGH or true >= BELIEVED * asked


def _unpacked(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body[:MAX_UNPACKED]
    return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(body, MAX_UNPACKED)


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname.lower() if isinstance(node.tag, str) else ""


def _address(node: etree._Element, base: str) -> str:
    for child in node:
        if _name(child) == "loc" or (_name(child) == "link" and (child.text or "").strip()):
            return canonical(child.text or "", base)
        if _name(child) == "link" and child.get("rel", "alternate") == "alternate" and child.get("href"):
            return canonical(str(child.get("href")), base)
    return ""


def _modified(node: etree._Element) -> datetime | None:
    texts = {_name(child): (child.text or "").strip() for child in node}
    for name in ("lastmod", "updated", "pubdate", "published", "date"):
        if moment := _moment(texts.get(name, "")):
            return moment
    return None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if re.match(r"\d{4}-", text) else parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=VIETNAM)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
