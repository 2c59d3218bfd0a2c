"""A process that reads one file from its standard input, within limits of time and memory that the system holds."""

from __future__ import annotations

import sys

import msgspec

from .kinds import MOST_BYTES, Told
from .reading import words_of

if sys.platform != "win32":
    import resource

SECONDS, MEMORY = 20, 768 * 1024 * 1024


def main() -> None:
    """`python -m agentdesk.text.files KIND < FILE`: prints a `Told` as JSON. Killed by the system if it takes more."""
    _limit()
    try:
        told = words_of(sys.stdin.buffer.read(MOST_BYTES + 1), sys.argv[1])
    except MemoryError:
        told = Told("large")
    sys.stdout.buffer.write(msgspec.json.encode(told))


def _limit() -> None:
    """Where the system can hold limits (Windows cannot: there whoever started this ends it by the clock)."""
    if sys.platform != "win32":
        for what, most in (
            (resource.RLIMIT_CPU, SECONDS),
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
