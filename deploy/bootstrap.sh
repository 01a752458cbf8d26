#!/usr/bin/env bash
# Makes a fresh Debian or Ubuntu machine ready: missing apt packages, uv, the locked Python environment, the photo models.
# Run as root or with sudo; a second run finds everything there and does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m[setup]\033[0m %s\n' "$*" >&2; }
fail() { printf '\033[1m[setup]\033[0m %s\n' "$*" >&2; exit 1; }

# What the product needs, then what only the tests and the demo's virtual card need.
needed=(gcc swig libpcsclite-dev python3-dev python3-venv pcscd libzbar0 libgl1 libglib2.0-0 fonts-noto-cjk)
wanted=(vsmartcard-vpcd opensc postgresql chromium)

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else fail "これらのパッケージを入れるには root か sudo が要ります / root or sudo is needed to install: ${missing[*]}"; fi
}

# A virtual package (libglib2.0-0 on newer releases) counts as there when something installed provides it.
have() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed ||
        dpkg-query -W -f='${db:Status-Status} ${Provides}\n' 2>/dev/null | grep '^installed' | grep -qE "[ ,]$1( |,|\$)"
}

absent() { for package in "$@"; do have "$package" || printf '%s\n' "$package"; done; }

install_packages() {
    command -v apt-get >/dev/null || fail "apt-get がありません。Debian か Ubuntu で実行してください / Debian or Ubuntu is needed"
    mapfile -t missing < <(absent "${needed[@]}")
    mapfile -t extra < <(absent "${wanted[@]}")
    [ ${#missing[@]} -eq 0 ] && [ ${#extra[@]} -eq 0 ] && return
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends)
    # PostgreSQL is started by the tests in a temporary directory; no system cluster is made for it.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    say "apt: ${missing[*]} ${extra[*]}"
    as_root apt-get update -q >/dev/null
    [ ${#missing[@]} -eq 0 ] || as_root "${install[@]}" "${missing[@]}" >/dev/null || fail "apt could not install: ${missing[*]}"
    for package in "${extra[@]}"; do
        as_root "${install[@]}" "$package" >/dev/null || say "$package is not to be had here: the tests that need it will say so and skip"
    done
}

find_uv() {
    if command -v uv >/dev/null; then command -v uv; return; fi
    if [ ! -x .tools/uv/bin/uv ]; then
        say "uv"
        python3 -m venv .tools/uv || fail "python3 -m venv に失敗しました / python3 -m venv failed"
        .tools/uv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9' ||
            fail "uv を入れられませんでした。ネットワークを確かめて、もう一度実行してください / uv could not be installed: check the network, then run this again"
    fi
    echo "$PWD/.tools/uv/bin/uv"
}

python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "python3 ≥ 3.11 が要ります / python3 ≥ 3.11 is needed"
install_packages
uv=$(find_uv) || exit 1
synced() { "$uv" sync --quiet --locked --all-extras --no-python-downloads --python "$(command -v python3)"; }
if ! synced; then  # a network whose own proxy signs its answers: this machine's certificates know it, uv's own do not
    say "もう一度、この機械の証明書で試します / once more, with this machine's certificates"
    export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1
    synced || fail "Python のパッケージを入れられませんでした。ネットワークを確かめてください / the Python packages could not be installed: check the network"
fi
# Compiled once, not by every process that is first to import: `demo` and `test` start dozens of them.
if [ ! .venv/compiled -nt uv.lock ]; then
    .venv/bin/python -m compileall -q -j 0 .venv/lib kiosk backoffice hardware schemas deploy >/dev/null || true  # packages carry files for other Pythons
    touch .venv/compiled
fi
if [ -f deploy/photo_models.py ]; then .venv/bin/python deploy/photo_models.py --uv "$uv"; fi
