"""Whether the system asks for less motion. Qt does not tell, so each system is asked in its own way."""

from __future__ import annotations

import configparser
import plistlib
import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes

_CLIENT_AREA_ANIMATION = 0x1042


def _windows() -> bool:
    if sys.platform == "win32":
        on = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(on), 0)
        return not on.value
    return False


def _mac(home: Path) -> bool:
    try:
        kept = plistlib.loads((home / "Library/Preferences/com.apple.universalaccess.plist").read_bytes())
    except (OSError, ValueError, plistlib.InvalidFileException):
        return False
    return bool(kept.get("reduceMotion"))


def _gtk(config: Path) -> bool:
    """GNOME and KDE both keep this file in step with their own switch for animations."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read([config / "gtk-3.0/settings.ini", config / "gtk-4.0/settings.ini"], "utf-8")
        return parser.get("Settings", "gtk-enable-animations", fallback="1").lower() in ("0", "false")
    except (OSError, ValueError, configparser.Error):
        return False


def reduced(system: str, home: Path, config: Path) -> bool:
    """Whether the person asked this system (as in `sys.platform`) for less motion."""
    if system == "win32":
        return _windows()
    return _mac(home) if system == "darwin" else _gtk(config)
