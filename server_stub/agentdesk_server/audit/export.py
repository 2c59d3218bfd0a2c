"""Writing the log out as one file that anyone can check offline; it streams, whatever the length."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from heapq import merge
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from agentdesk.domain.audit import handover
from agentdesk.domain.audit.handover import SignedHandover
from agentdesk_server.audit import head as head_
from agentdesk_server.audit.head import SignedHead
from agentdesk_server.audit.lines import (
    AnyLine,
    EndLine,
    Header,
    HeadLine,
    LeafLine,
    SealedLine,
    encode,
    first_key,
    key_line,
)

_Placed = tuple[tuple[int, int, int], AnyLine]


class Sealed(NamedTuple):
    """A sealed payload still kept: the leaf it lies beside, its place in that leaf's list, its bytes."""

    leaf: int
    part: int
    payload: bytes


def export(
    epoch: str,
    public: bytes,
    leaves: Iterable[bytes],
    heads: Iterable[SignedHead],
    sealed: Iterable[Sealed] = (),
    handovers: Sequence[SignedHandover] = (),
) -> Iterator[bytes]:
    """The lines of the export (see `lines`), to be written or sent as they come.

    Leaves by index from 0; heads by size, signed with this key or one before it, the newest covering every leaf and
    naming this epoch; handovers by size; sealed payloads by leaf and part. A log that lacks something is
    exported as it is: the verifier judges it.
    """
    digest, counts = sha256(), Counter[type[AnyLine]]()
    header = Header(1, epoch, first_key(public, handovers))
    for line in chain([header], _in_order(leaves, heads, sealed, handovers)):
        data = encode(line)
        digest.update(data)
        counts[type(line)] += 1
        yield data
    yield encode(EndLine(counts[LeafLine], counts[SealedLine], counts[HeadLine], digest.digest()))


def _in_order(
    leaves: Iterable[bytes],
    heads: Iterable[SignedHead],
    sealed: Iterable[Sealed],
    handovers: Iterable[SignedHandover],
) -> Iterator[AnyLine]:
    """Leaves, each followed by what lies beside it, by the heads that end with it, and by the next key."""
    streams: tuple[Iterable[_Placed], ...] = (
        (((index, 0, 0), LeafLine(leaf)) for index, leaf in enumerate(leaves)),
        (((index, 1, part), SealedLine(index, part, payload)) for index, part, payload in sealed),
        (((head_.decode(signed.data).size - 1, 2, 0), HeadLine(*signed)) for signed in heads),
        (((handover.decode(one.data).size - 1, 3, 0), key_line(one)) for one in handovers),
    )
    return (line for _, line in merge(*streams, key=itemgetter(0)))
