#!/usr/bin/env bash
# What the package and the units do on a Debian machine: a real systemd boots in namespaces of its own, in a temporary
# folder; the package is installed, used, upgraded, removed and purged there. Needs root, mmdebstrap and unshare.
#
#   packaging/machine.sh FOLDER     FOLDER holds radarr-daemon and radarr-tui, for example target/debug
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$(realpath "${1:?where are the programs? for example target/debug}")
for tool in mmdebstrap unshare nsenter lintian; do
    command -v $tool >/dev/null || { echo "$tool is missing: apt-get install mmdebstrap util-linux lintian" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "this needs root: it boots a machine in namespaces" >&2; exit 1; }

say() { printf -- '-- %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

work=$(mktemp -d) machine="" first=""
clean_up() {
    [ -z "$machine" ] || kill -9 "$machine" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT

say "two packages, the second one newer"
packaging/deb.sh --programs "$programs" --fast >"$work/deb.log" 2>&1 ||
    { cat "$work/deb.log"; fail "the package could not be built"; }
old=$(tail -n 1 "$work/deb.log") new=$work/new.deb
dpkg-deb --raw-extract "$old" "$work/unpacked"
sed -i 's/^Version: .*/&.1/' "$work/unpacked/DEBIAN/control"
dpkg-deb -Znone --root-owner-group --build "$work/unpacked" "$new" >/dev/null
rm -rf "$work/unpacked"
lintian --allow-root --fail-on error,warning "$old" || fail "lintian finds fault with the package"

say "a Debian machine"
base=target/deb/machine-$(dpkg --print-architecture).tar
[ -s "$base" ] || mmdebstrap --quiet --variant=minbase \
    --include=systemd,systemd-sysv,dbus,libpam-systemd,adduser,init-system-helpers,procps,ca-certificates,man-db \
    bookworm "$base" 2>"$work/mmdebstrap.log" || { cat "$work/mmdebstrap.log"; fail "no machine could be made"; }
mkdir "$work/machine"
tar -C "$work/machine" -xf "$base"
cp "$old" "$work/machine/old.deb"
cp "$new" "$work/machine/new.deb"

unshare --kill-child --fork --pid --mount --net --ipc --uts --cgroup --propagation private sh -ec '
    cd "$1"
    mount --bind . . && cd "$1"
    mount -t proc proc proc
    mount -t sysfs sysfs sys
    mount -t tmpfs tmpfs sys/fs/cgroup
    # A machine with both kinds of control groups needs both here.
    if [ -d /sys/fs/cgroup/systemd ]; then
        mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
        mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
        mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
    else
        umount sys/fs/cgroup && mount -t cgroup2 cgroup2 sys/fs/cgroup
    fi
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs -o mode=755 tmpfs dev
    for device in null zero full random urandom tty; do : >dev/$device; mount --bind /dev/$device dev/$device; done
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
    mount -t tmpfs tmpfs dev/shm
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    ip link set lo up
    mkdir before && pivot_root . before && cd / && umount -l before
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=radarr-test /lib/systemd/systemd --system
' sh "$work/machine" </dev/null >"$work/console" 2>&1 &
machine=$!
disown "$machine"

on() { nsenter -t "$first" --all -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb "$@"; }
# Looks until a command succeeds.
until_is() {
    local what=$1
    shift
    for _ in $(seq 300); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        kill -0 "$machine" 2>/dev/null || { cat "$work/console"; fail "the machine ended"; }
        sleep 0.2
    done
    on journalctl --no-pager -n 40 -u radarr.service || true
    fail "not within a minute: $what"
}
has_booted() {
    first=$(cat "/proc/$machine/task/$machine/children" | tr -d ' ') && [ -n "$first" ] &&
        on systemctl is-system-running --wait | grep -Eq 'running|degraded'
}
until_is "the boot" has_booted
is_ready() { on radarr-daemon healthcheck --ready --config /etc/radarr/config.toml; }

# What docs/operations.md says under a heading: the commands in its blocks of a kind, behind those of the page's head.
procedure() {
    awk -v want="## $1" -v kind="$2" '/^## / { part++; ours = ($0 == want) }
        /^```/ { code = !code && (part ? ours && $0 == kind : $0 == "```sh"); next } code' \
        docs/operations.md >"$work/machine/procedure.sh"
    shift 2
    on env "$@" sh -eu /procedure.sh >"$work/procedure.log" 2>&1 || { cat "$work/procedure.log"; fail "the runbook's procedure"; }
}

say "install, as the runbook says"
procedure Install '```sh package' PACKAGE=/old.deb
on radarr-tui status
[ "$(on systemctl show -P NotifyAccess radarr.service)" = main ]
on systemctl show -P StatusText radarr.service | grep -q serving || fail "systemd knows no status"
main=$(on systemctl show -P MainPID radarr.service)
[ "$(on stat -c %U "/proc/$main")" = radarr ] || fail "the daemon does not run as its user"
on systemctl is-enabled radarr.service radarr.socket
for_users=$(on systemctl --global is-enabled radarr.service 2>&1 || true)
[ "$for_users" = disabled ] || fail "a user's own daemon is not to be started unasked: $for_users"
on systemd-analyze security --no-pager radarr.service | tail -1
on sh -c 'for page in radarr-daemon radarr-daemon-serve radarr-tui radarr-tui-movie-add; do
    [ -s /usr/share/man/man1/$page.1.gz ] || exit 1; done; [ -s /usr/share/man/man5/radarr.5.gz ]' ||
    fail "manual pages are missing"
on bash -n /usr/share/bash-completion/completions/radarr-tui
on bash -n /usr/share/bash-completion/completions/radarr-daemon

say "hard links between downloads and movies work in the sandbox, and what is outside can't be written"
on sh -c 'mkdir -p /srv/movies /srv/downloads /opt/other && chown radarr:radarr /srv/movies /srv/downloads /opt/other'
on radarr-tui root add /srv/movies
in_sandbox() { on nsenter -t "$main" --mount -- runuser -u radarr -- "$@"; }
in_sandbox sh -c 'echo film >/srv/downloads/film && ln /srv/downloads/film /srv/movies/film' || fail "no hard link"
in_sandbox touch /opt/other/x 2>/dev/null && fail "the sandbox lets the daemon write anywhere"
on radarr-tui root add /opt/other >/dev/null 2>&1 && fail "a folder that can't be written became a root folder"
on radarr-tui backup create
on radarr-daemon verify-database --config /etc/radarr/config.toml
on journalctl --no-pager -o cat -u radarr.service | grep -q '"message":"ready"' || fail "the journal has no JSON"

say "the runbook's procedures with the real systemctl and the daemon's own user"
on mkdir -p /mnt/other
on radarr-tui tag add before
procedure 'Back up' '```sh' BACKUP=/mnt/other/radarr.jsonl.gz
on radarr-tui tag add after
procedure Restore '```sh' BACKUP=/mnt/other/radarr.jsonl.gz
tags=$(on radarr-tui tag list)
case $tags in
    *after*) fail "the restore kept what came later: $tags" ;;
    *before*) ;;
    *) fail "the restore did not bring back what was: $tags" ;;
