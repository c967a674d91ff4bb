"""Where calls may go: the guard against requests to our own network (SSRF).

A name is resolved once, every address it gives is judged, and the connection goes to a judged
address (`transport`), so that a name which changes its mind in between gains nothing.

Sources: OWASP "Server-Side Request Forgery Prevention"; the IANA special-purpose registries, as
`ipaddress` knows them.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

METADATA: frozenset[Address] = frozenset(
    map(
        ipaddress.ip_address,
        (
            "169.254.169.254",  # AWS, Azure, Google, DigitalOcean, OpenStack
            "169.254.170.2",  # AWS ECS
            "169.254.170.23",  # AWS EKS
            "fd00:ec2::254",  # AWS over IPv6
            "fd00:ec2::23",
            "fd20:ce::254",  # Google over IPv6
            "100.100.100.200",  # Alibaba
            "192.0.0.192",  # Oracle
            "168.63.129.16",  # Azure's host: a public address that only Azure's machines reach
        ),
    )
)
"""What tells a cloud machine its keys: no range allows these, only the address itself."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")
_COMPATIBLE = ipaddress.ip_network("::/96")
_WHERE = "Allow it in LANEWAY_OUTBOUND_ALLOW when the call is meant."


class OutboundRefused(Exception):
    """This address is not called; trying again cannot help."""


class NameUnknown(Exception):
    """The name does not resolve, at least not now."""


@dataclass(frozen=True, slots=True)
class OutboundRules:
    """Which addresses may be called besides public ones.

    Attributes:
        networks: ranges, and single addresses as the smallest range.
        hosts: names, with ``*.`` in front for everything below; in lower case.
    """

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def parse(cls, entries: Iterable[str]) -> OutboundRules:
        """Read ranges (``10.0.0.0/8``), addresses and names (``erp.local``, ``*.corp.local``).

        Raises:
            ValueError: an entry is none of these.
        """
        networks: list[Network] = []
        hosts: set[str] = set()
        for entry in (given.strip().lower() for given in entries):
            try:
                networks.append(ipaddress.ip_network(entry))
            except ValueError:
                if "/" in entry or not entry.removeprefix("*.").strip("."):
                    raise
                hosts.add(entry.rstrip("."))
        return cls(tuple(networks), frozenset(hosts))

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of *host* that may be called, at least one.

        Args:
            host: name or address, without brackets.
            port: 1 to 65535.

        Raises:
            OutboundRefused: it has addresses, but none that may be called.
            NameUnknown: it has none.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameUnknown(f"The host {host!r} cannot be found: {error}.") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [address for address in addresses if self.permits(host, address)]
        if not allowed:
            shown = ", ".join(addresses)
            if shown != host:
                shown = f"{host} ({shown})"
            raise OutboundRefused(f"{shown} is not a public address, so it is not called. {_WHERE}")
        return allowed

    def permits(self, host: str, address: str) -> bool:
        """Whether *address*, to which *host* resolves, may be called."""
        # A zone, as in fe80::1%eth0, only ever belongs to a link-local address.
        outer = ipaddress.ip_address(address.partition("%")[0])
        subjects = (outer, *_embedded(outer))
        if any(subject in METADATA for subject in subjects):
            return any(ipaddress.ip_network(subject) in self.networks for subject in subjects)
        return (
            self._is_named(host)
            or any(subject in network for subject in subjects for network in self.networks)
            or _is_public(outer)
        )

    def _is_named(self, host: str) -> bool:
        name = host.lower().rstrip(".")
        _, _, parent = name.partition(".")
        above = set()
        while parent:
            above.add(f"*.{parent}")
            _, _, parent = parent.partition(".")
        return name in self.hosts or not above.isdisjoint(self.hosts)


def _embedded(address: Address) -> tuple[Address, ...]:
    """The IPv4 addresses that an IPv6 address carries, by which the packet really goes."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    teredo = address.teredo
    found = (address.ipv4_mapped, address.sixtofour, teredo and teredo[1])
    low = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    by_prefix = any(address in network for network in (_NAT64, _NAT64_LOCAL, _COMPATIBLE))
    return (*(inner for inner in found if inner), *((low,) if by_prefix else ()))


def _is_public(address: Address) -> bool:
    inner = _embedded(address)
    if inner:
        # ::ffff:0:0/96 and ::/96 are no public networks themselves; the IPv4 address decides.
        return all(map(_is_public, inner))
    return address.is_global and not (address.is_multicast or address.is_reserved)
