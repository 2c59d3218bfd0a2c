"""Which passwords are refused: guessed by words and rules, walked over the keyboard, leaked."""

from __future__ import annotations

import hashlib
import os
import random
from pathlib import Path

import pytest
from tests.server.running import PATIENCE, Process

from agentdesk_server.core import CannotStart
from agentdesk_server.gate.breached import ENV, Breached, breached_list
from agentdesk_server.gate.guessed import guessable
from agentdesk_server.gate.passwords import WeakPassword, check_password

_GUESSED = """
1234567890 12345678910 0123456789 0987654321 1q2w3e4r5t qwertyuiop qwertzuiop qwerty1234 Qwertz123456! 1qaz2wsx3edc
password12 PASSWORD123 p@ssw0rd123 P@$$w0rd2024!! passwort1234 letmein123 welcome1234 iloveyou123 administrator
changeme123 changemenow $unshine1999 princess123 Summer2024!! abcdefghijk abcd123456 1122334455 123qweasdzxc zaq12wsxcde
agentdesk123 supportdesk testtest123 trustno1trustno1 correcthorsebatterystaple 19.08.1984-12 aaaaaaaaaaaa
Sommer-Sonne-22 abcabcabcabc 00491721234567 drag0ndrag0n
"""
GOOD = ["correct pony battery", "ünïcödé 雪の山を越えて", "blue-kettle-42-moth", "xK9#pQ2vLm", "雪の山を越えて行こう"]


@pytest.mark.parametrize("password", _GUESSED.split())
def test_a_common_word_stays_common_in_disguise(password: str) -> None:
    assert guessable(password)
    with pytest.raises(WeakPassword, match="Choose another one"):
        check_password(password)


@pytest.mark.parametrize("password", GOOD)
def test_what_nobody_lists_is_taken(password: str) -> None:
    assert not guessable(password)
    check_password(password, "Mina Berg", "mina@example.com")


def test_random_passwords_are_not_refused() -> None:
    """The rules must not bite what a password manager makes."""
    dice = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#%&*+-=?@_"
    made = ["".join(dice.choices(letters, k=14)) for _ in range(2_000)]
    assert [one for one in made if guessable(one)] == []


@pytest.mark.parametrize("password", ["mina-berg-99", "Mina.Berg2024", "2024minaberg!!", "berg.mina1!"])
def test_ones_own_name_with_numbers_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword, match="own name"):
        check_password(password, "Mina Berg", "berg.mina@example.com")


@pytest.fixture
def leaked(tmp_path: Path) -> Path:
    """A list of 3,000 leaked passwords in the form in which they are published."""
    digests = sorted(hashlib.sha1(f"leaked phrase {i}".encode()).hexdigest().upper() for i in range(3_000))
    path = tmp_path / "leaked.txt"
    path.write_bytes(b"".join(f"{digest}:{i}\r\n".encode() for i, digest in enumerate(digests)))
    return path


def test_every_line_of_a_list_is_found_and_nothing_else(leaked: Path) -> None:
    listed = Breached(leaked)
    assert all(listed.has(f"leaked phrase {i}") for i in range(3_000))
    assert not any(listed.has(f"other phrase {i}") for i in range(3_000))
    with pytest.raises(WeakPassword, match="leaked"):
        check_password("leaked phrase 17", breached=listed)


def test_prefixes_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "short.txt"
    path.write_text("\n".join(sorted(hashlib.sha1(f"phrase {i}".encode()).hexdigest()[:12] for i in range(500))))
    listed = Breached(path)
    assert all(listed.has(f"phrase {i}") for i in range(500))
    assert not any(listed.has(f"other {i}") for i in range(500))


def test_a_list_that_has_gone_lets_no_password_in(leaked: Path) -> None:
    listed = Breached(leaked)
    leaked.unlink()
    with pytest.raises(WeakPassword, match="cannot be read"):
        check_password("xK9#pQ2vLm", breached=listed)


@pytest.mark.parametrize("content", [b"", b"password\nletmein\n", b"\x00" * 5_000])
def test_what_is_no_list_is_not_taken_for_one(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(content)
    with pytest.raises(CannotStart, match="no sorted list"):
        Breached(path)
    with pytest.raises(CannotStart, match="cannot be read"):
        Breached(tmp_path / "missing.txt")


def test_the_operator_names_it_in_the_environment(leaked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV, str(leaked))
    breached_list.cache_clear()
    try:
        with pytest.raises(WeakPassword, match="leaked"):
            check_password("leaked phrase 2999")
    finally:
        breached_list.cache_clear()


def test_a_server_does_not_start_with_a_wrong_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, ENV, str(tmp_path / "missing.txt"))
    server = Process(tmp_path / "data")
    _, errors = server.process.communicate(timeout=PATIENCE)
    assert server.process.returncode == 1
    assert "AGENTDESK_BREACHED_FILE" in errors
