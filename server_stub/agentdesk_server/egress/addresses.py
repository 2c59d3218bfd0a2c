"""Which network addresses belong to the public: everything else is somebody's inside."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

# IANA's special-purpose registry for IPv4, with what is only meant for one network, one machine or no machine.
_LOCAL_4 = tuple(map(IPv4Network, ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_CLOSED_4 = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
            *("192.88.99.0/24", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
            *("224.0.0.0/4", "240.0.0.0/4"),
            # Metadata services that do not hide behind link-local addresses (Azure, Alibaba).
            *("168.63.129.16/32", "100.100.100.200/32"),
        ),
    )
)
# Of IPv6 only global unicast is public; these parts of it are not (protocols, Teredo, documentation, 6to4).
_GLOBAL_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")))
_LOCAL_6 = (IPv6Network("fc00::/7"), IPv6Network("::1/128"))
_METADATA_6 = (IPv6Network("fd00:ec2::/32"), IPv6Network("fd20:ce::/32"))
_NAT64 = IPv6Network("64:ff9b::/96")


def parsed(text: str) -> Address | None:
    """The address that this text is in its one usual form; None for names and for every other way to write it."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether anybody on the Internet has it. RFC 6890 and its registries; RFC 6052 for what lies behind NAT64."""
    if isinstance(address, IPv4Address):
        return not _within(address, _LOCAL_4 + _CLOSED_4)
    if address in _NAT64:
        return is_public(_behind_nat64(address))
    return address.scope_id is None and address in _GLOBAL_6 and not _within(address, _CLOSED_6)


def is_local(address: Address) -> bool:
    """Whether it is an inside that an operator may let the server call: this machine, or a private network."""
    if isinstance(address, IPv4Address):
        return _within(address, _LOCAL_4) and not _within(address, _CLOSED_4)
    return address.scope_id is None and _within(address, _LOCAL_6) and not _within(address, _METADATA_6)


def _behind_nat64(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFFFFFF)


def _within(address: Address, networks: tuple[IPv4Network, ...] | tuple[IPv6Network, ...]) -> bool:
    return any(address in network for network in networks)
