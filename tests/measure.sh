#!/usr/bin/env bash
# How fast and how small the daemon is: builds what is released, measures it, prints the README's table.
#
#   tests/measure.sh                  10,000 movies
#   tests/measure.sh --movies 50000
#   tests/measure.sh --database postgres://user@host/empty
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet -p radarr-daemon --bin radarr-daemon
cargo build --release --quiet -p radarr-tests --bin radarr-measure
exec "${CARGO_TARGET_DIR:-target}/release/radarr-measure" "$@"
