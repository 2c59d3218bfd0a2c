"""Staged attachments: whole or not there, and no byte of them readable or changed unseen."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from agentdesk.store import staging
from agentdesk.store.staging import CHUNK, MOST_BYTES, Damaged, StagedFile, Staging, TooLarge

KEY = bytes(range(32))
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17]


@pytest.fixture
def stage(tmp_path: Path) -> Staging:
    """An empty folder."""
    return Staging(tmp_path / "staging", KEY)


def some(size: int) -> bytes:
    """Bytes that differ from chunk to chunk."""
    return b"".join(hashlib.sha256(b"%d" % i).digest() for i in range(size // 32 + 1))[:size]


def digest(data: bytes) -> str:
    """How the bytes are named everywhere."""
    return hashlib.sha256(data).hexdigest()


def only(tmp_path: Path) -> Path:
    """The one file on the disk."""
    (path,) = (tmp_path / "staging").iterdir()
    return path


@pytest.mark.parametrize("size", SIZES)
def test_what_went_in_comes_out(stage: Staging, size: int) -> None:
    data = some(size)
    staged = stage.stage(data, "photo.png")
    assert staged == StagedFile(digest(data), size, "image/png", "photo.png")
    assert b"".join(stage.read(staged.digest)) == data


def test_a_file_is_taken_in(stage: Staging, tmp_path: Path) -> None:
    path = tmp_path / "Größe – 大.pdf"
    path.write_bytes(some(100_000))
    staged = stage.stage(path)
    assert (staged.name, staged.type, staged.size) == ("Größe – 大.pdf", "application/pdf", 100_000)
    path.unlink()
    assert b"".join(stage.read(staged.digest)) == some(100_000)


@pytest.mark.parametrize(
    ("name", "given_type", "media_type"),
    [("a.txt", "", "text/plain"), ("noext", "", "application/octet-stream"), ("a.txt", "image/webp", "image/webp")],
)
def test_the_type_is_said_or_guessed(stage: Staging, name: str, given_type: str, media_type: str) -> None:
    assert stage.stage(b"x", name, given_type).type == media_type


def test_no_name_is_too_odd(stage: Staging) -> None:
    long = stage.stage(b"x", "𝄞" * 400, "𝄞" * 400)
    assert stage.about(long.digest) == long
    odd = stage.stage(b"y", "caf\udce9.txt")
    assert odd.name == "caf?.txt"


def test_it_is_there_after_a_restart(stage: Staging, tmp_path: Path) -> None:
    first, second = stage.stage(b"one", "1.txt"), stage.stage(b"two", "2.txt")
    again = Staging(tmp_path / "staging", KEY)
    assert {one.digest: one for one in again.waiting()} == {first.digest: first, second.digest: second}
    assert again.about(first.digest) == first
    assert again.about(digest(b"three")) is None


def test_the_same_bytes_are_kept_once(stage: Staging) -> None:
    stage.stage(b"same", "a.txt")
    stage.stage(b"same", "b.txt")
    assert [one.name for one in stage.waiting()] == ["b.txt"]


def test_removing(stage: Staging, tmp_path: Path) -> None:
    staged = stage.stage(b"x")
    assert stage.remove(staged.digest)
    assert not stage.remove(staged.digest)
    assert list((tmp_path / "staging").iterdir()) == []
    with pytest.raises(Damaged, match="attach it again"):
        list(stage.read(staged.digest))


def test_the_disk_tells_nothing(stage: Staging, tmp_path: Path) -> None:
    data = b"the parcel is in the blue barn " * 5000
    staged = stage.stage(data, "barn.txt")
    path = only(tmp_path)
    found = path.read_bytes()
    assert b"blue barn" not in found
    assert b"barn.txt" not in found
    assert staged.digest not in path.name  # who has the file elsewhere could look for it
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_two_files_are_sealed_alike(stage: Staging, tmp_path: Path) -> None:
    stage.stage(b"x" * 100)
    first = only(tmp_path).read_bytes()
    stage.stage(b"x" * 100)
    second = only(tmp_path).read_bytes()
    assert len({first[8:47], second[8:47]}) == 2
    assert first[47:200] != second[47:200]


@pytest.mark.parametrize("size", [1, CHUNK, 2 * CHUNK + 5])
def test_a_cut_end_is_found(stage: Staging, tmp_path: Path, size: int) -> None:
    staged = stage.stage(some(size))
    whole = only(tmp_path).read_bytes()
    sealed, head = CHUNK + 16, len(whole) - size - 16 * -(-size // CHUNK)
    ends = {0, 5, 46, 47, 1000, head - 1, head, len(whole) - 1, len(whole) - 16, *range(head, len(whole), sealed)}
    for end in ends:
        only(tmp_path).write_bytes(whole[:end])
        with pytest.raises(Damaged):
            list(stage.read(staged.digest))


def test_a_changed_byte_is_found(stage: Staging, tmp_path: Path) -> None:
    staged = stage.stage(some(2 * CHUNK))
    whole = only(tmp_path).read_bytes()
    for place in (0, 8, 40, 47, 500, 2500, CHUNK, len(whole) - 1):
        changed = bytearray(whole)
        changed[place] ^= 1
        only(tmp_path).write_bytes(changed)
        with pytest.raises(Damaged):
            list(stage.read(staged.digest))


def test_swapped_repeated_and_added_parts_are_found(stage: Staging, tmp_path: Path) -> None:
    staged = stage.stage(some(3 * CHUNK))
    whole = only(tmp_path).read_bytes()
    sealed = CHUNK + 16
    head, one, two, three = whole[: -3 * sealed], *(whole[-n * sealed :][:sealed] for n in (3, 2, 1))
    assert head + one + two + three == whole
    for parts in (
        [two, one, three],
        [one, two, two, three],
        [one, three],
        [one, two, three, three],
        [one, two, three, b"x"],
    ):
        only(tmp_path).write_bytes(head + b"".join(parts))
        with pytest.raises(Damaged):
            list(stage.read(staged.digest))


def test_one_file_is_not_taken_for_another(stage: Staging, tmp_path: Path) -> None:
    wanted, other = stage.stage(b"wanted"), stage.stage(b"other!")
    os.replace(stage._path(other.digest), stage._path(wanted.digest))
    with pytest.raises(Damaged):
        list(stage.read(wanted.digest))
    assert stage.waiting() == []


def test_another_key_finds_nothing(stage: Staging, tmp_path: Path) -> None:
    staged = stage.stage(b"x")
    other = Staging(tmp_path / "staging", bytes(32))
    assert other.waiting() == []
    assert other.about(staged.digest) is None


def test_what_a_crash_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Staging(tmp_path / "staging", KEY)
    (tmp_path / "staging" / "0123.part").write_bytes(b"half")
    kept = stage.stage(b"x")
    assert Staging(tmp_path / "staging", KEY).waiting() == [kept]
    assert not list((tmp_path / "staging").glob("*.part"))


def test_what_fails_leaves_nothing(stage: Staging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        stage.stage(b"x")
    assert list((tmp_path / "staging").iterdir()) == []


def test_too_large_is_said_in_a_sentence(stage: Staging, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(TooLarge, match=r"^film\.mp4 is larger than 50 MB"):
        stage.stage(path)
    assert list((tmp_path / "staging").iterdir()) == []


def test_the_largest_is_taken(stage: Staging, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "MOST_BYTES", 2 * CHUNK)
    assert stage.stage(some(2 * CHUNK)).size == 2 * CHUNK
    with pytest.raises(TooLarge, match="This file is larger"):
        stage.stage(some(2 * CHUNK + 1))


def test_only_files_are_taken(stage: Staging, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.txt", Path(os.devnull)):
        with pytest.raises(FileNotFoundError):
            stage.stage(path)
