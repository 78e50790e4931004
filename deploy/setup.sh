#!/usr/bin/env bash
# Makes .venv from uv.lock. Needs Python 3.11 or newer with venv; where there is no uv, it installs one
# under .tools and touches nothing outside this folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

private_uv() {
    if ! .tools/bin/uv --version >/dev/null 2>&1; then
        rm -rf .tools
        if ! python3 -m venv .tools >/dev/null 2>&1; then
            # Debian ships Python without ensurepip, and venv fails half-way without it.
            bash deploy/system-packages.sh python3-venv >&2
            rm -rf .tools
            python3 -m venv .tools
        fi
        .tools/bin/pip install --quiet uv >&2
    fi
    echo .tools/bin/uv
}

if uv --version >/dev/null 2>&1; then uv=uv; else uv=$(private_uv); fi
if [ -d .venv ]; then quiet=--quiet; else quiet=; fi  # the first time takes a while, so it shows its progress
# Compiled once here: nobody waits for it at each start, also where Python may not write beside its sources.
"$uv" sync --frozen --compile-bytecode ${quiet}
