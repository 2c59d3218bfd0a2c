"""What a server loads only when somebody needs it: each would make every start slower."""

from __future__ import annotations

import subprocess
import sys

LATER = ("authlib", "joserfc", "scim2_models", "webauthn")


def test_a_server_starts_without_what_few_use() -> None:
    code = "import agentdesk_server.serve, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = done.stdout.split()
    assert "agentdesk_server.app" in loaded
    assert not [name for name in LATER if name in loaded]
