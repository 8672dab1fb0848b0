#!/usr/bin/env python3
"""The compose file says what it should: podman-compose reads it, and both containers share one mount."""

import subprocess
import sys
from pathlib import Path

import yaml

FOLDER = Path(__file__).resolve().parent.parent.parent / "packaging" / "compose"


def main() -> None:
    compose = Path(sys.executable).parent / "podman-compose"
    read = subprocess.run([str(compose), "config"], cwd=FOLDER, check=True, capture_output=True, text=True)
    services = yaml.safe_load(read.stdout)["services"]
    radarr, client = services["radarr"], services["qbittorrent"]

    def target(volume) -> tuple[str, str]:
        if isinstance(volume, dict):
            return volume["source"], volume["target"]
        return tuple(volume.split(":")[:2])

    shared = {target(volume) for volume in radarr["volumes"]} & {target(volume) for volume in client["volumes"]}
    assert [place for _, place in shared] == ["/data"], f"shared: {shared}"
    assert radarr["read_only"] and radarr["cap_drop"] == ["ALL"]
    assert radarr["security_opt"] == ["no-new-privileges:true"]
    for service in services.values():
        for port in service["ports"]:
            # Only the peers of torrents come from outside.
            assert str(port).startswith("127.0.0.1:") or "6881" in str(port), f"{port} is open to everybody"
    print("the compose file is read, and shares /data")


if __name__ == "__main__":
    main()
