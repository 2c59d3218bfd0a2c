#!/bin/sh
# Run the tests: named ones as asked, else all of them, several groups at a time.
# Usage: scripts/test.sh [PYTEST ARGUMENTS]
set -u
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE  # hundreds of processes are started: each would compile everything anew
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
if [ $# -gt 0 ]; then exec .venv/bin/python -m pytest "$@"; fi
exec .venv/bin/python scripts/test_groups.py
