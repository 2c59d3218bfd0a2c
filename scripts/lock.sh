#!/bin/sh
# Write requirements.lock: every dependency of every extra, for all systems, with hashes and with no trace of this machine.
set -eu
cd "$(dirname "$0")/.."
draft=$(mktemp)
trap 'rm -f "$draft"' EXIT
if [ -f requirements.lock ]; then cp requirements.lock "$draft"; fi  # what is pinned stays unless it must move
.venv/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file "$draft" "$@"
{
    echo "# Every dependency of every extra, pinned and hashed. Written by \`make lock\`; do not edit."
    sed '/^# Every dependency of every extra/d' "$draft"
} >requirements.lock
