"""The export file, line by line: compact JSON objects in one fixed spelling, so that no byte can change unnoticed.

    {"line":"header","format":1,"epoch":"…","key":"BASE64"}           the newest head's epoch; raw Ed25519 public key
    {"line":"leaf","leaf":"BASE64"}                                   a leaf as hashed, from index 0, in order
    {"line":"sealed","index":0,"part":0,"payload":"BASE64"}           optional, right after its leaf, parts ascending
    {"line":"head","head":"BASE64","signature":"BASE64"}              right after the last leaf it covers
    {"line":"key","handover":"BASE64","old":"BASE64","new":"BASE64"}  a handover to the next key, and both signatures:
                                                                      right after the heads of its length
    {"line":"end","leaves":1,"sealed":1,"heads":1,"sha256":"BASE64"}  last; digest of all bytes before this line

A second sort of file holds evidence about single leaves and about heads, and no log:

    {"line":"evidence","format":1,"epoch":"…","key":"BASE64"}         the first line
    {"line":"key","handover":"BASE64","old":"BASE64","new":"BASE64"}  handovers stand before all heads
    {"line":"head","head":"BASE64","signature":"BASE64"}              heads stand before what names their sizes
    {"line":"proof","size":8,"index":0,"leaf":"BASE64","path":[…]}    inclusion of a leaf under the head of that size
    {"line":"growth","first":3,"second":8,"path":[…]}                 consistency of the heads of these two sizes
    {"line":"opened","index":0,"salt":"BASE64","arguments":"BASE64"}  what the command of a leaf proved before said
    {"line":"end","leaves":1,"sealed":0,"heads":2,"sha256":"BASE64"}  last; `leaves` counts the proofs, `sealed` what
                                                                      is opened

The key of the first line is the log's first one. Fields stand in this order, without spaces; each line ends with a
line feed; BASE64 is the standard one with padding.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from agentdesk.domain.audit.canonical import json_line_codec
from agentdesk.domain.audit.evidence import Path
from agentdesk.domain.audit.handover import SignedHandover
from agentdesk.domain.audit.handover import decode as decode_handover
from agentdesk_server.audit.head import Epoch, SignedHead
from agentdesk_server.audit.leaf import SALT_SIZE, Digest, Natural

MAX_LINE = 32 * 1024 * 1024

Raw = Annotated[bytes, msgspec.Meta(max_length=24 * 1024 * 1024)]
Signature = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


class Line(msgspec.Struct, frozen=True, tag_field="line", forbid_unknown_fields=True):
    """Any line of the export."""


class Header(Line, frozen=True, tag="header"):
    """The first line."""

    format: Literal[1]
    epoch: Epoch
    key: Digest


class LeafLine(Line, frozen=True, tag="leaf"):
    """A leaf's canonical bytes."""

    leaf: Raw


class SealedLine(Line, frozen=True, tag="sealed"):
    """What lies sealed beside a leaf."""

    index: Natural
    part: Natural
    payload: Raw


class HeadLine(Line, frozen=True, tag="head"):
    """A signed head. One such line by itself is also the form in which heads are published and pinned."""

    head: Raw
    signature: Signature

    @property
    def signed(self) -> SignedHead:
        """The head as the verifier takes it."""
        return SignedHead(self.head, self.signature)


class KeyLine(Line, frozen=True, tag="key"):
    """The key that signed so far passes the log on to the next one."""

    handover: Annotated[bytes, msgspec.Meta(max_length=1_000)]
    old: Signature
    new: Signature

    @property
    def signed(self) -> SignedHandover:
        """The handover as a chain takes it."""
        return SignedHandover(self.handover, self.old, self.new)


class EvidenceHeader(Line, frozen=True, tag="evidence"):
    """The first line of a file with evidence."""

    format: Literal[1]
    epoch: Epoch
    key: Digest


class ProofLine(Line, frozen=True, tag="proof"):
    """The path from a leaf to the root of the head with this size."""

    size: Natural
    index: Natural
    leaf: Raw
    path: Path


class GrowthLine(Line, frozen=True, tag="growth"):
    """What shows that one head goes on from another."""

    first: Natural
    second: Natural
    path: Path


class OpenedLine(Line, frozen=True, tag="opened"):
    """What a proved leaf's command said, and the salt of the digest that the leaf holds of it."""

    index: Natural
    salt: Annotated[bytes, msgspec.Meta(min_length=SALT_SIZE, max_length=SALT_SIZE)]
    arguments: Raw


class EndLine(Line, frozen=True, tag="end"):
    """The last line: how much there was."""

    leaves: Natural
    sealed: Natural
    heads: Natural
    sha256: Digest


AnyLine = (
    Header | LeafLine | SealedLine | HeadLine | KeyLine | EvidenceHeader | ProofLine | GrowthLine | OpenedLine | EndLine
)

encode, decode = json_line_codec(AnyLine, "a line of an audit export")


def key_line(one: SignedHandover) -> KeyLine:
    """A handover as a line."""
    return KeyLine(one.data, one.by_old, one.by_new)


def first_key(public: bytes, handovers: Sequence[SignedHandover]) -> bytes:
    """The key with which a log began that is signed with this one now."""
    return decode_handover(handovers[0].data).old if handovers else public


def head_line(signed: SignedHead) -> bytes:
    """A signed head as a file of its own: publish it elsewhere, give it to `verify-audit --head`."""
    return encode(HeadLine(*signed))


def read_head_line(data: bytes) -> SignedHead:
    """The signed head in such a file; ValueError if it holds anything else."""
    line = decode(data)
    if not isinstance(line, HeadLine):
        raise ValueError("this is not a signed head")
    return line.signed
