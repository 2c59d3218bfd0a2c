"""Which addresses are public, and which are an inside."""

from __future__ import annotations

import pytest

from agentdesk_server.egress.addresses import is_local, is_public, parsed

PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *("128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0"),
    *("198.17.255.255", "198.20.0.0", "223.255.255.255"),
    *("2606:4700::1111", "2a00:1450:4001::1", "3fef:ffff::1", "64:ff9b::808:808"),
]
LOCAL = [
    *("10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255"),
    *("172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255", "::1", "fc00::1", "fdff:ffff::1"),
]
NEVER = [
    *("0.0.0.0", "0.1.2.3", "169.254.0.1", "169.254.169.254", "192.0.0.1", "192.0.0.192", "192.0.2.1"),
    *("192.88.99.1", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.0", "255.255.255.255", "168.63.129.16", "100.100.100.200"),
    *("::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::808:808", "100::1", "2001::1", "2001:0:808:808::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::"),
    *("3fff::1", "fe80::1", "fe80::1%eth0", "2606:4700::1111%1", "fec0::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254"),
]


@pytest.mark.parametrize("text", PUBLIC)
def test_anybody_has_it(text: str) -> None:
    address = parsed(text)
    assert address is not None
    assert (is_public(address), is_local(address)) == (True, False)


@pytest.mark.parametrize("text", LOCAL)
def test_an_operator_may_allow_it(text: str) -> None:
    address = parsed(text)
    assert address is not None
    assert (is_public(address), is_local(address)) == (False, True)


@pytest.mark.parametrize("text", NEVER)
def test_nobody_may_have_it_called(text: str) -> None:
    """Metadata services, tunnels that hide an address in another, what is no one machine."""
    address = parsed(text)
    assert address is not None
    assert (is_public(address), is_local(address)) == (False, False)


ODD = ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.01", "", "localhost", "1"]


@pytest.mark.parametrize("text", ODD)
def test_an_address_has_one_form(text: str) -> None:
    assert parsed(text) is None
