#!/bin/sh
# Run the tests: named ones as asked, else all of them in two processes side by side, for two cores.
# Usage: scripts/test.sh [PYTEST ARGUMENTS]
set -u
cd "$(dirname "$0")/.."
export QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
pytest() { .venv/bin/python -m pytest "$@"; }

if [ $# -gt 0 ]; then pytest "$@"; exit; fi

# What computes, beside what waits for real processes, browsers and sockets. A folder that is named in neither part is
# still tested: the second part is all that is not in the first.
first="tests/desk tests/domain tests/protocol tests/rights tests/store tests/sync tests/widget"
out=$(mktemp)
trap 'rm -f "$out"' EXIT
trap 'kill "$beside" 2>/dev/null; exit 130' INT TERM
# shellcheck disable=SC2086  # a list
pytest $first >"$out" 2>&1 &
beside=$!
# shellcheck disable=SC2046
pytest tests $(printf -- '--ignore=%s ' $first)
second=$?
wait "$beside"
code=$?
printf '\n--- beside it: %s\n' "$first"
cat "$out"
if [ "$second" -ne 0 ]; then exit "$second"; fi
exit "$code"
