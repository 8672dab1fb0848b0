#!/usr/bin/env bash
# Many clients at once: builds what is released, puts load on it, prints the README's table.
#
#   tests/load.sh                                     1, 100 and 1,000 clients for a minute each, 500 requests a second
#   tests/load.sh --clients 300 --seconds 10
#   tests/load.sh --storm 10000                       more connections than there are places for
#   tests/load.sh --database postgres://user@host/empty
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet -p radarr-daemon --bin radarr-daemon
cargo build --release --quiet -p radarr-tests --bin radarr-load
ulimit -n "$(ulimit -H -n)"
exec "${CARGO_TARGET_DIR:-target}/release/radarr-load" "$@"
