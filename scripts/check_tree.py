"""No tracked file may name a path of one machine or a package registry: each one that does is listed with its line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Written in pieces, so that this file does not find itself.
_HOSTS = (
    *("pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "npmjs" + ".com", "crates" + ".io"),
    *("anaconda" + ".org", "deb.debian" + ".org", "proxy.golang" + ".org", "test.pypi" + ".org"),
)
_FOLDERS = ("work", "root", "opt/pypi", "opt/wheels", "opt/hostedtoolcache", "mnt/data", "tmp/brief", "tmp/bash_jobs")
_HOMES = (r"/" + r"home/[a-z][\w.-]*/", r"/" + r"Users/[A-Za-z][\w.-]*/", r"[A-Z]:\\+" + r"Users\\+\w")

_BEFORE = r"(?:(?<![\w./<}~-])|(?<=file://))"  # where a path begins: "https://host/work/" and "</work>" hold none
PATTERNS = {
    "a path of one machine": re.compile(
        "|".join([*(rf"{_BEFORE}/{folder}/" for folder in _FOLDERS), *(_BEFORE + home for home in _HOMES)])
    ),
    "a package registry": re.compile("|".join(rf"(?<![\w-]){re.escape(host)}\b" for host in _HOSTS), re.IGNORECASE),
}


def tracked() -> list[Path]:
    """What git would commit, new files included."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603 our own words
    return [ROOT / name for name in listed.decode().split("\0") if name]


def findings(text: str) -> list[tuple[int, str, str]]:
    """Line, kind and words of all that should not be there."""
    return [
        (number, kind, found.group())
        for number, line in enumerate(text.splitlines(), 1)
        for kind, pattern in PATTERNS.items()
        for found in pattern.finditer(line)
    ]


def main() -> int:
    """Look through every tracked file, pictures and other bytes included."""
    files = [path for path in tracked() if path.is_file()]
    breaches = [
        f"{path.relative_to(ROOT)}:{number}: {kind}: {words}"
        for path in files
        for number, kind, words in findings(path.read_bytes().decode("utf-8", "replace"))
    ]
    print("\n".join([*breaches, f"{len(files)} files, {len(breaches)} that name a machine or a registry"]))
    return bool(breaches)


if __name__ == "__main__":
    sys.exit(main())
