"""How much one may ask for: token buckets per address, e-mail or visitor."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from ipaddress import ip_address

KEYS = 10_000
"""So many buckets are remembered; a full one is forgotten first, for it says nothing."""


class Buckets:
    """One bucket a key: `size` at once, refilled by `rate` a second."""

    def __init__(self, size: float, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._rate, self._clock = size, rate, clock
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str, cost: float = 1) -> float:
        """0 if it was there to take; else the seconds until it will be, and nothing is taken."""
        now = self._clock()
        level = self._level(key, now)
        if level < cost:
            return (cost - level) / self._rate
        self._levels.pop(key, None)  # what was used last stands last
        self._levels[key] = (level - cost, now)
        if len(self._levels) > KEYS:
            self._forget(now)
        return 0.0

    def give_back(self, key: str, cost: float = 1) -> None:
        """It was no abuse after all."""
        now = self._clock()
        self._levels[key] = (min(self._size, self._level(key, now) + cost), now)

    def _level(self, key: str, now: float) -> float:
        level, since = self._levels.get(key, (self._size, now))
        return min(self._size, level + (now - since) * self._rate)

    def _forget(self, now: float) -> None:
        self._levels = {key: held for key, held in self._levels.items() if self._level(key, now) < self._size}
        for key in list(self._levels)[: max(0, len(self._levels) - KEYS // 2)]:
            del self._levels[key]


def port_number(text: str) -> int:
    """A port as it is written on a command line; 0 takes any free one."""
    if not text.isascii() or not text.isdigit() or int(text[:6]) > 65_535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def is_loopback(address: str) -> bool:
    """Whether an address is this machine itself."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def network_of(address: str) -> str:
    """What counts as one address: an IPv6 customer has a whole /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return parsed.exploded[:19]
    return address
