"""Build the desk for the system this runs on, prove that it starts, and pack it: `make installer`."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST, WORK = ROOT / "dist", ROOT / "build"
SUGGESTIONS = ("assist/*.pack", "mood/*", "numpy/**/*", "*openblas*", "*gfortran*", "*quadmath*")
WINDOW_SECONDS, END_SECONDS = 15.0, 30.0
"""How long it must show its window without an error, and how long it may take to end."""


def build() -> Path:
    """The folder of the program; PyInstaller's own words go to the terminal."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    places = ["--distpath", str(DIST), "--workpath", str(WORK)]
    subprocess.run([*command, *places, str(ROOT / "installers" / "agentdesk.spec")], check=True, cwd=ROOT)
    return DIST / "agentdesk"


def prove(folder: Path) -> None:
    """It says its version, its worker ends with whom it serves, and its window paints. Raises `SystemExit`."""
    program = folder / ("agentdesk.exe" if os.name == "nt" else "agentdesk")
    with tempfile.TemporaryDirectory() as home:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        env = {**kept, "HOME": home, "XDG_DATA_HOME": home, "LOCALAPPDATA": home, "QT_QPA_PLATFORM": "offscreen"}
        said = subprocess.run([program, "--version"], env=env, capture_output=True, text=True, timeout=60, check=True)
        subprocess.run([program, "--worker"], env=env, stdin=subprocess.DEVNULL, timeout=60, check=True)
        window = subprocess.Popen(
            [program, "desk"], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        time.sleep(WINDOW_SECONDS)
        ended = window.poll()
        window.terminate()
        output, _ = window.communicate(timeout=END_SECONDS)
    if ended is not None or "ERROR" in output or "Error" in output:
        sys.exit(f"the program was built but its window does not stand (exit code {ended}):\n{output}")
    print(f"{said.stdout.strip()} starts")


def pack(folder: Path) -> Path:
    """An archive beside the folder, as this system's people unpack them."""
    kind = "gztar" if sys.platform == "linux" else "zip"
    name = f"agentdesk-{platform.system().lower()}-{platform.machine().lower()}"
    return Path(shutil.make_archive(str(DIST / name), kind, folder.parent, folder.name))


def added(folder: Path) -> int:
    """Bytes that suggestions add to the archive: the models, and the arithmetic that only they use."""
    paths = [path for pattern in SUGGESTIONS for path in folder.rglob(pattern) if path.is_file()]
    return sum(len(zlib.compress(path.read_bytes())) for path in paths)


def main() -> int:
    """Build, prove, pack; says where it is and how large."""
    folder = build()
    prove(folder)
    archive = pack(folder)
    large = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{archive.relative_to(ROOT)}: {archive.stat().st_size / 1e6:.0f} MB, unpacked {large / 1e6:.0f} MB")
    print(f"suggestions add {added(folder) / 1e6:.0f} MB to it")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
