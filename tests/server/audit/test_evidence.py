"""Evidence in files and bundles: whole it is believed, and whatever is changed in it is found."""

import dataclasses
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from tests.server.audit.conftest import PUBLIC, Log, make_log

from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.merkle import leaf_hash
from agentdesk.domain.audit.proofs import nodes_of, prove_consistency, prove_inclusion
from agentdesk_server.audit import bundle
from agentdesk_server.audit.command import run
from agentdesk_server.audit.evidence import write_evidence
from agentdesk_server.audit.lines import GrowthLine, HeadLine, LeafLine, ProofLine, decode, encode, head_line
from agentdesk_server.audit.verify import verify_file

Lines = list[bytes]


def sizes(log: Log) -> list[int]:
    return [head_.decode(signed.data).size for signed in log.heads]


def proofs(log: Log, *indexes: int) -> list[ProofLine]:
    node, size = nodes_of([leaf_hash(data) for data in log.leaves]), log.tree.size
    return [ProofLine(size, at, log.leaves[at], tuple(prove_inclusion(node, at, size))) for at in indexes]


def growths(log: Log) -> list[GrowthLine]:
    node, all_ = nodes_of([leaf_hash(data) for data in log.leaves]), sizes(log)
    return [
        GrowthLine(first, second, tuple(prove_consistency(node, first, second))) for first, second in pairwise(all_)
    ]


def evidence(log: Log, *indexes: int) -> Lines:
    return list(write_evidence("epoch-1", PUBLIC, log.heads, [*proofs(log, *indexes), *growths(log)]))


def pack(path: Path, log: Log, part: bool = False) -> Path:
    """A bundle as the server makes it."""
    with path.open("wb") as stream:
        made = bundle.BundleWriter(stream)
        made.add(*((bundle.ENTRIES, evidence(log, 2, 3)) if part else (bundle.LOG, log.lines())))
        made.add(bundle.HEADS, evidence(log))
        made.finish("epoch-1", PUBLIC, log.tree.size, 2 if part else log.tree.size)
    return path


def test_a_single_entry_is_proved(log: Log, save: Callable[[Lines], Path], capsys: pytest.CaptureFixture[str]) -> None:
    file = save(evidence(log, 2))
    verdict = verify_file(file, PUBLIC, log.heads, log.tree.size)
    assert (verdict.ok, verdict.leaves, verdict.size, verdict.whole) == (True, 1, 7, False)
    assert run([str(file), "--key", PUBLIC.hex()]) == 0
    assert "1 entry is proved" in capsys.readouterr().out


def test_heads_alone_are_compared(log: Log, save: Callable[[Lines], Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(save(evidence(log)))]) == 0
    assert "each goes on from the one before" in capsys.readouterr().out


def test_every_byte_of_it_counts(log: Log, save: Callable[[Lines], Path]) -> None:
    data = b"".join(evidence(log, 2, 5))
    for at in range(0, len(data), 7):
        for spoiled in (data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], data[:at]):
            assert not verify_file(save([spoiled]), PUBLIC).ok, at


@pytest.mark.parametrize("harm", ["leaf", "index", "path", "size", "no head", "other key", "foreign growth", "cut"])
def test_a_careful_forger_is_found(log: Log, save: Callable[[Lines], Path], harm: str) -> None:
    """Who changes a line corrects the closing line too."""
    (proof,) = proofs(log, 2)
    heads, lines = list(log.heads), [*growths(log)]
    match harm:
        case "leaf":
            proof = msgspec.structs.replace(proof, leaf=log.leaves[1])
        case "index":
            proof = msgspec.structs.replace(proof, index=3)
        case "path":
            proof = msgspec.structs.replace(proof, path=proof.path[1:])
        case "size":
            proof = msgspec.structs.replace(proof, size=4)
        case "no head":
            heads, lines = [], []
        case "other key":
            heads = make_log(secret=bytes(32)).heads
        case "foreign growth":
            lines = [GrowthLine(4, 7, (bytes(32),) * 3)]
        case "cut":
            lines = [GrowthLine(7, 4, ())]
    told = [proof, *lines] if harm != "no head" else [proof]
    assert not verify_file(save(list(write_evidence("epoch-1", PUBLIC, heads, told))), PUBLIC).ok


def test_lines_of_a_log_are_no_evidence_and_the_other_way_round(log: Log, save: Callable[[Lines], Path]) -> None:
    strange = [*evidence(log)[:-1], encode(LeafLine(log.leaves[0])), evidence(log)[-1]]
    assert not verify_file(save(strange)).ok
    own = log.lines()
    assert not verify_file(save([own[0], encode(proofs(log, 2)[0]), *own[1:]])).ok


