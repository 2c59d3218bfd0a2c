"""Posture: what the system tells is told, and nothing else is claimed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agentdesk.protocol.frames import DeviceReport
from agentdesk.sync import posture as module
from agentdesk.sync.posture import os_release, posture, root_encrypted


def block(sys_folder: Path, number: str, name: str, uuid: str = "", *slaves: str) -> None:
    """A block device as /sys shows it."""
    real = sys_folder / "devices" / name
    (real / "slaves").mkdir(parents=True)
    (sys_folder / "dev" / "block").mkdir(parents=True, exist_ok=True)
    (sys_folder / "dev" / "block" / number).symlink_to(real)
    if uuid:
        (real / "dm").mkdir()
        (real / "dm" / "uuid").write_text(uuid + "\n")
    for slave in slaves:
        (real / "slaves" / slave).symlink_to(sys_folder / "devices" / slave)


def mounts(folder: Path, device: str) -> Path:
    path = folder / "mountinfo"
    path.write_text(f"21 1 0:19 / /proc rw - proc proc rw\n29 1 {device} / / rw,relatime - ext4 /dev/x rw\n")
    return path


def test_a_root_on_a_plain_disk(tmp_path: Path) -> None:
    block(tmp_path / "sys", "259:2", "nvme0n1p2")
    assert root_encrypted(mounts(tmp_path, "259:2"), tmp_path / "sys") is False


def test_a_root_on_an_encrypted_disk(tmp_path: Path) -> None:
    """Directly, and with LVM above the encryption."""
    block(tmp_path / "sys", "259:2", "nvme0n1p2")
    block(tmp_path / "sys", "254:0", "dm-0", "CRYPT-LUKS2-abc-root", "nvme0n1p2")
    block(tmp_path / "sys", "254:1", "dm-1", "LVM-xyz", "dm-0")
    for device in ("254:0", "254:1"):
        assert root_encrypted(mounts(tmp_path, device), tmp_path / "sys") is True


def test_half_encrypted_is_not_encrypted(tmp_path: Path) -> None:
    block(tmp_path / "sys", "259:2", "a")
    block(tmp_path / "sys", "259:3", "b")
    block(tmp_path / "sys", "254:0", "dm-0", "CRYPT-LUKS2-abc", "a")
    block(tmp_path / "sys", "254:1", "dm-1", "LVM-xyz", "dm-0", "b")
    assert root_encrypted(mounts(tmp_path, "254:1"), tmp_path / "sys") is False


def test_what_the_system_does_not_say_is_unknown(tmp_path: Path) -> None:
    assert root_encrypted(mounts(tmp_path, "0:42"), tmp_path / "sys") is None
    assert root_encrypted(tmp_path / "nothing", tmp_path) is None
    (tmp_path / "empty").write_text("")
    assert root_encrypted(tmp_path / "empty", tmp_path) is None


def test_the_name_of_the_system(tmp_path: Path) -> None:
    path = tmp_path / "os-release"
    path.write_text('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n\nBROKEN\n')
    assert os_release(path) == "Debian GNU/Linux 13 (trixie)"
    assert os_release(tmp_path / "none")


def test_a_system_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "plan9")
    found = posture("desk 1")
    assert (found.app, found.disk, found.lock) == ("desk 1", "unknown", "unknown")


LOCKS: list[tuple[tuple[str | None, str | None], bool | None]] = [
    (("true", "uint32 300"), True),
    (("true", "uint32 0"), False),
    (("false", "uint32 300"), False),
    ((None, None), None),
]


@pytest.mark.parametrize(("said", "lock"), LOCKS)
def test_the_screen_lock(
    monkeypatch: pytest.MonkeyPatch, said: tuple[str | None, str | None], lock: bool | None
) -> None:
    answers = iter(said)
    monkeypatch.setattr(module, "_said", lambda *_: next(answers))
    assert module._linux_lock() is lock


def test_here() -> None:
    """Whatever this is: it answers, and within its limits."""
    assert isinstance(posture("x" * 500), DeviceReport)
    assert module._said("there-is-no-such-tool-here") is None
