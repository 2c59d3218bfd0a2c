"""From one signing key to the next: both keys sign the handover, so that whoever trusts one of them can follow.

The signed bytes are "AgentDesk audit key" NUL followed by a canonical MessagePack array, format 1:
[1, epoch str, old bin 32, new bin 32, size int, time int]. A head of `size` leaves or fewer is the old key's, a longer
one the new key's: after a handover the old key, should it leak, signs nothing that anybody takes. That the new key has
signed as well shows that its holder has it, and means this log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

import msgspec

from .canonical import msgpack_codec
from .head import Epoch
from .leaf import Digest, Natural

_PREFIX = b"AgentDesk audit key\0"
SIGNATURE = 64
Signed = Callable[[bytes, bytes, bytes], bool]
"""Whether the key (first) has signed these bytes (second) with this signature (third)."""


class Handover(msgspec.Struct, frozen=True, array_like=True, tag_field="format", tag=1):
    """The old key passes the log on to the new one, at a length of it and a time (UTC ms)."""

    epoch: Epoch
    old: Digest
    new: Digest
    size: Natural
    time: Natural


encode, decode = msgpack_codec(Handover, "a handover", _PREFIX)


class SignedHandover(msgspec.Struct, frozen=True):
    """A handover's bytes as signed, and both signatures: keep all three as they are."""

    data: bytes
    by_old: bytes
    by_new: bytes

    def packed(self) -> bytes:
        """As one piece: both signatures, then the bytes."""
        return self.by_old + self.by_new + self.data


def unpacked(piece: bytes) -> SignedHandover:
    """What `packed` made of it."""
    return SignedHandover(piece[2 * SIGNATURE :], piece[:SIGNATURE], piece[SIGNATURE : 2 * SIGNATURE])


class Chain:
    """The keys of one log, oldest first, each with the length of the log from which on it signs."""

    def __init__(self, first: bytes) -> None:
        self._keys: list[tuple[int, bytes]] = [(-1, first)]

    @property
    def newest(self) -> bytes:
        """The key that signs now."""
        return self._keys[-1][1]

    def knows(self, key: bytes) -> bool:
        """Whether it is one of them: to trust one is to trust what it has signed, and so those after and before it."""
        return any(key == known for _, known in self._keys)

    def key_for(self, size: int) -> bytes:
        """Whose a head of so many leaves must be."""
        return next(key for since, key in reversed(self._keys) if size > since)

    def since(self, key: bytes) -> int:
        """After how many leaves it was this key's turn; -1 for the first one. `StopIteration` if it is none of them."""
        return next(since for since, known in self._keys if known == key)

    def add(self, one: SignedHandover, signed: Signed) -> bool:
        """Go on by one key; False, and nothing is added, if this is no handover from the newest one."""
        try:
            told = decode(one.data)
        except ValueError:
            return False
        since, newest = self._keys[-1]
        if told.old != newest or self.knows(told.new) or told.size <= since:
            return False
        if not (signed(told.old, one.data, one.by_old) and signed(told.new, one.data, one.by_new)):
            return False
        self._keys.append((told.size, told.new))
        return True


Pieces = Annotated[tuple[bytes, ...], msgspec.Meta(max_length=1_000)]
"""All handovers there were, oldest first, each `packed`."""


def keys_of(newest: bytes, pieces: Iterable[bytes], signed: Signed, known: bytes | None = None) -> Chain | None:
    """The keys of a log as evidence from it tells them; None if that does not hold, or if the known key is not one."""
    chain = chain_to(newest, map(unpacked, pieces), signed)
    return chain if chain is not None and (known is None or chain.knows(known)) else None


def chain_to(newest: bytes, handovers: Iterable[SignedHandover], signed: Signed) -> Chain | None:
    """The keys that lead to this one, by all handovers there were; None if they do not lead there."""
    chain: Chain | None = None
    for one in handovers:
        try:
            first = decode(one.data).old
        except ValueError:
            return None
        chain = chain or Chain(first)
        if not chain.add(one, signed):
            return None
    chain = chain or Chain(newest)
    return chain if chain.newest == newest else None
