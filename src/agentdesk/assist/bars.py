"""The bars around the assist worker: no network, no other program. Once they are up nothing in the process lifts them.

Python's audit hook (PEP 578) refuses on every system. On Linux the kernel refuses too, whoever asks, by a filter of
system calls (seccomp, prctl(2)) that every thread inherits.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import sys

if sys.platform != "win32":
    import resource

BARRED = (
    *("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"),
    *("urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib.", "webbrowser.", "ctypes.dlopen", "pty.spawn"),
)
"""What the interpreter tells its hooks by these names is refused."""
MEMORY = 2 * 1024 * 1024 * 1024
"""Of addresses, not of what is in use: numpy reserves more than it touches."""

CALLS = {
    "x86_64": (0xC000003E, (41, 42, 43, 49, 50, 53, 57, 58, 59, 101, 288, 310, 311, 322, 425, 426, 438)),
    "aarch64": (0xC00000B7, (117, 198, 199, 200, 201, 202, 203, 221, 242, 270, 271, 281, 425, 426, 438)),
}
"""Machine: its number (linux/audit.h) and the calls refused: socket and what follows on it, fork, execve, ptrace, reach
into other processes, io_uring (which can do all of these)."""
_X32 = 0x40000000
"""x86_64 has a second numbering from here on: all of it is refused."""


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("size", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def shut() -> tuple[str, ...]:
    """Put them up; the names of those that hold: `kernel` where the system refuses, `hook` where only Python does."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what is in memory is not for a file
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    kernel = _filter_calls()
    sys.addaudithook(_refuse)
    return ("kernel", "hook") if kernel else ("hook",)


def _refuse(event: str, _args: object) -> None:
    if event.startswith(BARRED):
        raise PermissionError(errno.EPERM, f"the assist worker may not do this: {event}")


def _filter_calls() -> bool:
    """Whether the kernel has taken the filter. It allows what it does not name."""
    if not sys.platform.startswith("linux") or platform.machine() not in CALLS:
        return False
    machine, refused = CALLS[platform.machine()]
    steps = _steps(machine, refused)
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, seccomp, by_filter = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(seccomp, by_filter, ctypes.byref(program), 0, 0) == 0)


def _steps(machine: int, refused: tuple[int, ...]) -> list[_Step]:
    """A program for the kernel: load, compare, jump, return (linux/filter.h)."""
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | errno.EPERM
    rest = [_Step(equal, 0, 1, number) for number in refused]
    tests = [step for test in rest for step in (test, _Step(give, 0, 0, deny))]
    return [
        _Step(load, 0, 0, 4), _Step(equal, 1, 0, machine), _Step(give, 0, 0, deny),
        _Step(load, 0, 0, 0), _Step(at_least, 0, 1, _X32), _Step(give, 0, 0, deny),
        *tests, _Step(give, 0, 0, allow),
    ]  # fmt: skip