esac
[ -z "$(on find /var/lib/radarr ! -user radarr)" ] || fail "files that are not the daemon's user's"
procedure 'The daemon does not answer' '```sh'
procedure 'A disk is full' '```sh'
main=$(on systemctl show -P MainPID radarr.service)

say "the socket starts the daemon"
on radarr-tui tag add kept
on systemctl stop radarr.service
on radarr-tui status >/dev/null || fail "the socket did not start the daemon"
on systemctl is-active radarr.service

say "a daemon that gives no sign of life is started anew"
on sh -c 'mkdir -p /run/systemd/system/radarr.service.d
    printf "[Service]\nWatchdogSec=3s\nRestartSec=100ms\n" >/run/systemd/system/radarr.service.d/test.conf
    systemctl daemon-reload && systemctl restart radarr.service'
until_is "the daemon with a short watchdog" is_ready
main=$(on systemctl show -P MainPID radarr.service)
on kill -STOP "$main"
is_another() { [ "$(on systemctl show -P MainPID radarr.service)" != "$main" ] && is_ready; }
until_is "another daemon" is_another
on systemctl show -P NRestarts radarr.service | grep -qv '^0' || fail "systemd did not start it anew"

say "it ends within ten seconds"
began=$(date +%s%N)
on systemctl stop radarr.service
took=$((($(date +%s%N) - began) / 1000000))
echo "$took ms"
[ $took -lt 10000 ] || fail "the end took $took ms"
on systemctl start radarr.service
until_is "the daemon after its end" is_ready

