#!/bin/sh
# A dump of the database, beside the portable backup that was just written. Keeps the newest KEEP of each kind.
set -eu
umask 077
keep=${KEEP:-14}
folder=/backups/postgres
PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD
mkdir -p "$folder"

name=radarr-$(date -u +%Y%m%dT%H%M%SZ).dump
pg_dump --format=custom --no-owner --no-privileges --file="$folder/$name.part"
# Whoever finds a dump finds a whole one.
pg_restore --list "$folder/$name.part" >/dev/null
mv "$folder/$name.part" "$folder/$name"
echo "written: $folder/$name, $(wc -c <"$folder/$name") bytes"

# What a job that was cut off left behind; this is the only one that runs.
rm -f "$folder"/*.part
tidy() {
    # Names begin with the time, so that their order is that of age.
    find "$1" -maxdepth 1 -type f -name "$2" | sort -r | tail -n "+$((keep + 1))" | while read -r old; do
        rm -- "$old"
        echo "removed: $old"
    done
}
tidy "$folder" 'radarr-*.dump'
tidy /backups/portable 'radarr-*.jsonl.gz'

# A certificate of the database that was renewed meanwhile.
psql --no-psqlrc --quiet --tuples-only --command 'SELECT pg_reload_conf()' >/dev/null
echo "done"
