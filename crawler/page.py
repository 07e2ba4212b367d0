"""What readers and guards are given: the answer of a server, and what is known about the site it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.families import AUTO
from core.sites import Province, Site
from crawler.sections import SectionTable
from crawler.urls import other_www


@dataclass(frozen=True, slots=True)
class RawPage:
    """One answer as it came. Header names are lower case; `url` is the address that finally answered."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The Content-Type header, or ""."""
        return self.headers.get("content-type", "")


@dataclass(frozen=True, slots=True)
class SiteHints:
    """What the configuration says about the page's site. `hosts` are the host names that are the site's own."""

    family: str = AUTO
    quirks: Mapping[str, str | bool | int] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()
    owner: str = ""
    sections: SectionTable = field(default_factory=SectionTable)
    province: str = ""


def hints_of(province: Province, site: Site, day: date, sections: SectionTable) -> SiteHints:
    """What the configuration says of a site on `day`."""
    return SiteHints(
        site.cms_family, site.quirks, own_hosts(province, site, day), site.owner_on(day), sections, province.name
    )


def own_hosts(province: Province, site: Site, day: date) -> frozenset[str]:
    """The host names that are a site's own on `day`: with and without "www.", unless that is another site's."""
    host = site.host_on(day)
    if host is None:
        return frozenset()
    others = {at.name for one in province.sites_on(day) if one.id != site.id and (at := one.host_on(day))}
    return frozenset({host.name, *({other_www(host.name)} - others)})
