"""The rules that an untouched log keeps, checked line by line in constant space."""

from collections.abc import Sequence
from hashlib import sha256

from agentdesk.domain.audit.handover import Chain
from agentdesk.domain.audit.merkle import Tree
from agentdesk.store.signature import is_signed as is_signed_bytes
from agentdesk_server.audit import head as head_
from agentdesk_server.audit import leaf as leaf_
from agentdesk_server.audit.head import Head, SignedHead, is_signed, key_id
from agentdesk_server.audit.leaf import Leaf
from agentdesk_server.audit.lines import AnyLine, EndLine, Header, HeadLine, KeyLine, LeafLine, SealedLine

MAX_PROBLEMS = 20


class Problems:
    """What a verification has found, in sentences for a person.

    Sentences never quote the file: it may be hostile, and so may a terminal's reading of it.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.unsaid = 0
        self.line = 0

    def note(self, sentence: str) -> None:
        """Add a problem; beyond a readable number they are only counted."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(sentence)
        else:
            self.unsaid += 1

    def here(self, what: str) -> None:
        """Add a problem of the line that is being read."""
        self.note(f"Line {self.line}: {what}.")


class Keyed(Problems):
    """A check of what was signed with one key after another; `pinned` is the one that is known, if any is."""

    def __init__(self, pinned: bytes | None) -> None:
        super().__init__()
        self.keys: Chain | None = None
        self._pinned_key = pinned

    def holds(self, size: int, signed: SignedHead) -> bool:
        """Whether a head is signed with the key whose turn it was."""
        return self.keys is not None and is_signed(self.keys.key_for(size), signed)

    def trusts(self, size: int, signed: SignedHead) -> bool:
        """The same for a head from elsewhere: where this log has another key than the known one, that one counts."""
        pinned = self._pinned_key
        if pinned is None or self.keys is None or self.keys.knows(pinned):
            return self.holds(size, signed)
        return is_signed(pinned, signed)

    def take_key(self, line: KeyLine) -> None:
        """The next key."""
        if self.keys is None or not self.keys.add(line.signed, is_signed_bytes):
            self.here("the key that signed so far has not passed the log on to this one")

    def trusted_since(self) -> int:
        """After how many leaves it was the turn of the key that is known: what one before it signed is worth nothing
        by itself, for it was replaced. -1 where none is known, or it is the first one, or (as is noted) none of them.
        """
        if self.keys is None or self._pinned_key is None:
            return -1
        if self.keys.knows(self._pinned_key):
            return self.keys.since(self._pinned_key)
        self.note(f"The log was signed with the key {key_id(self.keys.newest)}, not with the key you trust.")
        return -1


