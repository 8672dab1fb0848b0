#!/usr/bin/env bash
# Everything that must be green. Installs what a bare Debian machine lacks, when it may.
#
#   tests/run.sh          all of it
#   tests/run.sh quick    format, lints, unit tests
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$*"; }

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need cc gcc
need git git
need tmux tmux
need ffmpeg ffmpeg
need qbittorrent-nox qbittorrent-nox
need python3 python3
need ps procps
need ssh openssh-client
need unshare util-linux
need bindfs bindfs
[ -x /usr/sbin/sshd ] || missing+=(openssh-server)
need promtool prometheus
need systemd-socket-activate systemd
need mkfs.ext4 e2fsprogs
compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
    step "installing ${missing[*]}"
    sudo=""
    if [ "$(id -u)" != 0 ]; then sudo="sudo -n"; fi
    if ! { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"; }; then
        echo "these packages are missing and could not be installed: ${missing[*]}" >&2
        echo "install them, then run this again" >&2
        exit 1
    fi
fi
if ! command -v cargo >/dev/null 2>&1; then
    echo "Rust is missing: install it from https://rustup.rs (1.95 or later), then run this again" >&2
    exit 1
fi

step "format"
cargo fmt --all --check
step "lints"
cargo clippy --workspace --all-targets --quiet -- -D warnings
step "unit, contract, property, wire and tidy tests"
cargo test --workspace --lib --bins --examples --quiet
cargo test -p radarr-proto --test wire --quiet
cargo test -p radarr-tests --test tidy --test documentation --test supply --quiet
if [ "${1:-}" = quick ]; then exit 0; fi

step "documentation"
# For contributors: a module's text may lead to what only the module sees.
RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --workspace --no-deps --document-private-items --quiet
step "traces reach a collector"
cargo clippy --workspace --lib --features radarr-daemon/otlp --quiet -- -D warnings
cargo test --workspace --lib --features radarr-daemon/otlp --quiet telemetry::traces
step "programs"
cargo build --workspace --bins --examples --quiet
step "end to end"
cargo test -p radarr-tests --tests --quiet
if [ "$(id -u)" = 0 ] && command -v unshare >/dev/null 2>&1; then
    step "the package on a machine with systemd"
    command -v mmdebstrap >/dev/null 2>&1 && command -v lintian >/dev/null 2>&1 ||
        apt-get install -y -qq --no-install-recommends mmdebstrap lintian python3-venv >/dev/null
    packaging/machine.sh "${CARGO_TARGET_DIR:-target}/debug"
else
    step "LEFT OUT, because it needs root: the package on a machine with systemd"
fi
step "conformance"
cargo run --quiet -p radarr-tests --bin conformance -- tests/corpus
step "container and kubernetes"
tests/kubernetes/run.sh
if command -v cargo-deny >/dev/null 2>&1; then
    step "licences, duplicates, sources"
    cargo deny --offline check licenses bans sources
    step "today's advisories"
    if cargo deny fetch db; then
        cargo deny --offline check advisories
    else
        echo "their database can't be reached; the snapshot in tests/advisories was looked at above" >&2
    fi
fi
step "all green"
