"""An address of the web, taken apart strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk_server.egress.targets import EgressError, Origin, origin, target

GOOD = [
    ("https://shop.example", Origin("https", "shop.example", 443), "/"),
    ("HTTPS://Shop.Example.:8443/a?b=c#d", Origin("https", "shop.example", 8443), "/a?b=c"),
    ("https://bücher.example/grüße?q=ß", Origin("https", "xn--bcher-kva.example", 443), "/gr%C3%BC%C3%9Fe?q=%C3%9F"),
    ("https://[2606:4700::1111]:9443/", Origin("https", "2606:4700::1111", 9443), "/"),
    ("https://1.1.1.1?x", Origin("https", "1.1.1.1", 443), "/?x"),
    ("http://shop.example/%2e%2e/[x]", Origin("http", "shop.example", 80), "/%2e%2e/%5Bx%5D"),
]
BAD = [
    *("", "https:", "https://", "https:///x", "//shop.example", "shop.example", "file:///etc/passwd", "gopher://h/"),
    *("ftp://shop.example", "javascript:alert(1)", "https://shop.example:0", "https://shop.example:99999"),
    *("https://shop.example:x", "https://me@shop.example", "https://me:pw@shop.example", "https://:@shop.example"),
    *("https://shop.example\\@evil.example", "https://shop.example /", "https://shop.example/\r\nX: y", "https://a\tb"),
    *("https://127.1", "https://2130706433", "https://0x7f000001", "https://0177.0.0.1", "https://127.0.0.01"),
    *("https://127.0.0.1.", "https://0x7f.1", "https://foo.0x", "https://１２７.０.０.１", "https://127。0。0。1"),
    *("https://[::1", "https://[::1%25lo]", "https://[fe80::1%eth0]/", "https://a..b", "https://-a.example"),
    *("https://a%2eb.example", "https://a*b.example", f"https://{'a' * 64}.example", f"https://{'a.' * 130}example"),
    *(f"https://shop.example/{'x' * 5000}", "https://shop.example/\x7f", "https://\u200b.example"),
]


@pytest.mark.parametrize(("url", "where", "path"), GOOD)
def test_what_an_address_says(url: str, where: Origin, path: str) -> None:
    found = target(url)
    assert (found.origin, found.path) == (where, path)
    assert target(found.url) == found


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_address(url: str) -> None:
    """Whatever a resolver or a browser would make of it."""
    with pytest.raises(EgressError) as error:
        target(url)
    assert error.value.code == "address"


def test_an_operator_allows_origins() -> None:
    assert origin("http://127.0.0.1:9000") == Origin("http", "127.0.0.1", 9000)
    with pytest.raises(EgressError, match="host and port only"):
        origin("https://id.example/realm")


@given(st.text(max_size=60) | st.text("htps:/@[]%.\\#?0x17a-", max_size=40).map(lambda tail: "https://" + tail))
def test_no_text_gets_through_by_halves(url: str) -> None:
    """It is refused, or it means the same when it is read again, with nothing that could start a second request."""
    try:
        found = target(url)
    except EgressError:
        return
    assert target(found.url) == found
    assert all(33 <= ord(sign) < 127 for sign in found.url)
