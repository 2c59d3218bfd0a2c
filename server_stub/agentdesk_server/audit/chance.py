"""Random bytes of the system, drawn many at a time: each draw lets go of the interpreter and waits to have it back."""

import os

_DRAWN: dict[int, list[bytes]] = {}
_MANY = 256


def random_bytes(size: int) -> bytes:
    """So many bytes that nobody else gets. On any thread."""
    drawn = _DRAWN.setdefault(size, [])
    try:
        return drawn.pop()  # one step of the interpreter: no two threads get the same
    except IndexError:
        fresh = os.urandom(size * _MANY)
        drawn.extend(fresh[start : start + size] for start in range(size, len(fresh), size))
        return fresh[:size]


if hasattr(os, "register_at_fork"):  # a child must not hand out what its parent will
    os.register_at_fork(after_in_child=_DRAWN.clear)
