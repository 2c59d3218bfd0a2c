"""`agentdesk restore`: a backup becomes a new folder, and whoever was erased since it was made stays erased."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from .backup import restore
from .core import CannotStart, database_key, open_core
from .erased import ENV, FILE, Damaged, Line, Register
from .privacy.again import erase_again

NO_LIST = (
    "Whoever was erased after this backup was made would come back. Give the list that the server kept beside its data "
    f"({FILE}, or where {ENV} says): --erasures FILE. If nobody was erased since, or the list is lost: --no-erasures."
)
UNKNOWN = (
    "It is not known who was erased after this backup was made. If you know of anybody, erase them again before you "
    "serve it: agentdesk admin --data DIR subject erase ID."
)


def main(argv: list[str]) -> int:
    """0 restored, 1 refused with a sentence, 2 for arguments that make no sense."""
    options = _parser().parse_args(argv)
    try:
        erased = [] if options.no_erasures else _erased(options.erasures or os.environ.get(ENV, ""))
        epoch = restore(Path(options.file), Path(options.data), database_key(), erased)
        again = asyncio.run(_erase_again(Path(options.data)))
    except (CannotStart, OSError) as error:
        said = f"{error.filename or 'A file'}: {error.strerror or error}." if isinstance(error, OSError) else error
        print(f"agentdesk restore: {said}", file=sys.stderr)
        return 1
    print(f"Restored. The database begins a new epoch: {epoch}")
    print(UNKNOWN if options.no_erasures else f"Erased again, for the backup still knew them: {again}")
    print("Everybody signs in again. Passwords, roles and closed accounts are those of the backup: check them now.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="agentdesk restore", description="Unpack a backup into a new data folder.")
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--data", metavar="DIR", required=True)
    known = parser.add_mutually_exclusive_group()
    known.add_argument("--erasures", metavar="FILE", default="", help=f"the list that the server kept: {FILE}")
    known.add_argument("--no-erasures", action="store_true", help="there is no such list; nobody is erased again")
    return parser


def _erased(named: str) -> list[Line]:
    """The list; it is asked for by name, for a backup from before it cannot tell who is missing in it."""
    if not named or not Path(named).is_file():
        raise CannotStart(NO_LIST)
    try:
        return Register(Path(named)).read()
    except Damaged as error:
        raise CannotStart(str(error)) from None


async def _erase_again(folder: Path) -> int:
    async with open_core(folder) as core:
        return await erase_again(core)
