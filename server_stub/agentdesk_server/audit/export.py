"""Writing the log out as one file that anyone can check offline; it streams, whatever the length."""

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from heapq import merge
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from agentdesk_server.audit import head as head_
from agentdesk_server.audit.head import SignedHead
from agentdesk_server.audit.lines import AnyLine, EndLine, Header, HeadLine, LeafLine, SealedLine, encode

_Placed = tuple[tuple[int, int, int], AnyLine]


class Sealed(NamedTuple):
    """A sealed payload still kept: the leaf it lies beside, its place in that leaf's list, its bytes."""

    leaf: int
    part: int
    payload: bytes


def export(
    epoch: str, public: bytes, leaves: Iterable[bytes], heads: Iterable[SignedHead], sealed: Iterable[Sealed] = ()
) -> Iterator[bytes]:
    """The lines of the export (see `lines`), to be written or sent as they come.

    Leaves by index from 0; heads by size, all signed with this key, the newest covering every leaf and naming this
    epoch; sealed payloads by leaf and part. A log that lacks something is exported as it is: the verifier judges it.
    """
    digest, counts = sha256(), Counter[type[AnyLine]]()
    for line in chain([Header(1, epoch, public)], _in_order(leaves, heads, sealed)):
        data = encode(line)
        digest.update(data)
        counts[type(line)] += 1
        yield data
    yield encode(EndLine(counts[LeafLine], counts[SealedLine], counts[HeadLine], digest.digest()))


def _in_order(leaves: Iterable[bytes], heads: Iterable[SignedHead], sealed: Iterable[Sealed]) -> Iterator[AnyLine]:
    """Leaves, each followed by what lies beside it and by the heads that end with it."""
    streams: tuple[Iterable[_Placed], ...] = (
        (((index, 0, 0), LeafLine(leaf)) for index, leaf in enumerate(leaves)),
        (((index, 1, part), SealedLine(index, part, payload)) for index, part, payload in sealed),
        (((head_.decode(signed.data).size - 1, 2, 0), HeadLine(*signed)) for signed in heads),
    )
    return (line for _, line in merge(*streams, key=itemgetter(0)))
