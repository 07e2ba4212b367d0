"""Page readers: `read` picks the CMS family by fingerprint and gives everything one capture says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from core.errors import ConfigError
from core.families import AUTO, QUIRKS
from core.model import Reading
from crawler import urls
from crawler.charset import decode
from crawler.cms.base import Family
from crawler.cms.domino import Domino
from crawler.cms.draft import Page
from crawler.cms.easyweb import EasyWeb
from crawler.cms.liferay import Liferay
from crawler.cms.nukeviet import NukeViet
from crawler.cms.portals import Bothutuc, NationalPortal
from crawler.cms.provincial import Ashx, AspxNewsDetail, TanDan, WebHtml
from crawler.cms.sharepoint import SharePoint
from crawler.cms.signs import Sign
from crawler.cms.vhv import Vhv
from crawler.page import RawPage, SiteHints

_ALL: tuple[type[Family], ...] = (
    TanDan, WebHtml, AspxNewsDetail, Ashx, Bothutuc, NationalPortal, Liferay, NukeViet, Vhv, EasyWeb, SharePoint, Domino, Family,
)  # fmt: skip
READERS: dict[str, Family] = {family.name: family() for family in _ALL}
ENOUGH = 2  # weight of signs below which a page is read by label and shape alone
_PLACES = {reader: place for place, reader in enumerate(READERS.values())}
_lately: list[Family] = list(READERS.values())  # those chosen last first
_of_host: dict[str, Family] = {}  # host → what was chosen for its last page: tried first
MOST_HOSTS = 1_000


def choose(url: str, source: str, family: str = AUTO) -> tuple[Family, str]:
    """The reader for a page and the evidence: the site's configured family, else the signs that weigh most.

    Signs of a family that cannot weigh more than one that was found are not looked for: the likeliest is tried first.
    """
    if family != AUTO and family in READERS:
        return READERS[family], f"configured: {family}"
    best, weight, evidence = READERS["generic"], (ENOUGH - 1, 1), "no sign of a known family"
    host = urls.host_of(url)
    usual = _of_host.get(host, _lately[0])
    for reader in (usual, *(one for one in _lately if one is not usual)):
        if hits := _hits(reader, url, source, weight):
            best, weight = reader, (sum(sign.weight for sign, _ in hits), -_PLACES[reader])
            evidence = "; ".join(f"{'address' if sign.in_url else 'markup'} “{found[:60]}”" for sign, found in hits)
    _lately.remove(best)
    _lately.insert(0, best)
    if len(_of_host) >= MOST_HOSTS:
        _of_host.clear()
    _of_host[host] = best
    return best, evidence


def _hits(reader: Family, url: str, source: str, weight: tuple[int, int]) -> list[tuple[Sign, str]]:
    """The signs of a family as they stand on a page, if they weigh more than another's; of two alike the first in
    `READERS` does."""
    hits, possible = [], sum(sign.weight for sign in reader.signs)
    for sign in reader.signs:
        if (possible, -_PLACES[reader]) <= weight:
            return []
        if found := sign.found_in(url if sign.in_url else source):
            hits.append((sign, found))
        else:
            possible -= sign.weight
    return hits if (possible, -_PLACES[reader]) > weight else []


def with_quirks(reader: Family, quirks: Mapping[str, str | bool | int]) -> Family:
    """The reader with a site's own selectors; a ConfigError names a key that is none."""
    if not quirks:
        return reader
    unknown = sorted(set(quirks) - set(QUIRKS))
    if unknown:
        raise ConfigError(f"unknown quirk “{unknown[0]}”", f"known quirks are {', '.join(QUIRKS)}")
    return _quirky(reader.name, tuple(sorted((key, str(value)) for key, value in quirks.items())))


@lru_cache(200)
def _quirky(name: str, quirks: tuple[tuple[str, str], ...]) -> Family:
    # A class of its own: selectors are class attributes, and other sites of the family keep theirs.
    family: type[Family] = type("Quirky", (type(READERS[name]),), dict(quirks))
    return family()


def read(page: RawPage, site: SiteHints | None = None) -> Reading:
    """Everything one HTML answer says. Pure: no network, clock, storage or logger; broken bytes and markup never raise."""
    site = site or SiteHints()
    decoded = decode(page.body, page.content_type)
    reader, why = choose(page.url, decoded.text, site.family)
    reader = with_quirks(reader, site.quirks)
    return reader.read(Page(urls.canonical(page.url) or page.url, decoded, site), why)
