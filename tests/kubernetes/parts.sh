#!/usr/bin/env bash
# An image of the parts around the daemon, PostgreSQL and qBittorrent, from Debian's packages: registries can't be asked
# everywhere, and what is tested is that the manifests work, not that somebody's image does.
#
#   parts.sh FOLDER                    fetches the packages; needs the network
#   parts.sh FOLDER IMAGE BUILDAH...   makes the image of them
#
# BUILDAH... is the command with the storage that the image goes to.
set -euo pipefail
folder=$1 image=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mkdir -p "$folder"
rootfs="$folder/parts-$suite.tar"
if [ ! -s "$rootfs" ]; then
    version=$(apt-cache depends postgresql | sed -n 's/ *Depends: postgresql-\([0-9]*\)$/\1/p')
    mmdebstrap --quiet --variant=extract --components=main \
        --include="postgresql-$version,postgresql-client-$version,qbittorrent-nox,ca-certificates,tzdata" \
        --include="bash,dash,coreutils,findutils,sed,grep" \
        --extract-hook='cd "$1" && rm -rf usr/share/doc usr/share/locale usr/share/man usr/share/icons' \
        --extract-hook='cd "$1" && rm -rf usr/share/perl usr/lib/*/perl* usr/lib/*/libLLVM* var/cache var/lib/apt' \
        "$suite" "$rootfs.new.tar"
    mv "$rootfs.new.tar" "$rootfs"
fi
[ -n "$image" ] || exit 0
shift 2

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
ln "$rootfs" "$context/rootfs.tar" 2>/dev/null || cp "$rootfs" "$context/rootfs.tar"
cp "$here/like_official_postgres.sh" "$context/docker-entrypoint.sh"
cat >"$context/passwd" <<P
root:x:0:0::/:/bin/sh
postgres:x:999:999::/var/lib/postgresql:/bin/sh
radarr:x:10001:10001::/tmp:/bin/sh
P
printf 'root:x:0:\npostgres:x:999:\nradarr:x:10001:\n' >"$context/group"
binaries=$(tar -tf "$rootfs" | sed -n 's|^\.\{0,1\}/\{0,1\}\(usr/lib/postgresql/[0-9]*/bin\)/postgres$|/\1|p')
cat >"$context/Containerfile" <<C
FROM scratch
ADD rootfs.tar /
COPY passwd group /etc/
COPY docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=$binaries:/usr/bin:/bin LANG=C.UTF-8
ENTRYPOINT ["/bin/bash", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
C
"$@" build --quiet --isolation chroot --tag "$image" "$context" >/dev/null