def test_an_earlier_head_must_be_among_them(log: Log, save: Callable[[Lines], Path]) -> None:
    file = save(evidence(log))
    other = make_log(3)
    assert verify_file(file, PUBLIC, log.heads[:1]).ok
    assert "cannot be compared" in " ".join(verify_file(file, PUBLIC, other.heads).problems)
    assert not verify_file(file, PUBLIC, minimum_size=8).ok


@pytest.mark.parametrize("part", [False, True])
def test_a_bundle_is_believed_whole(log: Log, tmp_path: Path, part: bool, capsys: pytest.CaptureFixture[str]) -> None:
    file = pack(tmp_path / "b.zip", log, part)
    verdict = verify_file(file, PUBLIC, log.heads, 7)
    assert (verdict.ok, verdict.problems, verdict.size) == (True, [], 7)
    assert verdict.leaves == (2 if part else 0)
    assert run([str(file), "--key", PUBLIC.hex()]) == 0
    assert ("2 entries are proved" if part else "untouched") in capsys.readouterr().out
    assert "--key" in zipfile.ZipFile(file).read(bundle.README).decode()


@pytest.mark.parametrize("part", [False, True])
def test_nothing_in_a_bundle_can_be_changed(log: Log, tmp_path: Path, part: bool) -> None:
    """Neither with the manifest left as it was, nor with one that fits."""
    file = pack(tmp_path / "b.zip", log, part)
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    for name in held:
        lines = held[name].splitlines(keepends=True)
        for changed in (b"".join(lines[:-1]), held[name] + b"x"):
            assert not verify_file(_packed(tmp_path, {**held, name: changed}), PUBLIC).ok, name
        assert not verify_file(_packed(tmp_path, {n: d for n, d in held.items() if n != name}), PUBLIC).ok, name
    assert not verify_file(_packed(tmp_path, {**held, "more.txt": b""}), PUBLIC).ok
    manifest = msgspec.json.decode(held[bundle.MANIFEST])
    for field, value in (("size", 9), ("leaves", 1), ("epoch", "other"), ("key", "00" * 32), ("format", 2)):
        forged = msgspec.json.encode({**manifest, field: value})
        assert not verify_file(_packed(tmp_path, {**held, bundle.MANIFEST: forged}), PUBLIC).ok, field


def _packed(folder: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "changed.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return folder / "changed.zip"


def test_a_damaged_archive_is_a_sentence(log: Log, tmp_path: Path) -> None:
    data = pack(tmp_path / "b.zip", log).read_bytes()
    for at in range(4, len(data), 37):
        (tmp_path / "c.zip").write_bytes(data[:at])
        assert not verify_file(tmp_path / "c.zip").ok
        (tmp_path / "c.zip").write_bytes(data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])
        verify_file(tmp_path / "c.zip", PUBLIC)  # some bytes of an archive mean nothing; none may raise


def test_what_was_remembered_finds_a_log_that_was_cut(log: Log, save: Callable[[Lines], Path], tmp_path: Path) -> None:
    """Cut exactly at an older signed head, a log is whole in itself."""
    memory = str(tmp_path / "memory")
    cut = dataclasses.replace(log, leaves=log.leaves[:4], heads=log.heads[:1], sealed=log.sealed[:4]).lines()
    assert run([str(save(cut))]) == 0
    assert run([str(save(log.lines())), "--remember", memory]) == 0
    assert run([str(save(cut)), "--remember", memory]) == 1
    for _ in range(3):
        log.command()
    log.sign()
    assert run([str(save(log.lines())), "--remember", memory]) == 0
    assert run([str(save(evidence(log))), "--remember", memory]) == 0
    assert verify_file(memory).size == 10


def test_a_memory_that_is_none_is_not_overwritten(log: Log, save: Callable[[Lines], Path], tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear auditor")
    assert run([str(save(log.lines())), "--remember", str(other)]) == 2
    assert other.read_text() == "Dear auditor"
    assert run([str(save(log.lines())), "--remember", str(tmp_path / "none" / "file")]) == 2


def test_another_key_than_the_remembered_one_is_found(save: Callable[[Lines], Path], tmp_path: Path) -> None:
    memory = str(tmp_path / "memory")
    assert run([str(save(make_log().lines())), "--remember", memory]) == 0
    assert run([str(save(make_log(secret=bytes(range(32))).lines())), "--remember", memory]) == 1


def test_a_head_by_itself_is_not_a_file_to_verify(log: Log, save: Callable[[Lines], Path]) -> None:
    assert isinstance(decode(head_line(log.heads[0])), HeadLine)
    assert not verify_file(save([head_line(log.heads[0])])).ok
