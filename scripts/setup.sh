#!/bin/sh
# Make this checkout ready to run: system libraries, then .venv from the hash-locked requirements. Reruns are instant.
# Usage: scripts/setup.sh demo|test|bench|python    (python: leave the system alone)
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-test}

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

desk_libraries="libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libgssapi-krb5-2 libxkbcommon-x11-0
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 fonts-inter
    libenchant-2-2 hunspell-en-us hunspell-de-de"
test_libraries="xvfb xauth chromium dbus gnome-keyring fonts-noto-core fonts-noto-cjk
    dovecot-imapd dovecot-lmtpd dovecot-sieve postfix"

case $purpose in
    demo) wanted=$desk_libraries whole= ;;
    test|bench) wanted="$desk_libraries $test_libraries" whole=yes ;;
    python) wanted= whole= ;;
    *) stop "usage: scripts/setup.sh demo|test|bench|python" ;;
esac

# --- Python: 3.11 to 3.13, with the means to make an environment ---------------------------------------------------

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }
can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
            if can_make_venv "$candidate"; then echo "$candidate"; return; fi
        fi
    done
}

# --- System libraries: Debian's packages, installed when we may ----------------------------------------------------

has_package() {  # Debian 13 and Ubuntu 24.04 renamed some libraries: libglib2.0-0 became libglib2.0-0t64
    for name in "$1" "$1t64"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) in installed) return 0 ;; esac
    done
    return 1
}

missing_packages() {
    for package in $wanted; do has_package "$package" || printf ' %s' "$package"; done
    if [ -n "$whole" ] && ! command -v npm >/dev/null 2>&1; then printf ' nodejs npm'; fi
    if [ ! -x .venv/bin/python ] && [ -z "$(find_python)" ]; then printf ' python3 python3-venv'; fi
}

install_packages() {
    if [ "$(id -u)" = 0 ]; then become=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then become="sudo -n"
    else
        say "these system packages are missing and installing them needs root. Paste this line, then run make again:"
        printf 'sudo apt-get update && sudo apt-get install -y --no-install-recommends%s\n' "$1" >&2
        exit 1
    fi
    say "installing system packages:$1"
    $become apt-get -q update </dev/null >&2 || say "apt-get update failed; trying with the package lists at hand"
    # shellcheck disable=SC2086  # both are lists
    $become env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $1 </dev/null >&2 ||
        stop "apt-get could not install:$1"
}

if command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
    missing=$(missing_packages)
    if [ -n "$missing" ]; then install_packages "$missing"; fi
elif [ -n "$wanted" ] && [ "$(uname -s)" = Linux ] && [ ! -f .venv/setup-stamp ]; then
    say "this is not Debian: see to the equivalents of these packages yourself:" $wanted
fi

# --- What tests take from npm, as the locks say: an OpenID provider to sign in with, the checks of accessibility -----

for place in tests/stories/provider tests/server/axe; do
    if [ -n "$whole" ] && command -v npm >/dev/null 2>&1; then
        if ! cmp -s "$place/package-lock.json" "$place/node_modules/.locked"; then
            say "installing what $place needs"
            (cd "$place" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2) ||
                stop "npm could not install what $place/package-lock.json names"
            cp "$place/package-lock.json" "$place/node_modules/.locked"
        fi
    fi
done

# --- The environment: .venv, from the lock, nothing that is not hashed ---------------------------------------------

stamp() { "$1" -c '
import hashlib, os, sys
digest = hashlib.sha256(repr((os.getcwd(), sys.version)).encode())
for name in ("requirements.lock", "pyproject.toml"):
    digest.update(open(name, "rb").read())
print(digest.hexdigest())'; }

# A checkout that was moved has scripts that point to its old place: such an environment is made anew.
belongs_here() { [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)' 2>/dev/null)" = "$(pwd -P)/.venv" ]; }
works() { belongs_here && fits .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }

# The scanner of the TLS test has an environment of its own, for its licence and its pins do not go with ours, and it is in
# nothing that ships. Where it cannot be made the test says that it is skipped.
scanner() {
    [ -n "$whole" ] || return 0
    ours=$(printf '%s %s' "$(pwd -P)" "$(cksum <requirements-sslyze.lock)")
    [ "$(cat .sslyze/setup-stamp 2>/dev/null)" = "$ours" ] && return 0
    say "installing the TLS scanner into .sslyze, for its test alone"
    rm -rf .sslyze
    if .venv/bin/python -m venv .sslyze &&
        .sslyze/bin/python -m pip install -q --disable-pip-version-check --no-input --require-hashes \
            -r requirements-sslyze.lock </dev/null >&2; then
        printf '%s' "$ours" >.sslyze/setup-stamp
    else
        rm -rf .sslyze
        say "there is no TLS scanner: its test will be skipped"
    fi
}

# Libraries that suggestions are measured against stay beside .venv: nothing of ours may come to need them.
peers() {
    [ "$purpose" = bench ] || return 0
    ours=$(cksum <requirements-peers.lock)
    [ "$(cat .peers/setup-stamp 2>/dev/null)" = "$ours" ] && return 0
    say "installing what suggestions are measured against into .peers"
    rm -rf .peers
    if .venv/bin/python -m pip install -q --disable-pip-version-check --no-input --require-hashes --no-deps \
        --target .peers -r requirements-peers.lock </dev/null >&2; then
        printf '%s' "$ours" >.peers/setup-stamp
    else
        rm -rf .peers
        say "they cannot be had: the table will be without their figures"
    fi
}

# The model that reads texts is made of published weights once; without it suggestions go by words alone, and say so.
model() {
    [ "$purpose" != python ] || return 0
    .venv/bin/python scripts/make_pack.py >&2 || say "there is no model to read texts: its tests will be skipped"
}

if [ -f .venv/setup-stamp ] && belongs_here && [ "$(cat .venv/setup-stamp)" = "$(stamp .venv/bin/python)" ]; then
    scanner
    peers
    model
    exit 0
fi
if ! works; then
    python=$(find_python)
    [ -n "$python" ] || stop "no Python 3.11 to 3.13 that can make environments was found; name one with PYTHON=/path/to/python3"
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
rm -f .venv/setup-stamp
say "installing the locked requirements into .venv (the first time takes a minute or two)"
pip() { .venv/bin/python -m pip install -q --disable-pip-version-check --no-input "$@" </dev/null >&2; }

# uv takes seconds where pip takes half a minute, but reads no settings of pip's: who has an index of their own keeps pip.
quickly() {
    if .venv/bin/python -m pip config list 2>/dev/null | grep -q "\.index-url="; then return 1; fi
    awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements.lock >.venv/uv.txt
    pip --require-hashes -r .venv/uv.txt &&
        .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes -r requirements.lock </dev/null >&2
}
quickly || pip --require-hashes -r requirements.lock
pip --no-deps --no-build-isolation -e .
stamp .venv/bin/python >.venv/setup-stamp
scanner
peers
model
say "ready"
