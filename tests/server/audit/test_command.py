"""`verify-audit` speaks in sentences and exits 0 for an untouched log only."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.server.audit.conftest import PUBLIC, Log

from agentdesk_server.audit.command import run
from agentdesk_server.audit.lines import head_line

Save = Callable[[list[bytes]], Path]
Output = pytest.CaptureFixture[str]


def pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_an_untouched_log(log: Log, save: Save, capsys: Output) -> None:
    assert run([str(save(log.lines())), "--key", PUBLIC.hex()]) == 0
    said = capsys.readouterr().out
    assert "untouched: 7 leaves" in said
    assert "not pinned" not in said


def test_without_a_key_it_says_so(log: Log, save: Save, capsys: Output) -> None:
    assert run([str(save(log.lines()))]) == 0
    assert "not pinned" in capsys.readouterr().out


@pytest.mark.parametrize(
    "data", [PUBLIC, PUBLIC.hex().encode() + b"\n", pem(Ed25519PublicKey.from_public_bytes(PUBLIC))]
)
def test_the_key_from_a_file(data: bytes, log: Log, save: Save, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(data)
    path = str(save(log.lines()))
    assert run([path, "--key", str(tmp_path / "key")]) == 0
    (tmp_path / "audit.log").write_bytes((tmp_path / "audit.log").read_bytes()[:-1])
    assert run([path, "--key", str(tmp_path / "key")]) == 1


def test_a_foreign_key(log: Log, save: Save, capsys: Output) -> None:
    assert run([str(save(log.lines())), "--key", "00" * 32]) == 1
    assert "not with the key you trust" in capsys.readouterr().out


def test_an_earlier_head_and_a_known_size(log: Log, save: Save, tmp_path: Path, capsys: Output) -> None:
    kept = tmp_path / "head"
    kept.write_bytes(head_line(log.heads[1]))
    path = str(save(log.lines()))
    assert run([path, "--head", str(kept), "--size", "7"]) == 0
    assert run([path, "--size", "8"]) == 1
    log.leaves, log.heads, log.sealed = log.leaves[:4], log.heads[:1], log.sealed[:4]
    path = str(save(log.lines()))
    assert run([path, "--key", PUBLIC.hex()]) == 0
    assert run([path, "--key", PUBLIC.hex(), "--head", str(kept)]) == 1
    assert "cut off" in capsys.readouterr().out


def test_arguments_without_sense(log: Log, save: Save, tmp_path: Path, capsys: Output) -> None:
    path = str(save(log.lines()))
    (tmp_path / "junk").write_bytes(b"junk")
    (tmp_path / "pem").write_bytes(b"-----BEGIN PUBLIC KEY-----\njunk\n")
    foreign = X25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "kind").write_bytes(foreign)
    for wrong in (
        [],
        [path, "--size", "many"],
        [path, "--size", "-5"],
        [path, "--unknown"],
        *(
            [path, option, str(tmp_path / name)]
            for option in ("--key", "--head")
            for name in ("junk", "none", "pem", "kind")
        ),
        [path, "--key", "nul\0"],
    ):
        assert run(wrong) == 2
        assert capsys.readouterr().err
    assert run(["--help"]) == 0


def test_what_is_wrong_is_said(log: Log, save: Save, tmp_path: Path, capsys: Output) -> None:
    """A key that is none is no missing file, and a file that is missing is no log that was touched."""
    path = str(save(log.lines()))
    assert run([path, "--key", "zz"]) == 2
    assert "--key is neither 64 hex digits nor a file with an Ed25519 public key" in capsys.readouterr().err
    assert run([str(tmp_path / "nowhere.jsonl"), "--key", PUBLIC.hex()]) == 2
    said = capsys.readouterr()
    assert "nowhere.jsonl cannot be read: No such file or directory." in said.err
    assert said.out == ""


def test_it_needs_no_server(log: Log, save: Save) -> None:
    code = (
        "import sys; from agentdesk_server.audit.command import run; "
        "assert not {'socket', 'asyncio', 'sqlalchemy', 'starlette', 'uvicorn'} & set(sys.modules), 'too much'; "
        "sys.exit(run(sys.argv[1:]))"
    )
    path = str(save(log.lines()))
    ended = subprocess.run([sys.executable, "-c", code, path, "--key", PUBLIC.hex()], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "untouched" in ended.stdout
