#!/usr/bin/env bash
# Container and Kubernetes: the manifests by schema and rule, the image, and both together for real.
#
#   tests/kubernetes/run.sh            all of it; builds the image when there is none of this commit
#   tests/kubernetes/run.sh static     manifests, compose file and scripts alone
#
# Installs what a bare Debian machine lacks, when it may. Where containers can't be run, it says so and goes on.
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf -- '-- %s\n' "$*"; }
loud() { printf '\n!!!! %s\n\n' "$*" >&2; }

missing=()
need() { command -v "$1" >/dev/null 2>&1 || missing+=("$2"); }
need openssl openssl
need curl curl
need make make
need xz xz-utils
need musl-gcc musl-tools
need kubectl kubernetes-client
need buildah buildah
need podman podman
need runc runc
need catatonit catatonit
need mmdebstrap mmdebstrap
need ip iproute2
need iptables iptables
need newuidmap uidmap
[ -x /usr/lib/podman/netavark ] || missing+=(netavark aardvark-dns)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    sudo=""
    if [ "$(id -u)" != 0 ]; then sudo="sudo -n"; fi
    if ! { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >&2; then
        loud "these packages are missing and could not be installed: ${missing[*]}"
    fi
fi

work="$PWD/target/kubernetes"
venv="$work/venv"
mkdir -p "$work"
if [ ! -x "$venv/bin/checkov" ] || ! cmp -s tests/kubernetes/requirements.txt "$venv/requirements.txt"; then
    say "installing what checks manifests"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/kubernetes/requirements.txt
    cp tests/kubernetes/requirements.txt "$venv/requirements.txt"
fi
python="$venv/bin/python"

say "shell and Python"
for script in packaging/*.sh k8s/*.sh k8s/*/*.sh tests/kubernetes/*.sh; do bash -n "$script"; done
"$python" -m compileall -q tests/kubernetes packaging >/dev/null
find tests/kubernetes packaging -name __pycache__ -exec rm -rf {} +

# Debian's kubectl 1.20 has a kustomize of another age.
minor=$(kubectl version --client -o json 2>/dev/null | sed -n 's/.*"minor": "\([0-9]*\).*/\1/p' | head -n 1)
minor=${minor:-0}
can_render=yes
if [ "$minor" -lt 27 ]; then
    can_render=""
    loud "kubectl 1.27 or later is needed to render the manifests (this is 1.$minor): THEY ARE NOT CHECKED"
else
    say "manifests"
    "$python" tests/kubernetes/static_checks.py "$work/rendered"
    "$python" tests/kubernetes/monitor_rules.py --check
fi
say "compose file"
"$python" tests/kubernetes/compose_check.py
if [ "${1:-}" = static ]; then exit 0; fi

if ! command -v buildah >/dev/null || ! command -v musl-gcc >/dev/null; then
    loud "buildah or musl-gcc is missing: NO IMAGE IS BUILT, AND NOTHING IS RUN"
    exit 0
fi
say "image"
packaging/image.sh
say "the same programs give the same image"
first=$(cat target/image/radarr.digest)
packaging/image.sh pack >/dev/null
second=$(cat target/image/radarr.digest)
if [ "$first" != "$second" ]; then
    echo "FAULT: the image is sha256:$first once and sha256:$second then" >&2
    exit 1
fi
echo "twice sha256:$first"
"$python" tests/kubernetes/image_checks.py target/image

# Whether this machine can: namespaces, mounts, a runtime.
if [ "$(id -u)" != 0 ] || ! unshare --net --mount true 2>/dev/null || ! command -v podman >/dev/null; then
    loud "this machine can't run containers (not root, or no namespaces): IMAGE AND MANIFESTS ARE NOT RUN"
    exit 0
fi
if [ -z "$can_render" ]; then exit 0; fi
say "base and prod, for real"
programs=${CARGO_TARGET_DIR:-target}/debug
if [ ! -x "$programs/radarr-standins" ] || [ ! -x "$programs/radarr-tui" ]; then
    cargo build --quiet -p radarr-tests -p radarr-tui --bins
fi
# Before the world of its own begins, from which no mirror can be reached.
tests/kubernetes/parts.sh "$work/parts"
"$python" tests/kubernetes/live.py target/image/radarr.tar \
    "$programs/radarr-standins" "$programs/radarr-tui" "$work/parts"
say "compose, for real"
"$python" tests/kubernetes/compose_live.py target/image/radarr.tar "$work/parts"
