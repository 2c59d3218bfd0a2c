"""A small server's worth of audit log, to be exported, harmed and verified."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from agentdesk.domain.audit.merkle import Tree
from agentdesk_server.audit.export import Sealed, export
from agentdesk_server.audit.head import SignedHead, public_key, sign_tree
from agentdesk_server.audit.keys import Keys
from agentdesk_server.audit.leaf import Leaf, arguments_digest, encode, pseudonym
from agentdesk_server.audit.seal import Details, seal_details

SECRET = sha256(b"signing").digest()
MASTER = sha256(b"master").digest()
PSEUDONYMS = sha256(b"pseudonyms").digest()
PUBLIC = public_key(SECRET)


@dataclass
class Log:
    """What the authority would keep in its tables."""

    secret: bytes = SECRET
    tree: Tree = field(default_factory=Tree)
    leaves: list[bytes] = field(default_factory=list)
    heads: list[SignedHead] = field(default_factory=list)
    sealed: list[Sealed] = field(default_factory=list)
    keys: Keys = field(default_factory=lambda: Keys(MASTER, {}))

    def leaf(self, sealed: tuple[bytes, ...] = (), **other: object) -> Leaf:
        """A plausible next leaf."""
        place = self.tree.size
        fields: dict[str, object] = {
            "index": place,
            "rev": place + 1,
            "time": 1_700_000_000_000 + place,
            "actor": pseudonym(PSEUDONYMS, "actor", "ann"),
            "device": pseudonym(PSEUDONYMS, "device", "laptop"),
            "command": "case.reply",
            "outcome": "done",
            "touched": (("case", f"c{place}"), ("message", f"m{place}")),
            "arguments": arguments_digest(bytes(16), b"arguments"),
            "sealed": sealed,
        }
        return Leaf(**(fields | other))  # type: ignore[arg-type]

    def add(self, data: bytes) -> None:
        """Append canonical bytes."""
        self.tree, _ = self.tree.append([data])
        self.leaves.append(data)

    def command(self, **other: object) -> None:
        """Append a leaf with one sealed payload beside it."""
        payload, digest = seal_details(self.keys, "cora", Details(bytes(16), b"arguments", b"values"))
        self.sealed.append(Sealed(self.tree.size, 0, payload))
        self.add(encode(self.leaf((digest,), **other)))

    def sign(self, epoch: str = "epoch-1") -> SignedHead:
        """Sign what is there."""
        size = self.tree.size
        self.heads.append(sign_tree(self.secret, epoch, self.tree, size, 1_700_000_000_000 + size))
        return self.heads[-1]

    def lines(self) -> list[bytes]:
        """The export, line by line."""
        return list(export("epoch-1", public_key(self.secret), self.leaves, self.heads, self.sealed))


def make_log(commands: int = 7, secret: bytes = SECRET) -> Log:
    """A log with a head in the middle and one at the end."""
    log = Log(secret)
    for place in range(commands):
        log.command()
        if place == commands // 2:
            log.sign()
    log.sign()
    return log


@pytest.fixture
def log() -> Log:
    """Seven commands, two heads."""
    return make_log()


@pytest.fixture
def save(tmp_path: Path) -> Callable[[list[bytes]], Path]:
    """Write lines to a file and give its path."""

    def write(lines: list[bytes]) -> Path:
        path = tmp_path / "audit.log"
        path.write_bytes(b"".join(lines))
        return path

    return write
