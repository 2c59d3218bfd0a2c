"""Ids for new records: UUIDv7 (RFC 9562), in order within a process."""

from __future__ import annotations

import secrets
from queue import SimpleQueue

_TIME_BITS = 48
_RANDOM_BITS = 74
_STEP_BITS = 40  # how far ids of one millisecond lie apart: not to be guessed, and 2**33 of them fit

# The last (time, random part). Who takes it out may number; all others wait until it is put back.
_last: SimpleQueue[tuple[int, int]] = SimpleQueue()
_last.put((-1, 0))


def new_id(now_ms: int) -> str:
    """A new id, greater than any made before in this process, from any thread, even if the clock ran back."""
    if not 0 <= now_ms < 1 << _TIME_BITS:
        raise ValueError(f"not a time: {now_ms}")
    last = _last.get()
    try:
        last = _after(last, now_ms)
        return _written(*last)
    finally:
        _last.put(last)


def _after(last: tuple[int, int], now_ms: int) -> tuple[int, int]:
    """The next (time, random part): fresh in a new millisecond, else a random step ahead."""
    time, tail = last
    if now_ms > time:
        return now_ms, _fresh()
    tail += 1 + secrets.randbits(_STEP_BITS)
    return (time, tail) if tail < 1 << _RANDOM_BITS else (time + 1, _fresh())


def _fresh() -> int:
    """A random part with its highest bit clear: room to count on."""
    return secrets.randbits(_RANDOM_BITS - 1)


def _written(time: int, tail: int) -> str:
    """The 36 characters: time, version 7, 12 bits, variant, 62 bits."""
    high = time << 16 | 0x7000 | tail >> 62
    low = 0b10 << 62 | tail & (1 << 62) - 1
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
