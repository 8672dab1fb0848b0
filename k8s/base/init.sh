# Runs once, when the database is made, inside of the image's own script: the daemon's user and database.
psql --set ON_ERROR_STOP=1 --username postgres --no-psqlrc \
    --set password="$(cat /run/secrets/radarr/database-password)" <<'SQL'
CREATE ROLE radarr LOGIN PASSWORD :'password';
CREATE DATABASE radarr OWNER radarr TEMPLATE template0 ENCODING 'UTF8';
REVOKE CONNECT ON DATABASE radarr FROM PUBLIC;
-- A certificate that was renewed is read when the server is told to; the backup job does so each night.
\connect radarr
GRANT EXECUTE ON FUNCTION pg_reload_conf() TO radarr;
SQL
