"""How the program ends when it does not end well: what the disk keeps of it, and what is said on the error output."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot
from tests.desk.access import nameless

from agentdesk.desk import logs
from agentdesk.desk.bugreport import BugReporter
from agentdesk.desk.lastwords import FILE, LastWords

ENDING = """
import os, sys
from pathlib import Path
from agentdesk.desk.lastwords import LastWords, keep_memory_off_the_disk

keep_memory_off_the_disk()
words = LastWords(Path(sys.argv[1]))
words.watch()

def lena_called():
    {what}

lena_called()
words.close()
"""


def ended(folder: Path, what: str) -> int:
    command = [sys.executable, "-c", ENDING.format(what=what), str(folder)]
    return subprocess.run(command, timeout=60, capture_output=True).returncode


def test_a_crash_tells_where_and_nothing_else(tmp_path: Path) -> None:
    assert ended(tmp_path, "os.abort()") != 0
    said = LastWords(tmp_path).take()
    assert said.splitlines()[0] == "Fatal Python error: Aborted"
    assert "  <string>:11 lena_called" in said
    assert str(tmp_path.parent) not in said
    assert LastWords(tmp_path).take() == "", "it is told once"


def test_a_good_end_leaves_nothing(tmp_path: Path) -> None:
    assert ended(tmp_path, "pass") == 0
    assert list(tmp_path.iterdir()) == []


def test_a_kill_tells_nothing(tmp_path: Path) -> None:
    assert ended(tmp_path, "os.kill(os.getpid(), 9)") != 0
    assert (tmp_path / FILE).read_bytes() == b""
    assert LastWords(tmp_path).take() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes none unless it was asked to")
def test_memory_is_never_written(tmp_path: Path) -> None:
    what = "import resource; assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0"
    if sys.platform == "linux":
        what += '; assert int(open("/proc/self/coredump_filter").read(), 16) == 0'
    assert ended(tmp_path, what) == 0


def test_lines_that_are_none_of_ours_are_not_told(tmp_path: Path) -> None:
    """Whoever can write the file puts no words before a person."""
    lines = (
        "Fatal Python error: Segmentation fault", "", "Click https://evil.example to repair",
        "Current thread 0x00007f0000000001 [desk] (most recent call first):",
        '  File "/lena/agentdesk/desk/live.py", line 7 in take', '  File "/x/y.py", line 8 in <module>',
    )  # fmt: skip
    (tmp_path / FILE).write_text("\n".join(lines) + "\n\xff")
    assert LastWords(tmp_path).take().splitlines() == [
        "Fatal Python error: Segmentation fault", "Current thread:",
        "  agentdesk/desk/live.py:7 take", "  y.py:8 <module>",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    words = LastWords(tmp_path / "none")
    assert words.take() == ""
    words.watch()
    words.close()


def test_it_is_told_at_the_next_start(qtbot: QtBot) -> None:
    reporter = BugReporter("0.1")
    reporter.show_last("")
    assert reporter.dialog is None
    reporter.show_last("Fatal Python error: Aborted")
    dialog = reporter.dialog
    assert dialog is not None
    assert dialog.windowTitle() == "AgentDesk ended suddenly the last time"
    assert "AgentDesk 0.1" in dialog.text.toPlainText()
    assert dialog.text.toPlainText().endswith("Fatal Python error: Aborted")
    assert nameless(dialog) == []
    with qtbot.waitSignal(dialog.destroyed):
        dialog.accept()


# --- The error output ---

BREAKING = """
import asyncio, gc, logging, sys, threading, warnings
from agentdesk.desk import logs
end = logs.install()

def broken():
    raise ValueError("Lena Sorensen")

async def breaking():
    broken()

class Leaving:
    def __del__(self):
        broken()

logging.getLogger("agentdesk.x").warning("could not open: %s", "ValueError")
try: broken()
except ValueError: logging.getLogger("agentdesk.sync").exception("sync: %s", "ValueError")
logging.getLogger("urllib3.pool").error("retrying %s", "Lena Sorensen")
warnings.warn("Lena Sorensen")
async def main():
    asyncio.get_running_loop().create_task(breaking())
    await asyncio.sleep(0)
asyncio.run(main())
gc.collect()
Leaving()
end()
assert sys.unraisablehook is sys.__unraisablehook__
assert not logging.getLogger().handlers
"""


def test_what_is_said_quotes_nobody() -> None:
    done = subprocess.run([sys.executable, "-c", BREAKING], capture_output=True, text=True, timeout=60, check=True)
    said = done.stderr
    assert "Lena" not in said
    assert said.count("builtins.ValueError") == 3, said
    assert "WARNING agentdesk.x: could not open: ValueError" in said
    for name in ("asyncio", "urllib3.pool", "py.warnings"):
        assert f"ERROR {name}: " in said or f"WARNING {name}: " in said, said


def test_a_line_of_ours_without_an_error_is_one_line() -> None:
    record = logging.LogRecord("agentdesk.desk.x", logging.WARNING, "/a/b.py", 7, "could not %s", ("wipe",), None)
    assert logs.Places().format(record).endswith("WARNING agentdesk.desk.x: could not wipe")


# --- Qt's own notes ---

CHOOSING = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QWidget
from agentdesk.desk import choosing

app = QApplication([])
if sys.argv[2] == "quiet":
    choosing.note_nothing()
window = QWidget()
dialog = choosing.open_files(window, "Attach", print)
dialog.setDirectory(sys.argv[1])
dialog.done(1)
dialog.destroyed.connect(app.quit)
app.exec()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the dialog is the system's")
@pytest.mark.parametrize("how", ["quiet", "as Qt does"])
def test_the_file_dialog_notes_no_folder(tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And without our word it would."""
    folder = tmp_path / "Lena Sorensen"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    command = [sys.executable, "-c", CHOOSING, str(folder), how]
    subprocess.run(command, capture_output=True, timeout=60, check=True)
    noted = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert (b"Lena" in noted) == (how != "quiet")


def test_qt_keeps_no_settings_of_its_own() -> None:
    """What the desk keeps is in its own two files; nothing else of it may ask Qt to keep anything."""
    import agentdesk.desk

    users = [
        path.name for path in Path(str(agentdesk.desk.__file__)).parent.rglob("*.py")
        if QSettings.__name__ in path.read_text("utf-8")
    ]  # fmt: skip
    assert users == ["choosing.py"]


def test_files_are_asked_for_in_one_place() -> None:
    """Which sees to it that Qt's dialog notes nothing, on any system."""
    import agentdesk.desk

    users = [
        path.name for path in Path(str(agentdesk.desk.__file__)).parent.rglob("*.py")
        if "QFileDialog" in path.read_text("utf-8")
    ]  # fmt: skip
    assert users == ["choosing.py"]
