#!/usr/bin/env bash
# Makes secrets, and an overlay of yours that puts them in the place of the template's.
#
#   k8s/make-secrets.sh OVERLAY FOLDER [HOST...]     OVERLAY: base, dev, staging or prod
#   kubectl apply -k FOLDER
#
# Files in FOLDER/settings.d declare settings (docs/settings.md); what they refer to as {file: /run/secrets/radarr/NAME}
# lies in FOLDER/secrets.d/NAME. After a file was added there, run this again.
#
# HOST: names by which clients reach port 7879 from outside. What is in FOLDER already stays; take a file away and run
# this again for another one. Keep FOLDER out of every repository, and copies of secret-key and backup-passphrase
# elsewhere. Put the key of TMDB into FOLDER/tmdb-api-key, or into $TMDB_API_KEY before.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
overlay=$here/${1:+overlays/$1}
[ "${1:-}" != base ] || overlay=$here/base
if [ $# -lt 2 ] || [ ! -s "$overlay/kustomization.yaml" ]; then
    sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
folder=$2
shift 2
umask 077
mkdir -p "$folder"
cd "$folder"

namespace=$(sed -n 's/^namespace: //p' "$overlay/kustomization.yaml")

# Base64 of 32 bytes, without signs that an address or a shell would take for something else.
random() { openssl rand -base64 32; }
# No end of line: some who read them take it for a part.
make() { [ -s "$1" ] || printf %s "$2" >"$1"; }
make database-password "$(openssl rand -hex 24)"
make secret-key "$(random)"
make backup-passphrase "$(openssl rand -hex 24)"
# A key that comes later takes the place of what stands there for it.
if [ -n "${TMDB_API_KEY:-}" ] && [ "$(cat tmdb-api-key 2>/dev/null)" = CHANGE-ME ]; then rm tmdb-api-key; fi
make tmdb-api-key "${TMDB_API_KEY:-CHANGE-ME}"

key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null ||
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# A small authority, whose key never goes to the cluster.
if [ ! -s ca.key ]; then
    key ca.key
    openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=radarr $namespace" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out ca.crt
fi

# certificate NAME HOST...: NAME.key and NAME.crt for these names.
certificate() {
    local name=$1 names="" host
    shift
    [ ! -s "$name.crt" ] || return 0
    for host in "$@"; do
        case $host in
        *:*) names+="${names:+,}IP:$host" ;;
        *[!0-9.]*) names+="${names:+,}DNS:$host" ;;
        *) names+="${names:+,}IP:$host" ;;
        esac
    done
    key "$name.key"
    openssl req -new -key "$name.key" -subj "/CN=$1" -out "$name.csr"
    printf 'subjectAltName=%s\nbasicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\n' "$names" >"$name.ext"
    openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -sha256 -days 397 \
        -extfile "$name.ext" -out "$name.crt" 2>/dev/null
    rm "$name.csr" "$name.ext"
}
certificate radarr-tls radarr "radarr.$namespace" "radarr.$namespace.svc" localhost 127.0.0.1 "$@"
certificate postgres-tls postgres "postgres.$namespace" "postgres.$namespace.svc"

# Their names begin with no dot, and none has a blank: the folder is the operator's own.
shopt -s nullglob
more=(secrets.d/*) settings=(settings.d/*.yaml settings.d/*.yml settings.d/*.json)
shopt -u nullglob
list() { local IFS=,; echo "$*"; }

cat >kustomization.yaml <<K
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - $(realpath --relative-to=. "$overlay")
secretGenerator:
  - name: radarr
    namespace: $namespace
    behavior: replace
    options: {disableNameSuffixHash: true}
    files: [$(list database-password secret-key tmdb-api-key backup-passphrase "${more[@]}")]
  - name: radarr-tls
    namespace: $namespace
    behavior: replace
    options: {disableNameSuffixHash: true}
    files: [tls.crt=radarr-tls.crt, tls.key=radarr-tls.key]
  - name: postgres-tls
    namespace: $namespace
    behavior: replace
    options: {disableNameSuffixHash: true}
    files: [tls.crt=postgres-tls.crt, tls.key=postgres-tls.key]
  - name: postgres-ca
    namespace: $namespace
    behavior: replace
    options: {disableNameSuffixHash: true}
    files: [ca.crt]
K
if [ ${#settings[@]} -gt 0 ]; then
    # Its name stays: the daemon reads a file that changed by itself, and needs no other pod for it.
    cat >>kustomization.yaml <<K
configMapGenerator:
  - name: radarr-settings
    namespace: $namespace
    options: {disableNameSuffixHash: true}
    files: [$(list "${settings[@]}")]
K
fi
if [ "$(cat tmdb-api-key)" = CHANGE-ME ]; then
    echo "put the key of TMDB into $PWD/tmdb-api-key, then:" >&2
fi
echo "kubectl apply -k $PWD"
