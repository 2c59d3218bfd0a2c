"""A real keyring of one's own: GNOME's, over a private session bus, with a password that only tests know."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType

import pytest

TOOLS = ("dbus-run-session", "gnome-keyring-daemon")
HIDDEN = {"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL", "PYTHON_KEYRING_BACKEND"}
BEGIN = (
    "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
    ' && echo "$DBUS_SESSION_BUS_ADDRESS" && exec cat'
)
PID = """
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
with open_dbus_connection("SESSION") as line:
    asked = new_method_call(bus, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",))
    print(line.send_and_get_reply(asked).body[0])
"""
LOCK = "import secretstorage; secretstorage.get_default_collection(secretstorage.dbus_init()).lock()"


def surroundings(home: Path) -> dict[str, str]:
    """The environment of a program that sees nothing of whoever runs the tests, and leaves all it leaves in `home`."""
    places = {
        name: home / folder
        for name, folder in (
            ("HOME", "."), ("TMPDIR", "tmp"), ("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"), ("XDG_STATE_HOME", "state"), ("XDG_RUNTIME_DIR", "run"),
        )
    }  # fmt: skip
    for place in places.values():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    return kept | {name: str(place.resolve()) for name, place in places.items()}


class Ring:
    """`env` is for programs that are to use it. `lock` and `kill` are what happens to keyrings."""

    def __init__(self, home: Path) -> None:
        for tool in TOOLS:
            if not shutil.which(tool):
                pytest.skip(f"NOT TESTED: no real keyring on this machine, {tool} is missing")
        self.env = surroundings(home)
        command = ["dbus-run-session", "--", "sh", "-c", BEGIN]
        pipe = subprocess.PIPE
        self._session = subprocess.Popen(command, env=self.env, stdin=pipe, stdout=pipe, text=True)
        assert self._session.stdout is not None
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._session.stdout.readline().strip()

    def __enter__(self) -> Ring:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        assert self._session.stdin is not None
        assert self._session.stdout is not None
        self._session.stdin.close()
        self._session.wait(30)
        self._session.stdout.close()

    def run(self, script: str, *arguments: str) -> str:
        """Run a script that uses this keyring; returns what it prints."""
        command = [sys.executable, "-c", script, *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def lock(self) -> None:
        """As after a while without a touch; nobody is there who could unlock it."""
        self.run(LOCK)

    def unlock(self) -> None:
        """The person has signed in to the computer again."""
        command = ["gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets", "--daemonize"]
        subprocess.run(command, env=self.env, input="password", text=True, capture_output=True, timeout=60, check=True)

    def kill(self) -> None:
        """It goes away in the middle of things."""
        found = subprocess.run([sys.executable, "-c", PID], env=self.env, capture_output=True, text=True, timeout=60)
        if found.returncode == 0:
            os.kill(int(found.stdout), signal.SIGKILL)
