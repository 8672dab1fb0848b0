"""Secrets, certificates, tokens and settings that change under a daemon that runs: all of it counts without a restart."""

import hashlib
import socket
import ssl
from pathlib import Path

from machine import Fault, eventually, run, say

NAME = "radarr-1"
CONTAINER = f"{NAME}-radarr"
SETTINGS = """\
version: 1
tags: [{tag}]
tokens:
  - name: from-a-file
    role: viewer
    secret: {{file: /run/secrets/radarr/script-token}}
"""


def declare(site: Path, tag: str, token: str) -> None:
    """What an operator puts into the folder of make-secrets.sh."""
    for folder in ("settings.d", "secrets.d"):
        (site / folder).mkdir(exist_ok=True)
    (site / "settings.d" / "10-radarr.yaml").write_text(SETTINGS.format(tag=tag))
    (site / "secrets.d" / "script-token").write_text(token)


def of_number(number: int) -> str:
    """A token that is long enough."""
    return hashlib.sha256(f"token {number}".encode()).hexdigest()


def everything_is_renewed(cluster, address: str, tui: Path) -> None:
    process = pid(cluster)
    settings_and_tokens(cluster, address, tui)
    certificate(cluster, address)
    password(cluster)
    if pid(cluster) != process:
        raise Fault("the daemon was started anew")
    say("settings, a token, the certificate and the database's password were renewed under the same process")


def pid(cluster) -> str:
    return cluster.machine.podman("inspect", "--format", "{{.State.Pid}} {{.RestartCount}}", CONTAINER)


def tags(cluster) -> set[str]:
    return {tag["label"] for tag in cluster.tui_json(NAME, "tag", "list")}


def settings_and_tokens(cluster, address: str, tui: Path) -> None:
    eventually("the settings that were declared before the start", lambda: "declared-1" in tags(cluster))
    lets_in(cluster, address, tui, of_number(1))
    declare(cluster.site, "declared-2", of_number(2))
    cluster.renew()
    eventually("the settings that changed", lambda: "declared-2" in tags(cluster))
    lets_in(cluster, address, tui, of_number(2))
    try:
        ask(cluster, address, tui, of_number(1))
    except Fault:
        return
    raise Fault("the token before is still let in")


def ask(cluster, address: str, tui: Path, token: str) -> str:
    file = cluster.machine.folder / "script-token"
    file.write_text(token)
    file.chmod(0o600)
    where = ["--connect", f"tls:{address}:7879", "--ca-file", str(cluster.site / "ca.crt"), "--token-file", str(file)]
    return run([str(tui), *where, "status"])


def lets_in(cluster, address: str, tui: Path, token: str) -> None:
    eventually("the token", lambda: ask(cluster, address, tui, token))


def shown(cluster, address: str) -> bytes:
    """The certificate that port 7879 shows, verified."""
    context = ssl.create_default_context(cafile=str(cluster.site / "ca.crt"))
    with socket.create_connection((address, 7879), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname=address) as secured:
            return secured.getpeercert(binary_form=True)


def certificate(cluster, address: str) -> None:
    before = shown(cluster, address)
    for name in ("radarr-tls.crt", "radarr-tls.key"):
        (cluster.site / name).unlink()
    cluster.renew()
    eventually("the new certificate", lambda: shown(cluster, address) != before)


def password(cluster) -> None:
    """As the README says: the secret first, then the database; then every connection has to be made anew."""
    (cluster.site / "database-password").write_text("another " + of_number(3))
    cluster.renew()
    cluster.tui(NAME, "tag", "add", "between")
    sql(cluster, "ALTER ROLE radarr PASSWORD :'password'")
    sql(cluster, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'radarr'")
    eventually("a change with the new password", lambda: cluster.tui(NAME, "tag", "add", "renewed") or True)
    cluster.machine.execute(CONTAINER, "radarr-daemon", "healthcheck", "--ready")
    if not {"between", "renewed"} <= tags(cluster):
        raise Fault(f"tags are missing: {tags(cluster)}")


def sql(cluster, statement: str) -> None:
    script = (
        'psql --no-psqlrc --quiet --username postgres --set ON_ERROR_STOP=1 '
        '--set password="$(cat /run/secrets/radarr/database-password)"'
    )
    cluster.machine.execute("postgres-postgres", "sh", "-c", script, given=statement)