class LogCheck(Keyed):
    """One verification of a whole log: `take` every line in turn, then `finish`."""

    def __init__(self, pinned_key: bytes | None, pinned_heads: Sequence[SignedHead]) -> None:
        super().__init__(pinned_key)
        self.tree = Tree()
        self.header: Header | None = None
        self._pinned_heads = pinned_heads
        self._expected: list[tuple[SignedHead, Head]] = []
        self._leaf: Leaf | None = None
        self._head: Head | None = None
        self.signed: SignedHead | None = None
        """The newest head that holds."""
        self._end: EndLine | None = None
        self._covered = -1
        self._parts = 0
        self._counts: dict[type[AnyLine], int] = {LeafLine: 0, SealedLine: 0, HeadLine: 0}

    def take(self, line: AnyLine, digest: bytes) -> None:
        """Check the next line; `digest` is the SHA-256 of all bytes before it."""
        self.line += 1
        if self.line == 1 and not isinstance(line, Header):
            self.note("The file does not begin with the header of an audit log.")
        if self._end:
            self.here("something follows the closing line")
        if type(line) in self._counts:
            self._counts[type(line)] += 1
        match line:
            case Header():
                self._take_header(line)
            case LeafLine():
                self._take_leaf(line.leaf)
            case SealedLine():
                self._take_sealed(line)
            case HeadLine():
                self._take_head(line.signed)
            case KeyLine():
                self.take_key(line)
            case EndLine():
                self._take_end(line, digest)
            case _:
                self.here("this line does not belong into a log")

    def finish(self) -> None:
        """Check what can only be known at the end: that the end is there."""
        if self._end is None:
            self.note("The closing line is missing: the end of the file was cut off.")
        if self._head is None:
            self.note("No signed head covers this log: nothing shows that the server wrote it.")
        elif self._covered < self.tree.size:
            self.note(f"No valid signed head covers the leaves after the first {max(self._covered, 0)}.")
        if self.header and self._head and self.header.epoch != self._head.epoch:
            self.note("The header names another epoch than the newest signed head.")
        if -1 < self._covered <= self.trusted_since():
            self.note("The newest head was signed with a key from before the one you trust.")
        for signed, head in self._expected:
            if not self.trusts(head.size, signed):
                self.note(f"The earlier head of {head.size} leaves was not signed with the key of this log.")
            if head.size > self.tree.size:
                self.note(
                    f"The earlier head covers {head.size} leaves, the log has {self.tree.size}: its end was cut off."
                )

    def _take_header(self, header: Header) -> None:
        if self.header:
            return self.here("there is a second header")
        self.header, self.keys = header, Chain(header.key)
        for signed in self._pinned_heads:
            self._expect(signed)
        self._meet_expected()
        return None

    def _expect(self, signed: SignedHead) -> None:
        try:
            head = head_.decode(signed.data)
        except ValueError:
            return self.note("The earlier head is not a head.")
        return self._expected.append((signed, head))

    def _meet_expected(self) -> None:
        for _, head in self._expected:
            if head.size == self.tree.size and head.root != self.tree.root:
                self.note(f"The first {head.size} leaves are not those of the earlier head: the log was rewritten.")

    def _take_leaf(self, data: bytes) -> None:
        place = self.tree.size
        self.tree, _ = self.tree.append([data])
        self._meet_expected()
        self._parts = 0
        try:
            leaf = leaf_.decode(data)
        except ValueError:
            return self.here(f"leaf {place} is damaged")
        expected = self._leaf.index + 1 if self._leaf else 0
        if leaf.index != expected:
            self.here(f"leaf {leaf.index} stands where leaf {expected} belongs")
        if self._leaf and leaf.rev < self._leaf.rev:
            self.here(f"the revision of leaf {leaf.index} is lower than that of the leaf before")
        if self._leaf and leaf.time < self._leaf.time:
            self.here(f"leaf {leaf.index} is older than the leaf before")
        self._leaf = leaf
        return None

    def _take_sealed(self, line: SealedLine) -> None:
        leaf = self._leaf
        if leaf is None or leaf.index != line.index or not self._parts <= line.part < len(leaf.sealed):
            return self.here("a sealed payload lies beside the wrong leaf")
        if sha256(line.payload).digest() != leaf.sealed[line.part]:
            self.here(f"a sealed payload beside leaf {leaf.index} is not the one that the leaf names")
        self._parts = line.part + 1
        return None

    def _take_head(self, signed: SignedHead) -> None:
        try:
            head = head_.decode(signed.data)
        except ValueError:
            return self.here("a signed head is damaged")
        before, self._head = self._head, head
        problems = len(self.problems) + self.unsaid
        if self.header and not self.holds(head.size, signed):
            self.here(f"the head of {head.size} leaves was not signed with the log's key")
        if head.size != self.tree.size:
            self.here(f"the head covers {head.size} leaves, but {self.tree.size} stand before it")
        elif head.root != self.tree.root:
            self.here(f"the first {head.size} leaves are not those that the server signed")
        for last in (self._leaf, before):
            if last and (head.rev < last.rev or head.time < last.time):
                self.here("the head is older than what stands before it")
        if len(self.problems) + self.unsaid == problems:
            self._covered, self.signed = head.size, signed
        return None

    def _take_end(self, end: EndLine, digest: bytes) -> None:
        self._end = end
        if (end.leaves, end.sealed, end.heads) != tuple(self._counts.values()):
            self.here(f"the closing line counts {end.leaves} leaves and {end.heads} heads, but the file has others")
        if end.sha256 != digest:
            self.here("the file is not the one that the closing line was written for")