say "a user's own daemon"
on useradd --create-home me
on systemctl start "user@$(on id -u me).service"
mine() { on runuser -u me -- env "XDG_RUNTIME_DIR=/run/user/$(on id -u me)" "$@"; }
mine sh -c 'mkdir -p ~/.config/radarr && printf "[http]\nlisten = \"127.0.0.1:17878\"\n[metrics]\nlisten = \"\"\n" \
    >~/.config/radarr/config.toml'
mine systemctl --user start radarr.socket
mine radarr-tui status | head -3
mine systemctl --user is-active radarr.service
own=$(mine systemctl --user show -P MainPID radarr.service)
on grep -q '^CapBnd:.*0000000000000000' "/proc/$own/status" || fail "a user's own daemon keeps capabilities"
mine sh -c 'mkdir ~/movies && radarr-tui root add ~/movies' || fail "a user's own daemon can't write at home"
say "the same without its sandbox"
mine sh -c 'mkdir -p ~/.config/systemd/user/radarr.service.d &&
    cp /usr/share/doc/radarr/examples/no-sandbox.conf ~/.config/systemd/user/radarr.service.d/ &&
    systemctl --user daemon-reload && systemctl --user restart radarr.service && radarr-tui root list'
on systemctl stop "user@$(on id -u me).service"

say "upgrade"
main=$(on systemctl show -P MainPID radarr.service)
on sh -c 'echo "# mine" >>/etc/radarr/config.toml'
on dpkg --install /new.deb >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "the upgrade failed"; }
until_is "the new version" is_another
on radarr-tui tag list | grep -q kept || fail "the upgrade lost something"
on grep -q '^# mine' /etc/radarr/config.toml || fail "the upgrade lost the configuration"

say "remove"
on dpkg --remove radarr >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "the removal failed"; }
on pgrep -u radarr && fail "the daemon still runs"
on sh -c '[ ! -e /usr/bin/radarr-daemon ] && [ -d /var/lib/radarr/library ] && [ -e /etc/radarr/config.toml ]' ||
    fail "a removal takes the program and keeps the rest"

say "install again, purge"
on dpkg --install /new.deb >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "it can't be installed again"; }
until_is "the daemon after it was installed again" is_ready
on radarr-tui tag list | grep -q kept || fail "the library was lost"
on dpkg --purge radarr >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "the purge failed"; }
grep -i warning "$work/dpkg.log" && fail "the purge leaves something"
# What people put somewhere, and the journal, stay.
left=$(on find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /srv -o -path /mnt -o -path /home \
    -o -path /var/log \) -prune -o -name '*radarr*' -print)
[ -z "$left" ] || fail "a purge leaves $left"
[ "$(on cat /srv/movies/film)" = film ] || fail "a purge took a movie"
on test -s /mnt/other/radarr.jsonl.gz || fail "a purge took a backup that lay elsewhere"
say "all of it as it should be"
