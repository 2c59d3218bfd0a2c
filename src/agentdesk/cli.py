"""The `agentdesk` command: finds the subcommand and hands over; each imports what it needs when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from agentdesk import __version__

Main = Callable[[list[str]], int]
INTERRUPTED = 130
WORKER = "--worker"
"""Not for people: by this a desk starts its assist worker. In an installer there is no other interpreter than this."""


def _desk() -> Main:
    from agentdesk.desk.app import main

    return main


def _serve() -> Main:
    from agentdesk_server.serve import main

    return main


def _admin() -> Main:
    from agentdesk_server.admin import main

    return main


def _restore() -> Main:
    from agentdesk_server.restoring import main

    return main


def _verify() -> Main:
    from agentdesk_server.audit.command import run

    return run


def _demo() -> Main:
    from agentdesk_server.demo import main

    return main


def _inspect() -> Main:
    from agentdesk_server.channels.email.inspecting import main

    return main


def _import() -> Main:
    from agentdesk_server.channels.email.import_command import main

    return main


def _replay() -> Main:
    from agentdesk_server.replay import main

    return main


def _shots() -> Main:
    from agentdesk_server.demo import shots_main

    return shots_main


def _assist() -> Main:
    from agentdesk.assist import packs
    from agentdesk.assist.bench.command import main
    from agentdesk.desk.resources import resource_or_none

    return lambda argv: main(argv, resource_or_none(packs.EMBEDDER), resource_or_none(packs.MOOD))


def _articles() -> Main:
    from agentdesk_server.articles import main

    return main


def _worker() -> Main:
    from agentdesk.assist.__main__ import main

    return lambda _: main()


COMMANDS: dict[str, tuple[str, Callable[[], Main]]] = {
    "desk": ("open the desk", _desk),
    "serve": ("run the server", _serve),
    "admin": ("teams, people, sites, devices, backup, audit log of a server", _admin),
    "restore": ("unpack a backup into a new data folder", _restore),
    "verify-audit": ("check an exported audit log, offline", _verify),
    "demo": ("a sample company with customers that keep arriving, and a desk to work them", _demo),
    "inspect": ("look at mails as they are read, without storing anything", _inspect),
    "import": ("bring in mails from files: .eml, mbox, Maildir", _import),
    "replay": ("play recorded dialogues as customers of a server", _replay),
    "assist": ("measure suggestions on a labelled set: assist bench TASK", _assist),
    "articles": ("look through articles of another help desk, and pack them for the desk", _articles),
    "shots": ("make the pictures of the README", _shots),
}


def main(argv: list[str] | None = None) -> int:
    """The exit code of the subcommand; 2 if there is none of that name."""
    args = sys.argv[1:] if argv is None else argv
    name = args[0] if args else "--help"
    if name in ("-h", "--help", "help"):
        print(_help())
        return 0
    if name == "--version":
        print(f"agentdesk {__version__}")
        return 0
    if name == WORKER:  # before anything else is imported: it is small, and may reach nothing
        return _worker()([])
    if name not in COMMANDS:
        print(f"agentdesk: there is no command {name}\n\n{_help()}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[name][1]()(args[1:])
    except KeyboardInterrupt:
        print(f"\nagentdesk {name}: ended by Ctrl+C", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # whoever read has seen enough; what is left must not fail again at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {about}" for name, (about, _) in COMMANDS.items()]
    return "\n".join(["usage: agentdesk COMMAND [OPTIONS]", "", *lines, "", "agentdesk COMMAND --help says more."])


if __name__ == "__main__":
    sys.exit(main())
