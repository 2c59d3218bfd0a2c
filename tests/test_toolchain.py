"""What we take for granted of the libraries under us; when one of these fails, nothing else can be trusted."""

from __future__ import annotations

import gc
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent


def _lock() -> dict[str, list[str]]:
    """Name to versions, as requirements.lock pins them (more than one where Python versions differ)."""
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", (ROOT / "requirements.lock").read_text(), re.M):
        pins.setdefault(name, []).append(version)
    return pins


def _declared() -> list[Requirement]:
    """Every requirement of pyproject.toml, of all extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in project["dependencies"] + extras]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_signals_do_not_eat_the_truth() -> None:
    """Some releases of PySide6 took one reference to True with each emit, until the interpreter fell over."""
    from PySide6.QtCore import QObject, Signal

    class Bell(QObject):
        rung = Signal(bool)

    heard: list[bool] = []
    bell = Bell()
    bell.rung.connect(heard.append)
    gc.collect()
    gc.disable()
    try:
        before = sys.getrefcount(True)
        for _ in range(100):
            bell.rung.emit(True)
        heard.clear()
        after = sys.getrefcount(True)
    finally:
        gc.enable()
    assert after >= before


def test_sqlite_is_the_one_we_measured() -> None:
    """One SQLite everywhere, the one inside sqlcipher3: recent, and with full-text search."""
    from sqlcipher3 import dbapi2

    assert dbapi2.sqlite_version_info >= (3, 45)
    connection = dbapi2.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE page USING fts5(words, tokenize='unicode61')")
        connection.execute("INSERT INTO page VALUES ('Grüße aus der Küche')")
        found = connection.execute("SELECT count(*) FROM page WHERE page MATCH 'kuche'").fetchone()
    finally:
        connection.close()
    assert found == (1,)


def test_a_key_makes_the_file_unreadable(tmp_path: Path) -> None:
    """Encryption is in the library, not only its functions' names."""
    from sqlcipher3 import dbapi2

    path = tmp_path / "secret.db"
    connection = dbapi2.connect(str(path))
    try:
        connection.execute(f"PRAGMA key = \"x'{'07' * 32}'\"")
        connection.execute("CREATE TABLE t (words TEXT)")
        connection.execute("INSERT INTO t VALUES ('the customer said')")
        connection.commit()
    finally:
        connection.close()
    assert path.stat().st_size > 0
    assert b"customer" not in path.read_bytes()
    assert not path.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("requirement", _declared(), ids=str)
def test_the_lock_pins_what_is_declared(requirement: Requirement) -> None:
    """Else run `make lock`."""
    versions = _lock().get(_canonical(requirement.name), [])
    assert versions, f"{requirement} is declared, but not in requirements.lock: run `make lock`"
    assert all(requirement.specifier.contains(version) for version in versions)


@pytest.mark.parametrize("requirement", _declared(), ids=str)
def test_what_is_installed_is_what_is_locked(requirement: Requirement) -> None:
    """A test that passes with other versions says nothing about ours."""
    if requirement.marker is not None and not requirement.marker.evaluate():
        with pytest.raises(metadata.PackageNotFoundError):
            metadata.version(requirement.name)
        return
    installed = Version(metadata.version(requirement.name))
    assert str(installed) in _lock()[_canonical(requirement.name)]


def test_the_lock_hashes_everything_and_names_no_machine() -> None:
    """`pip install --require-hashes` takes it as it stands, anywhere."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [index for index, line in enumerate(lines) if line and line[0] not in "# "]
    assert pins
    assert all(lines[index + 1].strip().startswith("--hash=sha256:") for index in pins)
    assert not [line for line in lines if "://" in line or line.startswith(("-", "--"))]
