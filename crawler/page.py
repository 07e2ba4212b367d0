"""What readers and guards are given: the answer of a server, and what is known about the site it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.families import AUTO
from core.sites import Province, Site
from crawler.sections import SectionTable


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
    host = site.host_on(day)
    hosts = frozenset({host.name} if host else ())
    return SiteHints(site.cms_family, site.quirks, hosts, site.owner_on(day), sections, province.name)
