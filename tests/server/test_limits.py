"""Token buckets: what may be taken, when there is more, and that they do not grow without end."""

from __future__ import annotations

import pytest

from agentdesk_server import limits
from agentdesk_server.limits import Buckets, is_loopback, network_of


class Clock:
    """Time that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills() -> None:
    """What is refused costs nothing, and the wait is right."""
    clock = Clock()
    buckets = Buckets(2, 0.5, clock)
    assert [buckets.take("a"), buckets.take("a"), buckets.take("a")] == [0, 0, 2]
    assert buckets.take("b") == 0
    clock.now = 1
    assert buckets.take("a") == 1
    clock.now = 2
    assert buckets.take("a") == 0
    clock.now = 1000
    assert [buckets.take("a"), buckets.take("a"), buckets.take("a") > 0] == [0, 0, True]


def test_what_was_no_abuse_is_given_back() -> None:
    buckets = Buckets(1, 0.5, Clock())
    for _ in range(5):
        assert buckets.take("a") == 0
        buckets.give_back("a")


def test_few_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many keys the oldest go first; one who is being slowed down stays."""
    monkeypatch.setattr(limits, "KEYS", 100)
    buckets = Buckets(1, 0.001, Clock())
    for number in range(1000):
        buckets.take(str(number))
        buckets.take("busy")
        buckets.give_back("busy", 0.5)
    assert len(buckets._levels) <= 101
    assert buckets.take("999") > 0


NEAR = [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("", False)]


@pytest.mark.parametrize(("address", "near"), NEAR)
def test_this_machine(address: str, near: bool) -> None:
    assert is_loopback(address) is near


def test_a_customer_has_a_whole_network() -> None:
    """Of IPv6; of IPv4 it is one address."""
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
