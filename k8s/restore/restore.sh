#!/bin/sh
# Puts a dump back in one transaction: when anything goes wrong, all is as it was. What was there is dumped first.
set -eu
umask 077
PGPASSWORD=$(cat "$PASSWORD_FILE")
export PGPASSWORD
folder=/backups/postgres
dump=${DUMP:-$(find "$folder" -maxdepth 1 -name 'radarr-*.dump' | sort | tail -n 1)}
case $dump in
'') echo "there is no dump in $folder" >&2 && exit 1 ;;
/*) ;;
*) dump=$folder/$dump ;;
esac
pg_restore --list "$dump" >/dev/null

others=$(psql --no-psqlrc --tuples-only --no-align --command \
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
if [ "$others" != 0 ]; then
    echo "$others connections are open: end the daemons first (kubectl scale deployment/radarr --replicas 0)" >&2
    exit 1
fi
before=$folder/before-restore-$(date -u +%Y%m%dT%H%M%SZ).dump
pg_dump --format=custom --no-owner --no-privileges --file="$before"
echo "what was there: $before"
pg_restore --dbname="$PGDATABASE" --single-transaction --clean --if-exists --no-owner --no-privileges "$dump"
echo "restored: $dump"
