"""`python -m agentdesk.desk`: the desk."""

from __future__ import annotations

import sys

from agentdesk.desk.app import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
