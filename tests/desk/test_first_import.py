"""What the window waits for before it is painted: neither a desk nor the domain behind it."""

from __future__ import annotations

import subprocess
import sys

BEFORE = "import agentdesk.desk.app.command, agentdesk.desk.app.program, agentdesk.desk.pages.settings"
LATER = ("agentdesk.desk.desk", "agentdesk.domain.cases", "agentdesk.domain.seeking", "agentdesk.sync.http", "requests")


def test_the_window_is_painted_before_the_desk_is_loaded() -> None:
    code = f"{BEFORE}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = done.stdout.split()
    assert "agentdesk.desk.shell" in loaded
    assert not [name for name in LATER if name in loaded]
