"""The component sites as dated data: who owned which host on which day, and how it may be crawled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import UsageError
from core.families import AUTO

KINDS = ("district", "department", "commune", "centre", "board")
HOST_STATUSES = ("verified", "corroborated", "inferred", "box")


@dataclass(frozen=True, slots=True)
class Dated:
    """A value with the days on which it holds; `valid_to` is the first day on which it holds no longer."""

    value: str
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the value holds on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Host:
    """One address of a site: base URL with the days on which it was this site's, and how sure that is."""

    url: str
    status: str
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def name(self) -> str:
        """Host name without port."""
        return urlsplit(self.url).hostname or ""

    def holds_on(self, day: date) -> bool:
        """Whether this host was the site's on `day`."""
        return Dated(self.url, self.valid_from, self.valid_to).holds_on(day)


@dataclass(frozen=True, slots=True)
class Politeness:
    """How gently a site is crawled; per-server values are the strictest of its sites.

    `delay` seconds between requests to one server, `concurrency` requests at once, `max_pages`, `max_bytes` and
    `max_minutes` per run (the rest stays due), `window` = "HH:MM-HH:MM" local time in which crawling is allowed ("" = always).
    """

    delay: float = 1.0
    concurrency: int = 1
    max_pages: int = 20_000
    max_bytes: int = 2_000_000_000
    max_minutes: int = 600
    window: str = ""


@dataclass(frozen=True, slots=True)
class TlsException:
    """Why a site's certificate is not verified, and the last day on which it is not."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Site:
    """One component site. Ask `owner_on`, `host_on`, `kind_on` for a day; nothing about it is timeless but its id."""

    id: str
    owners: tuple[Dated, ...]
    kinds: tuple[Dated, ...]
    hosts: tuple[Host, ...]
    cms_family: str = AUTO
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    gso_code: str = ""
    politeness: Politeness = field(default_factory=Politeness)
    tls_exception: TlsException | None = None
    quirks: dict[str, Any] = field(default_factory=dict)
    expected_codes: tuple[str, ...] = ()  # procedures the unit must publish; empty = no list, so `missing` is unknown
    notes: tuple[str, ...] = ()

    def exists_on(self, day: date) -> bool:
        """Whether the site is one of the component sites on `day`."""
        return Dated(self.id, self.valid_from, self.valid_to).holds_on(day)

    def owner_on(self, day: date) -> str:
        """Name of the owning unit on `day`; the last known owner after its end."""
        return _value_on(self.owners, day)

    def kind_on(self, day: date) -> str:
        """`district`, `department`, `commune`, `centre` or `board` on `day`."""
        return _value_on(self.kinds, day)

    def tls_exception_on(self, day: date) -> TlsException | None:
        """The exception from verifying its certificate that holds on `day`."""
        return self.tls_exception if self.tls_exception is not None and day <= self.tls_exception.until else None

    def host_on(self, day: date) -> Host | None:
        """The address on `day`, or None when the site has none."""
        return next((host for host in self.hosts if host.holds_on(day)), None)


def _value_on(values: tuple[Dated, ...], day: date) -> str:
    return next((item.value for item in values if item.holds_on(day)), values[-1].value)


@dataclass(frozen=True, slots=True)
class Network:
    """`resolve`: host → address, before any name server. `allow`: networks outside the public internet that may be reached."""

    resolve: dict[str, str] = field(default_factory=dict)
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Province:
    """A province's configuration, validated."""

    id: str
    name: str
    sites: tuple[Site, ...]
    network: Network = field(default_factory=Network)
    thresholds: dict[str, Any] = field(default_factory=dict)
    folder: Path = Path()
    national: Path = Path()

    def sites_on(self, day: date) -> tuple[Site, ...]:
        """The sites that exist on `day`, by id."""
        return tuple(site for site in self.sites if site.exists_on(day))

    def owners_on(self, day: date) -> dict[str, str]:
        """Site id → owner on `day`, of all sites there are or were."""
        return {site.id: site.owner_on(day) for site in self.sites}

    def owner_on(self, site_id: str, day: date) -> str:
        """The owner of a site on `day`; of one that is not configured (any more) its id."""
        return next((site.owner_on(day) for site in self.sites if site.id == site_id), site_id)

    def site(self, site_id: str) -> Site:
        """The site with this id; UsageError names the nearest ids."""
        for site in self.sites:
            if site.id == site_id:
                return site
        near = [site.id for site in self.sites if site_id.strip("sh-")[:4] in site.id][:5]
        hint = f"did you mean {', '.join(near)}?" if near else "`tracuu sites list` shows them all"
        raise UsageError(f"unknown site “{site_id}”", hint)
