"""A sudden end: no image of memory reaches the disk, and the places in the program are told at the next start."""

from __future__ import annotations

import faulthandler
import os
import re
import sys
from pathlib import Path
from typing import BinaryIO

from agentdesk.desk.bugreport import short

if sys.platform != "win32":
    import resource

FILE = "crash.txt"
MOST = 64 * 1024
_HEAD = re.compile(r"^(Fatal Python error|Windows fatal exception): [\w .()-]{1,100}$")
_THREAD = re.compile(r"^((Current )?[Tt]hread) 0x[0-9a-f]+ .*most recent call first\):$")
_PLACE = re.compile(r'^  File "([^"\n]+)", line (\d+) in (\S+)$')
DUMPED = Path("/proc/self/coredump_filter")
"""Linux: which parts of the memory go into a dump that is handed to a program, for which there is no limit."""


def keep_memory_off_the_disk() -> None:
    """What is encrypted on the disk lies in the clear in memory: the system writes no dump of it when we crash.

    Windows and macOS write none unless an administrator has asked for it.
    """
    if sys.platform == "win32":
        return
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    try:
        DUMPED.write_text("0")
    except OSError:  # another system than Linux, or one that allows none of it
        return


class LastWords:
    """Notes where the program was when it ended by a fault of its own: names of files and functions, no values.

    One for each folder that only this process uses.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._file: BinaryIO | None = None

    def take(self) -> str:
        """What the last run said at its end, empty if it ended well; told once."""
        try:
            with self._path.open("rb") as file:
                said = file.read(MOST).decode("utf-8", "replace")
            self._path.unlink()
        except OSError:
            return ""
        return "\n".join(filter(None, map(_told, said.splitlines())))

    def watch(self) -> None:
        """From now on. Where nothing can be written, nothing is noted."""
        try:
            self._file = os.fdopen(os.open(self._path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb")
        except OSError:
            return
        faulthandler.enable(self._file)

    def close(self) -> None:
        """The program ends well."""
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            self._path.unlink(missing_ok=True)


def _told(line: str) -> str:
    """A line that names places, without the folders that lead there; whatever else stands in the file is not told."""
    place = _PLACE.match(line)
    if place is not None:
        return f"  {short(place[1])}:{place[2]} {place[3]}"
    thread = _THREAD.match(line)
    return line if _HEAD.match(line) else f"{thread[1]}:" if thread is not None else ""
