#!/usr/bin/env bash
# Builds the container image: the same commit gives the same digest.
#
#   packaging/image.sh             builds the programs, then the image; writes it to target/image/radarr.tar
#   packaging/image.sh programs    builds the programs alone
#   packaging/image.sh pack        makes the image of the programs that are there
#
# Needs Rust with the target x86_64-unknown-linux-musl, musl-tools, make, curl, python3-venv, buildah. The image is in
# target/image/radarr.tar (`podman load -i`, `docker load -i`), its digest in radarr.digest, what is in it in
# radarr.cdx.json (CycloneDX). Without root, buildah needs uidmap.
set -euo pipefail
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-musl
out="$PWD/target/image"
built="$PWD/target/$target/small"
mkdir -p "$out"

version=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)
# Of the commit, not of the moment. A tree with changes is no commit: its image says so.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
revision=$(git rev-parse --short=12 HEAD)
git diff --quiet HEAD -- 2>/dev/null || revision="$revision-changed"
export SOURCE_DATE_EPOCH

step() { printf -- '-- %s\n' "$*" >&2; }

need() {
    command -v "$1" >/dev/null 2>&1 || {
        echo "$1 is missing: on Debian, apt-get install $2" >&2
        exit 1
    }
}

build_programs() {
    need musl-gcc musl-tools
    local sysroot cargo_home
    sysroot=$(rustc --print sysroot)
    cargo_home=${CARGO_HOME:-$HOME/.cargo}
    if [ ! -d "$sysroot/lib/rustlib/$target" ]; then
        step "installing Rust's target $target"
        rustup target add "$target"
    fi
    step "building radarr $version ($revision) for $target"
    # No path of this machine is in the programs: not in a panic's message, not in the C parts (SQLite, ring).
    local paths="--remap-path-prefix=$cargo_home=/cargo --remap-path-prefix=$PWD=/source"
    paths+=" --remap-path-prefix=$sysroot=/rust"
    CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS="-C target-feature=+crt-static $paths" \
        CFLAGS_x86_64_unknown_linux_musl="-ffile-prefix-map=$cargo_home=/cargo -ffile-prefix-map=$PWD=/source" \
        RADARR_COMMIT="$revision" \
        cargo build --locked --profile small --target "$target" -p radarr-daemon -p radarr-tui --bins
    step "building ffprobe"
    packaging/ffprobe.sh "$out/ffprobe"
}

# Certificates and time zones, by their checksums.
fetch_world() {
    local wheels="$out/wheels" venv="$out/venv"
    [ -x "$venv/bin/pip" ] || python3 -m venv "$venv"
    "$venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
        -r packaging/image/requirements.txt -d "$wheels" >&2
    rm -rf "$out/world"
    mkdir "$out/world"
    while IFS='= ' read -r name _ number _; do
        case $name in '' | '#'*) continue ;; esac
        python3 -m zipfile -e "$wheels/$name-$number-"*.whl "$out/world"
    done <packaging/image/requirements.txt
}

put_together() {
    local root="$out/context/rootfs" own="$out/context/folders"
    rm -rf "$out/context"
    mkdir -p "$root"/{usr/bin,usr/share/zoneinfo,usr/share/doc/radarr,etc/ssl/certs,etc/radarr,tmp,run} \
        "$own"/{config,downloads,movies,data}
    install -m 755 "$built/radarr-daemon" "$built/radarr-tui" "$out/ffprobe" "$root/usr/bin/"
    install -m 644 "$out/world/certifi/cacert.pem" "$root/etc/ssl/certs/ca-certificates.crt"
    install -m 644 packaging/image/config.yaml "$root/etc/radarr/"
    cp -r "$out/world/tzdata/zoneinfo/." "$root/usr/share/zoneinfo/"
    find "$root/usr/share/zoneinfo" \( -name '*.py' -o -name __pycache__ \) -exec rm -rf {} +
    printf 'root:x:0:0:root:/:/none\nradarr:x:10001:10001:radarr:/config:/none\n' >"$root/etc/passwd"
    printf 'root:x:0:\nradarr:x:10001:\n' >"$root/etc/group"
    install -m 644 LICENSE LICENSE-MIT LICENSE-APACHE packaging/image/THIRD-PARTY.md "$root/usr/share/doc/radarr/"
    install -m 644 "$out/ffprobe.licence" "$root/usr/share/doc/radarr/LICENSE-LGPL-2.1-ffmpeg"
    install -m 644 "$out/radarr.cdx.json" "$root/usr/share/doc/radarr/"
    # What a build machine's umask would decide.
    chmod -R u=rwX,go=rX "$root" "$own"
    chmod 1777 "$root/tmp"
    find "$out/context" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
}

pack() {
    need buildah buildah
    step "certificates and time zones"
    fetch_world
    step "list of what is inside"
    python3 packaging/sbom.py --version "$version" --revision "$revision" --ffprobe packaging/ffprobe.sh \
        --requirements packaging/image/requirements.txt --target "$target" >"$out/radarr.cdx.json"
    put_together
    step "image"
    # A storage of its own: the image is handed over as a file, and what the machine has is left alone.
    local storage
    storage=$(mktemp -d)
    # shellcheck disable=SC2064 # its name as it is now
    trap "rm -rf '$storage'" EXIT
    printf '[network]\nnetwork_backend = "netavark"\n' >"$storage/containers.conf"
    export CONTAINERS_CONF="$storage/containers.conf"
    local buildah=(buildah --root "$storage/root" --runroot "$storage/run" --storage-driver vfs)
    # OCI's form and not Docker's: that one has the name of the container that built it, another one each time.
    "${buildah[@]}" build --quiet --format oci --isolation chroot \
        --timestamp "$SOURCE_DATE_EPOCH" --identity-label=false \
        --build-arg VERSION="$version" --build-arg REVISION="$revision" \
        --build-arg CREATED="$(date --utc --date="@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" \
        --file packaging/Containerfile --tag "localhost/radarr:$version" "$out/context" >/dev/null 2>"$storage/told" || {
        cat "$storage/told" >&2
        exit 1
    }
    rm -f "$out/radarr.tar"
    "${buildah[@]}" push --quiet --digestfile "$out/radarr.digest" "localhost/radarr:$version" \
        "oci-archive:$out/radarr.tar:localhost/radarr:$version"
    local unpacked
    unpacked=$(find "$out/context" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')
    printf 'localhost/radarr:%s@%s, %s bytes packed, %s bytes unpacked\n' "$version" "$(cat "$out/radarr.digest")" \
        "$(stat --format %s "$out/radarr.tar")" "$unpacked"
}

case ${1:-all} in
all) build_programs && pack ;;
programs) build_programs ;;
pack) pack ;;
*)
    echo "usage: packaging/image.sh [programs | pack]" >&2
    exit 2
    ;;
esac
