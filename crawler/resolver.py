"""Hosts to addresses, the only way the crawler connects anywhere: the configuration first, then name servers; checked."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from twisted.internet import defer
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IResolverSimple
from zope.interface import implementer

from core.sites import Network

CARRIER_GRADE_NAT = ipaddress.ip_network("100.64.0.0/10")
"""RFC 6598: neither private nor global by name, but never a public site."""

LOCAL_TRANSLATION = ipaddress.IPv6Network("64:ff9b:1::/48")
"""RFC 8215: translation to IPv4 inside a network, whatever the address in it."""

HOLDS_IPV4 = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""IPv6 addresses whose last four bytes are an IPv4 address: compatible and mapped (RFC 4291), translated (RFC 2765, 6052)."""

ISATAP = 0x5EFE
"""RFC 5214, 6.1: an interface identifier 0000:5efe or 0200:5efe, then the IPv4 address to which packets are tunnelled."""


class Unresolvable(Exception):
    """No name server knows the host."""


class Unsafe(Exception):
    """The host leads to an address that is not on the public internet and not in `network.allow`."""


class Resolver:
    """Resolves each host once a run, so that what was checked is what is connected to (no rebinding).

    A host with several addresses is one server, whichever of them the name servers give first this time: the lowest names
    it. They take turns, and a worker that saw another one would crawl the same site beside us.
    """

    def __init__(self, network: Network, ask: Callable[[str], Awaitable[list[str]]] | None = None) -> None:
        self._ask = ask or _ask_name_servers
        self._fixed = network.resolve
        self._allowed = [ipaddress.ip_network(text) for text in network.allow]
        self._known: dict[str, str | Exception] = {}
        self._first: dict[str, str] = {}

    async def resolve(self, host: str) -> str:
        """The checked address that names the server of a host; raises Unresolvable or Unsafe."""
        if host not in self._known:
            try:
                self._known[host] = await self._look_up(host)
            except (Unresolvable, Unsafe) as error:
                self._known[host] = error
        found = self._known[host]
        if isinstance(found, Exception):
            raise found
        return found

    def address_of(self, host: str) -> str | None:
        """The server of a host that was resolved and found safe before, else None."""
        found = self._known.get(host)
        return found if isinstance(found, str) else None

    def connected_to(self, host: str) -> str | None:
        """The checked address at which a host is asked in this run: the first that was given, so that a dead one is not
        asked every time."""
        return self._first.get(host)

    async def _look_up(self, host: str) -> str:
        try:
            addresses = [str(ipaddress.ip_address(host.strip("[]")))]
        except ValueError:
            addresses = [self._fixed[host]] if host in self._fixed else await self._ask(host)
        for address in addresses:  # one bad address is enough: the system could connect to any of them
            if not self.is_safe(address):
                raise Unsafe(f"{host} leads to {address}, which is not on the public internet")
        self._first[host] = addresses[0]
        return min(addresses, key=lambda text: (":" in text, ipaddress.ip_address(text.partition("%")[0])))

    def is_safe(self, text: str) -> bool:
        """Whether the crawler may connect to this address."""
        address = ipaddress.ip_address(text.partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address):
            if _tunnelled(address) and not self._is_safe(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)):
                return False
            return self._is_safe(_embedded(address) or address)
        return self._is_safe(address)

    def _is_safe(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        if any(address in network for network in self._allowed if network.version == address.version):
            return True
        shared = address.version == 4 and address in CARRIER_GRADE_NAT
        local = address.version == 6 and (address.is_site_local or address in LOCAL_TRANSLATION)
        return address.is_global and not address.is_multicast and not shared and not local


def _tunnelled(address: ipaddress.IPv6Address) -> bool:
    return int(address) >> 32 & 0xFDFFFFFF == ISATAP


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, or None."""
    if address.sixtofour is not None:
        return address.sixtofour
    if any(address in network for network in HOLDS_IPV4) and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


async def _ask_name_servers(host: str) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        answers = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unresolvable(f"{host}: {error}") from None
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    return sorted(addresses, key=lambda address: ":" in address)  # IPv4 first: the sites have little else


@implementer(IResolverSimple)
class ReactorResolver:
    """What Scrapy's downloader asks for an address: gives only those that the crawler's resolver has checked."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Any:  # noqa: N802 - Twisted's name
        """The checked address, or a failed lookup."""
        address = self._resolver.connected_to(name)
        if address is None:
            return defer.fail(DNSLookupError(f"{name} was not resolved by the crawler"))
        return defer.succeed(address)
