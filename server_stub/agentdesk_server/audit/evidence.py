"""Evidence in a file: heads, proofs of single leaves and of growth; written as lines, and checked line by line."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit import leaf as leaf_
from agentdesk.domain.audit.evidence import compare
from agentdesk.domain.audit.handover import Chain, SignedHandover
from agentdesk.domain.audit.head import Head, SignedHead
from agentdesk.domain.audit.merkle import leaf_hash
from agentdesk.domain.audit.proofs import includes
from agentdesk_server.audit.check import Keyed
from agentdesk_server.audit.leaf import arguments_digest
from agentdesk_server.audit.lines import (
    AnyLine,
    EndLine,
    EvidenceHeader,
    GrowthLine,
    HeadLine,
    KeyLine,
    OpenedLine,
    ProofLine,
    encode,
    first_key,
    key_line,
)

Proof = ProofLine | GrowthLine | OpenedLine


def write_evidence(
    epoch: str,
    public: bytes,
    heads: Iterable[SignedHead],
    proofs: Iterable[Proof],
    handovers: Sequence[SignedHandover] = (),
) -> Iterator[bytes]:
    """The lines of such a file: keys and heads first, then what is shown about them."""
    digest, leaves, opened, signed = sha256(), 0, 0, 0
    for line in _body(epoch, public, heads, proofs, handovers):
        data = encode(line)
        digest.update(data)
        leaves += isinstance(line, ProofLine)
        opened += isinstance(line, OpenedLine)
        signed += isinstance(line, HeadLine)
        yield data
    yield encode(EndLine(leaves, opened, signed, digest.digest()))


def _body(
    epoch: str,
    public: bytes,
    heads: Iterable[SignedHead],
    proofs: Iterable[Proof],
    handovers: Sequence[SignedHandover],
) -> Iterator[AnyLine]:
    yield EvidenceHeader(1, epoch, first_key(public, handovers))
    yield from map(key_line, handovers)
    for head in heads:
        yield HeadLine(*head)
    yield from proofs


class EvidenceCheck(Keyed):
    """One verification of such a file: `take` every line in turn, then `finish`."""

    def __init__(self, pinned_key: bytes | None, pinned_heads: Sequence[SignedHead]) -> None:
        super().__init__(pinned_key)
        self.header: EvidenceHeader | None = None
        self.heads: dict[int, Head] = {}
        self.signed: SignedHead | None = None
        """The head over the longest log."""
        self.proofs = self.growths = 0
        self.leaves: dict[int, leaf_.Leaf] = {}
        """Those that are proved, by number; and of some of them what their commands said."""
        self.opened: dict[int, bytes] = {}
        self._pinned_heads = pinned_heads
        self._signed = 0
        self._grown: dict[int, int] = {}
        self._end: EndLine | None = None

    def take(self, line: AnyLine, digest: bytes) -> None:
        """Check the next line; `digest` is the SHA-256 of all bytes before it."""
        self.line += 1
        if self._end:
            self.here("something follows the closing line")
        match line:
            case EvidenceHeader():
                self._take_header(line)
            case HeadLine():
                self._take_head(line.signed)
            case KeyLine():
                self.take_key(line)
            case ProofLine():
                self._take_proof(line)
            case GrowthLine():
                self._take_growth(line)
            case OpenedLine():
                self._take_opened(line)
            case EndLine():
                self._take_end(line, digest)
            case _:
                self.here("this line does not belong into a file with evidence")

    def finish(self) -> None:
        """Check what can only be known at the end."""
        if self._end is None:
            self.note("The closing line is missing: the end of the file was cut off.")
        if not self.heads:
            self.note("No signed head is in this file: nothing shows that the server wrote it.")
        elif self.header and self.heads[max(self.heads)].epoch != self.header.epoch:
            self.note("The first line names another epoch than the newest signed head.")
        since = self.trusted_since()
        if any(self._grown_to(size) <= since for size in self.heads):
            self.note("A head was signed with a key from before the one you trust, and no later one goes on from it.")
        for pinned in self._pinned_heads:
            self._meet(pinned)

    def _grown_to(self, size: int) -> int:
        """How long the log is that was shown to go on from this head."""
        while size in self._grown:
            size = self._grown[size]
        return size

    def _meet(self, pinned: SignedHead) -> None:
        """What was kept from earlier must be one of the heads here: with another one, nothing here compares it."""
        try:
            head = head_.decode(pinned.data)
        except ValueError:
            return self.note("The earlier head is not a head.")
        if self.header and not self.holds(head.size, pinned):
            self.note(f"The earlier head of {head.size} leaves was not signed with the key of this file.")
        own = self.heads.get(head.size)
        if own is None:
            self.note(f"The earlier head of {head.size} leaves is not in this file: it cannot be compared with it.")
        elif own.root != head.root:
            self.note(f"The first {head.size} leaves are not those of the earlier head: the log was rewritten.")
        return None

    def _take_header(self, header: EvidenceHeader) -> None:
        if self.header:
            return self.here("there is a second header")
        self.header, self.keys = header, Chain(header.key)
        return None

    def _take_head(self, signed: SignedHead) -> None:
        self._signed += 1
        try:
            head = head_.decode(signed.data)
        except ValueError:
            return self.here("a signed head is damaged")
        if not self.holds(head.size, signed):
            return self.here(f"the head of {head.size} leaves was not signed with the log's key")
        if head.size in self.heads and self.heads[head.size].root != head.root:
            self.here(f"two heads of {head.size} leaves contradict each other")
        self.heads[head.size] = head
        if head.size == max(self.heads):
            self.signed = signed
        return None

    def _take_proof(self, line: ProofLine) -> None:
        self.proofs += 1
        head = self.heads.get(line.size)
        if head is None:
            return self.here(f"no valid head of {line.size} leaves stands before this proof")
        try:
            leaf = leaf_.decode(line.leaf)
        except ValueError:
            return self.here(f"leaf {line.index} is damaged")
        if leaf.index != line.index:
            return self.here(f"leaf {leaf.index} stands where leaf {line.index} belongs")
        if not includes(leaf_hash(line.leaf), line.index, head.size, line.path, head.root):
            return self.here(f"leaf {line.index} is not in the log of {line.size} leaves that the server signed")
        self.leaves[line.index] = leaf
        return None

    def _take_opened(self, line: OpenedLine) -> None:
        leaf = self.leaves.get(line.index)
        if leaf is None or line.index in self.opened:
            return self.here(f"leaf {line.index} is opened that was not proved before, or twice")
        if arguments_digest(line.salt, line.arguments) != leaf.arguments:
            return self.here(f"leaf {line.index} was written for other arguments")
        self.opened[line.index] = line.arguments
        return None

    def _take_growth(self, line: GrowthLine) -> None:
        self.growths += 1
        first, second = self.heads.get(line.first), self.heads.get(line.second)
        if first is None or second is None:
            return self.here("it compares heads that do not stand before it")
        if compare(first, second, line.path):
            self.here(f"the log of {line.second} leaves does not go on from the log of {line.first}: it was rewritten")
        elif line.first < line.second:
            self._grown[line.first] = max(line.second, self._grown.get(line.first, 0))
        return None

    def _take_end(self, end: EndLine, digest: bytes) -> None:
        self._end = end
        if (end.leaves, end.sealed, end.heads) != (self.proofs, len(self.opened), self._signed):
            self.here(f"the closing line counts {end.leaves} proofs and {end.heads} heads, but the file has others")
        if end.sha256 != digest:
            self.here("the file is not the one that the closing line was written for")
