"""Where the installed program begins: without a command it is the desk, as an icon on a desktop starts it."""

from __future__ import annotations

import sys

from agentdesk.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["desk"]))
