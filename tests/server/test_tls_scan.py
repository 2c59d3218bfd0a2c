"""The server's TLS as a scanner sees it: sslyze, held against Mozilla's intermediate profile."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.certs import authority, signed
from tests.server.running import Process

ROOT = Path(__file__).resolve().parents[2]
# In an environment of its own: its licence and what it pins do not go together with ours.
SCANNER = ROOT / ".sslyze" / "bin" / "python"

pytestmark = pytest.mark.skipif(not SCANNER.exists(), reason="there is no .sslyze: run scripts/setup.sh test")


def scan(url: str, ca: Path, profile: str, to: Path) -> subprocess.CompletedProcess[str]:
    """Exit code 0 says that the profile is kept."""
    where = urlsplit(url)
    command = [str(SCANNER), "-m", "sslyze", "--certinfo", "--certinfo_ca_file", str(ca), "--slow_connection"]
    command += ["--mozilla_config", profile, "--json_out", str(to), f"{where.hostname}:{where.port}"]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False, env=clean)


@pytest.mark.slow
@pytest.mark.timeout(700)
@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_a_scanner_finds_nothing_to_complain_about(tmp_path: Path, kind: str) -> None:
    """Versions, suites, curves, certificate, known holes. The strictest profile refuses TLS 1.2, so it has to fail:
    a scan that cannot fail says nothing."""
    ca = authority(tmp_path)
    pair = signed(tmp_path, ca, "127.0.0.1", kind=kind)
    process = Process(tmp_path / "data", "--tls-cert", str(pair.cert), "--tls-key", str(pair.key))
    try:
        found = scan(process.url, ca.cert, "intermediate", tmp_path / "found.json")
        strict = scan(process.url, ca.cert, "modern", tmp_path / "strict.json")
    finally:
        process.kill()
    assert found.returncode == 0, found.stdout[-3000:] + found.stderr[-2000:]
    told = json.loads((tmp_path / "found.json").read_text())["server_scan_results"][0]["scan_result"]
    assert told["elliptic_curves"]["result"]["supported_curves"]
    assert told["tls_1_2_cipher_suites"]["result"]["accepted_cipher_suites"]
    assert told["tls_1_3_cipher_suites"]["result"]["accepted_cipher_suites"]
    assert strict.returncode != 0
