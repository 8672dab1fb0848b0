"""What is around the daemon: stand-ins of TMDB and HDBits with a seeding peer, and a real qBittorrent in a pod."""

import base64
import hashlib
import json
import os
from pathlib import Path

import yaml

from machine import OUTSIDE, Machine, eventually, http

USER, PASSWORD = "admin", "loopback only"
PORT = 8080


class StandIns:
    """TMDB, HDBits, a tracker and a peer that has the films."""

    def __init__(self, machine: Machine, program: Path, bytes_per_second: int):
        log = machine.folder / "standins.log"
        command = [str(program), "--json", "--speed", str(bytes_per_second)]
        for part in ("tmdb", "hdbits", "tracker", "seeder", "torznab"):
            command += [f"--{part}", f"{OUTSIDE}:0"]
        machine.process(command, log)
        self.places = eventually("the stand-ins", lambda: json.loads(log.read_text().splitlines()[0]), 60)

    def __getitem__(self, place: str) -> str:
        return self.places[place]

    @property
    def tmdb(self) -> str:
        url = self.places["tmdb"].rstrip("/")
        return url if url.endswith("/3") else f"{url}/3"


def qbittorrent_configuration() -> str:
    """What somebody would have clicked together: a log-in, and no neighbours to look for."""
    salt = b"sixteen bytes ok"
    key = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 100_000, 64)
    secret = f"@ByteArray({base64.b64encode(salt).decode()}:{base64.b64encode(key).decode()})"
    return f"""\
[LegalNotice]
Accepted=true

[Preferences]
Connection\\ResolvePeerCountries=false
WebUI\\Enabled=true
WebUI\\Address=*
WebUI\\Port={PORT}
WebUI\\UseUPnP=false
WebUI\\LocalHostAuth=true
WebUI\\HostHeaderValidation=false
WebUI\\Username={USER}
WebUI\\Password_PBKDF2="{secret}"

[BitTorrent]
Session\\Port=45678
Session\\DHTEnabled=false
Session\\PeXEnabled=false
Session\\LSDEnabled=false
Session\\Encryption=2
Session\\BTProtocol=TCP
Session\\MultiConnectionsPerIp=true
Session\\SSRFMitigation=false
Session\\DefaultSavePath=/data/downloads
Session\\TempPathEnabled=false
Session\\QueueingSystemEnabled=false

[Network]
PortForwardingEnabled=false
"""


def start_qbittorrent(machine: Machine, image: str, address: str) -> str:
    """A pod as it would stand in a cluster: the same user, the same volume, under the same path."""
    folder = machine.folder / "qbittorrent"
    config = folder / "qBittorrent" / "config"
    config.mkdir(parents=True)
    (config / "qBittorrent.conf").write_text(qbittorrent_configuration())
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 10001, 10001)
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "qbittorrent"},
        "spec": {
            "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001, "fsGroup": 10001},
            "containers": [
                {
                    "name": "qbittorrent",
                    "image": image,
                    "imagePullPolicy": "Never",
                    "command": ["/usr/bin/qbittorrent-nox"],
                    "args": ["--profile=/config"],
                    "env": [{"name": "HOME", "value": "/config"}, {"name": "LC_ALL", "value": "C.UTF-8"}],
                    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
                    "volumeMounts": [
                        {"name": "config", "mountPath": "/config"},
                        {"name": "data", "mountPath": "/data"},
                    ],
                }
            ],
            "volumes": [
                {"name": "config", "hostPath": {"path": str(folder), "type": "Directory"}},
                {"name": "data", "persistentVolumeClaim": {"claimName": "radarr-data"}},
            ],
        },
    }
    path = machine.folder / "qbittorrent.yaml"
    path.write_text(yaml.safe_dump(pod))
    machine.start(path, address)
    # Without a login it is 403, and up.
    eventually("qBittorrent", lambda: http(f"http://{address}:{PORT}/api/v2/app/version")[0] in (200, 403), 60)
    return f"http://qbittorrent:{PORT}"
