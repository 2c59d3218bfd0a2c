"""The leaf: the canonical bytes, hashed as stored, that each command leaves in the audit log.

A leaf is one MessagePack array, each value in its shortest form (what encoders do by default), so that anyone can read
it with an ordinary MessagePack library and no code of ours. It is canonical if decoding and encoding it again gives the
same bytes. MessagePack was chosen over a layout of our own because a second implementation is then free, over JSON
because hashes and pseudonyms stay bytes, there is one way to write each value, and it costs a microsecond. Format 1:

| # | field | MessagePack type |
|---|---|---|
| 0 | format | int, 1. Another layout gets another number; this one never changes |
| 1 | index | int: place in the tree, from 0 |
| 2 | rev | int: the transaction's revision; of a command refused or denied, the newest one |
| 3 | time | int: UTC milliseconds since the epoch, by the server's clock; never lower than in the leaf before |
| 4 | actor | bin, 16: first half of HMAC-SHA-256(pseudonym key, "actor" NUL person's id) |
| 5 | device | bin, 16: the same with "device" NUL device's id; of a command without a device, the id is empty |
| 6 | command | str: the command's name |
| 7 | outcome | str: "done", "refused" or "denied" |
| 8 | touched | array of [kind str, id str], in the order given, at most 100,000 |
| 9 | arguments | bin, 32: SHA-256(salt, canonical bytes of the arguments); the salt (16 bytes) is sealed with them |
| 10 | sealed | array of bin, 32: SHA-256 of each sealed payload (as stored, encrypted) that lies beside the leaf |

Integers are 0 to 2^63 - 1. No value names or quotes a person; what does is sealed.
"""

from typing import Annotated, Literal

import msgspec

from .canonical import msgpack_codec

FORMAT = 1
SALT_SIZE = 16

Natural = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Digest = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Pseudonym = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Outcome = Literal["done", "refused", "denied"]


class Leaf(msgspec.Struct, frozen=True, array_like=True, tag_field="format", tag=FORMAT):
    """What the log says about one command. The tag is the format number, field 0."""

    index: Natural
    rev: Natural
    time: Natural
    actor: Pseudonym
    device: Pseudonym
    command: str
    outcome: Outcome
    touched: Annotated[tuple[tuple[str, str], ...], msgspec.Meta(max_length=100_000)]
    arguments: Digest
    sealed: tuple[Digest, ...] = ()


# encode: the bytes to store and hash. It refuses a leaf that no verifier would accept, before it is too late.
encode, decode = msgpack_codec(Leaf, "a leaf")
