#!/bin/bash
# What linuxserver's image of qBittorrent does with its variables, as far as the compose file uses it: it starts as
# root, gives itself up for PUID and PGID, and keeps its configuration below /config/qBittorrent.
set -euo pipefail
umask "${UMASK:-022}"
mkdir -p /config/qBittorrent
chown "$PUID:$PGID" /config /config/qBittorrent
export HOME=/config XDG_CONFIG_HOME=/config XDG_DATA_HOME=/config LC_ALL=C.UTF-8
exec /usr/sbin/chroot --userspec="$PUID:$PGID" / /usr/bin/qbittorrent-nox --webui-port="$WEBUI_PORT"
