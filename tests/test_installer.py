"""What an installer must bring along: the files that the desk reads. `make installer` proves that one starts."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from agentdesk.assist import packs

ROOT = Path(__file__).resolve().parent.parent
SPEC = ast.parse((ROOT / "installers" / "agentdesk.spec").read_text())


def _told(name: str) -> ast.expr:
    return next(n.value for n in SPEC.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == name)


def test_the_files_that_the_desk_reads_are_in_it() -> None:
    named = re.compile(r"""\bresource(?:_or_none)?\(f?["']([a-z_0-9]+)""")
    read = {found for path in (ROOT / "src").rglob("*.py") for found in named.findall(path.read_text("utf-8"))}
    read |= {packs.EMBEDDER.split("/")[0], packs.MOOD.split("/")[0]}
    assert read - {"icons"} == set(ast.literal_eval(_told("RESOURCES"))), (
        "an installer brings what the desk reads, and nothing else"
    )
    assert "icons" not in read or "resources/icons" in ast.unparse(SPEC)


def test_no_server_is_in_it() -> None:
    assert "'agentdesk_server'" in ast.unparse(_told("WITHOUT"))
