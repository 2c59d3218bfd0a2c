"""Posture: what this computer's own system tells about its disk, its screen lock and itself; the rest is unknown."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path
from typing import Literal

from agentdesk.protocol.frames import DeviceReport

Known = Literal["yes", "no", "unknown"]
SECONDS = 5
"""A tool that has not answered by then is not waited for."""


def posture(app: str) -> DeviceReport:
    """Look, which may take seconds: never on Qt's thread or the loop's. What cannot be read is unknown."""
    look = {"linux": _linux, "darwin": _mac, "win32": _windows}.get(sys.platform)
    system, disk, lock = look() if look is not None else (platform.system(), None, None)
    return DeviceReport(app=app[:100], system=system[:200], disk=_word(disk), lock=_word(lock))


def _word(known: bool | None) -> Known:
    return "unknown" if known is None else "yes" if known else "no"


def _said(*command: str) -> str | None:
    """What a tool says; None if there is none, or it fails."""
    try:
        done = subprocess.run(  # noqa: S603 fixed commands of the system's own
            command, capture_output=True, text=True, timeout=SECONDS, check=True, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


# --- Linux ---


def _linux() -> tuple[str, bool | None, bool | None]:
    return (
        os_release(Path("/etc/os-release")),
        root_encrypted(Path("/proc/self/mountinfo"), Path("/sys")),
        _linux_lock(),
    )


def os_release(path: Path) -> str:
    """The system's name and version, as it calls itself."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.system()
    told = dict(line.split("=", 1) for line in lines if "=" in line)
    return told.get("PRETTY_NAME", platform.system()).strip().strip('"')


def root_encrypted(mountinfo: Path, sys_folder: Path) -> bool | None:
    """Whether the file system that holds the root lies on dm-crypt, however many layers (LVM, RAID) are between."""
    try:
        fields = [line.split() for line in mountinfo.read_text().splitlines()]
        device = next(one[2] for one in reversed(fields) if len(one) > 4 and one[4] == "/")
        return _on_crypt((sys_folder / "dev" / "block" / device).resolve(strict=True), 0)
    except (OSError, StopIteration):
        return None  # an overlay, a network, a container: the system does not say


def _on_crypt(block: Path, depth: int) -> bool | None:
    """All that a block device lies on must be encrypted."""
    name = block / "dm" / "uuid"
    if name.exists() and name.read_text().startswith("CRYPT-"):
        return True
    below = sorted((block / "slaves").iterdir()) if (block / "slaves").is_dir() else []
    if depth > 8 or not below:
        return False
    return all(_on_crypt(one.resolve(), depth + 1) for one in below)


def _linux_lock() -> bool | None:
    enabled = _said("gsettings", "get", "org.gnome.desktop.screensaver", "lock-enabled")
    idle = _said("gsettings", "get", "org.gnome.desktop.session", "idle-delay")
    if enabled not in ("true", "false") or idle is None:
        return None
    return enabled == "true" and idle.rpartition(" ")[2] != "0"


# --- macOS ---


def _mac() -> tuple[str, bool | None, bool | None]:
    version, vault = _said("sw_vers", "-productVersion"), _said("fdesetup", "isactive")
    lock = _said("sysadminctl", "-screenLock", "status")
    system = f"macOS {version}" if version else "macOS"
    disk = {"true": True, "false": False}.get(vault or "")
    return system, disk, None if not lock else "is off" not in lock.lower()


# --- Windows ---


def _windows() -> tuple[str, bool | None, bool | None]:
    status = _said("manage-bde", "-status", "C:", "-protectionaserrorlevel")
    disk = None if status is None else True  # it exits with 0 only where protection is on
    keys = (r"HKCU\Control Panel\Desktop", r"HKCU\Software\Policies\Microsoft\Windows\Control Panel\Desktop")
    told = [_said("reg", "query", key, "/v", "ScreenSaverIsSecure") for key in keys]
    known = [one.split()[-1] == "1" for one in told if one]
    return f"Windows {platform.version()}", disk, any(known) if known else None
