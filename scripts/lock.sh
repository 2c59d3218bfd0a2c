#!/bin/sh
# Write requirements.lock: every dependency of every extra, for all systems, with hashes and with no trace of this machine.
# And requirements-sslyze.lock: the scanner of the TLS test, which has an environment of its own and never ships; and
# requirements-peers.lock: libraries that benchmarks measure suggestions against.
set -eu
cd "$(dirname "$0")/.."
draft=$(mktemp)
trap 'rm -f "$draft"' EXIT

lock() {  # lock FILE TITLE WHAT…: what is pinned already stays unless it must move
    file=$1 title=$2
    shift 2
    if [ -f "$file" ]; then cp "$file" "$draft"; else : >"$draft"; fi
    .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file "$draft" "$@"
    { echo "# $title Written by \`make lock\`; do not edit."; sed '/Written by `make lock`/d' "$draft"; } >"$file"
}

lock requirements.lock "Every dependency of every extra, pinned and hashed." pyproject.toml --all-extras "$@"
echo "sslyze>=6.3,<7" | lock requirements-sslyze.lock "The scanner of the TLS test, pinned and hashed." - "$@"
printf 'scikit-learn>=1.6,<2\nvaderSentiment>=3.3,<4\n' |
    lock requirements-peers.lock "What benchmarks measure against, pinned and hashed." - --constraints requirements.lock "$@"
