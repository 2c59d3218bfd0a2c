"""The log of a working server, exported while it runs, is untouched; whoever changes anything of it is found out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from tests.server.running import agentdesk
from tests.stories.rig import Company

from agentdesk.domain.audit.merkle import Tree
from agentdesk_server.audit import head, leaf
from agentdesk_server.audit.command import run as verify
from agentdesk_server.audit.export import export
from agentdesk_server.audit.lines import AnyLine, EndLine, Header, HeadLine, LeafLine, SealedLine, decode, encode

Lines = list[AnyLine]
Log = tuple[Path, str]


@pytest.fixture(scope="module")
def exported(shared_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Log:
    """An export of a log with some life in it, and the key that an auditor wrote down."""
    with shared_company.visitor().line() as chat:
        for number in range(5):
            chat.message(f"message {number}")
    file = tmp_path_factory.mktemp("audit") / "log"
    return file, shared_company.server.admin("audit", "export", str(file)).rpartition(" ")[2]


@pytest.fixture
def log(exported: Log, tmp_path: Path) -> Log:
    """A copy to spoil."""
    (tmp_path / "log").write_bytes(exported[0].read_bytes())
    return tmp_path / "log", exported[1]


def lines_of(file: Path) -> Lines:
    return [decode(line) for line in file.read_bytes().splitlines(keepends=True)]


def closed(lines: Lines) -> bytes:
    """The lines with an end that fits them: whoever changes a log corrects its checksum too."""
    body = [line for line in lines if not isinstance(line, EndLine)]
    data = b"".join(map(encode, body))
    counts = Counter(map(type, body))
    return data + encode(EndLine(counts[LeafLine], counts[SealedLine], counts[HeadLine], sha256(data).digest()))


def edited(data: bytes) -> bytes:
    """A leaf that says that somebody else did it."""
    return leaf.encode(msgspec.structs.replace(leaf.decode(data), actor=bytes(16)))


def one_byte(lines: Lines) -> Lines:
    at = [i for i, line in enumerate(lines) if isinstance(line, LeafLine)][3]
    old = lines[at]
    assert isinstance(old, LeafLine)
    actor = leaf.decode(old.leaf).actor
    lines[at] = LeafLine(old.leaf.replace(actor, bytes([actor[0] ^ 1]) + actor[1:]))
    return lines


def a_leaf_removed(lines: Lines) -> Lines:
    del lines[[i for i, line in enumerate(lines) if isinstance(line, LeafLine)][3]]
    return lines


def the_end_truncated(lines: Lines) -> Lines:
    """The newest leaf is gone, with all that hangs on it; the heads stay."""
    last = [i for i, line in enumerate(lines) if isinstance(line, LeafLine)][-1]
    return [line for i, line in enumerate(lines) if i < last or isinstance(line, HeadLine)]


def the_newest_heads_truncated_too(lines: Lines) -> Lines:
    """Nothing signed is left that the leaves could contradict: then nothing vouches for them either."""
    return [line for line in the_end_truncated(lines) if not isinstance(line, HeadLine)]


CHANGES: list[Callable[[Lines], Lines]] = [
    one_byte,
    a_leaf_removed,
    the_end_truncated,
    the_newest_heads_truncated_too,
]


def test_an_untouched_log_is_found_untouched(log: Log) -> None:
    """By an auditor with nothing but the file, the key and the program."""
    file, key = log
    done = agentdesk("verify-audit", str(file), "--key", key)
    assert done.returncode == 0, done.stdout
    assert "untouched" in done.stdout


def test_a_touched_log_ends_with_1(log: Log) -> None:
    """As a process too: scripts look at the exit code alone."""
    file, key = log
    file.write_bytes(closed(one_byte(lines_of(file))))
    done = agentdesk("verify-audit", str(file), "--key", key)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_found(log: Log, change: Callable[[Lines], Lines]) -> None:
    file, key = log
    assert closed(lines_of(file)) == file.read_bytes()
    file.write_bytes(closed(change(lines_of(file))))
    assert verify([str(file), "--key", key]) == 1


def test_every_byte_counts(log: Log) -> None:
    """Whichever byte of the file is flipped, wherever it ends: it is not the log any more."""
    file, key = log
    data = file.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 150)):
        for spoiled in (data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], data[:at]):
            file.write_bytes(spoiled)
            assert verify([str(file), "--key", key]) == 1, at


@pytest.mark.parametrize("claims_the_key", [False, True])
def test_a_tree_rebuilt_from_edited_leaves_is_found(log: Log, claims_the_key: bool) -> None:
    """A forger with everything but the signing key edits a leaf, builds the tree anew and signs it himself."""
    file, key = log
    lines = lines_of(file)
    header = lines[0]
    assert isinstance(header, Header)
    leaves = [line.leaf for line in lines if isinstance(line, LeafLine)]
    leaves[3] = edited(leaves[3])
    tree, _ = Tree().append(leaves)
    own, newest = head.new_signing_key(), leaf.decode(leaves[-1])
    signed = head.sign_tree(own, header.epoch, tree, newest.rev, newest.time)
    public = bytes.fromhex(key) if claims_the_key else head.public_key(own)
    forged = export(header.epoch, public, leaves, [signed])
    file.write_bytes(b"".join(forged))
    assert verify([str(file), "--key", key]) == 1
    if not claims_the_key:
        assert verify([str(file)]) == 0  # whole in itself: that is what the pinned key is for
