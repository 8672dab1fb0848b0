#!/usr/bin/env python3
"""Lists what is in the image, as CycloneDX 1.5: the crates of both programs, ffprobe, certificates, time zones.

From `cargo metadata` and `Cargo.lock`; nothing that only builds or tests is listed. The same commit gives the same text.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tomllib
import uuid
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ["radarr-daemon", "radarr-tui"]
# FFmpeg's own identifier in the lists of vulnerabilities.
FFMPEG_CPE = "cpe:2.3:a:ffmpeg:ffmpeg:{}:*:*:*:*:*:*:*"


def metadata(target: str) -> dict:
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def checksums() -> dict[tuple[str, str], str]:
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    return {(p["name"], p["version"]): p["checksum"] for p in lock["package"] if "checksum" in p}


def linked(meta: dict) -> dict[str, list[str]]:
    """Each package that ends up in a program, and those it needs there."""
    nodes = {node["id"]: node for node in meta["resolve"]["nodes"]}
    macros = {
        p["id"] for p in meta["packages"] if any("proc-macro" in target["kind"] for target in p["targets"])
    }
    todo = [p["id"] for p in meta["packages"] if p["name"] in PROGRAMS]
    found: dict[str, list[str]] = {}
    while todo:
        package = todo.pop()
        if package in found:
            continue
        needs = [
            dep["pkg"]
            for dep in nodes[package]["deps"]
            if any(kind["kind"] is None for kind in dep["dep_kinds"]) and dep["pkg"] not in macros
        ]
        found[package] = sorted(needs)
        todo.extend(needs)
    return found


def licences(expression: str | None) -> list[dict]:
    # A slash is how crates said "or" before there were expressions.
    return [{"expression": expression.replace("/", " OR ")}] if expression else []


def crate(package: dict, sums: dict[tuple[str, str], str]) -> dict:
    name, version = package["name"], package["version"]
    purl = f"pkg:cargo/{name}@{version}"
    component = {
        "type": "application" if name in PROGRAMS else "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": licences(package["license"]),
    }
    if (name, version) in sums:
        component["hashes"] = [{"alg": "SHA-256", "content": sums[name, version]}]
    if package.get("repository"):
        component["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return component


def ffprobe(script: Path) -> dict:
    text = script.read_text()
    version = re.search(r"^version=(\S+)$", text, re.M)[1]
    return {
        "type": "application",
        "bom-ref": "ffprobe",
        "name": "ffmpeg",
        "version": version,
        "description": "ffprobe alone, without network, filters and encoders; packaging/ffprobe.sh has its options",
        "cpe": FFMPEG_CPE.format(version),
        "purl": f"pkg:generic/ffmpeg@{version}",
        "licenses": licences("LGPL-2.1-or-later"),
        "hashes": [{"alg": "SHA-256", "content": re.search(r"^sha256=(\S+)$", text, re.M)[1]}],
        "externalReferences": [
            {"type": "distribution", "url": f"https://ffmpeg.org/releases/ffmpeg-{version}.tar.xz"}
        ],
    }


def files(requirements: Path) -> list[dict]:
    licence = {"certifi": "MPL-2.0", "tzdata": "Apache-2.0"}
    found = re.findall(r"^(\w+)==(\S+) --hash=sha256:(\w+)$", requirements.read_text(), re.M)
    return [
        {
            "type": "data",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "licenses": licences(licence[name]),
            "hashes": [{"alg": "SHA-256", "content": content}],
        }
        for name, version, content in found
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True)
    parser.add_argument("--revision", required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--ffprobe", type=Path, required=True)
    parser.add_argument("--requirements", type=Path, required=True)
    arguments = parser.parse_args()

    meta = metadata(arguments.target)
    sums, needs = checksums(), linked(meta)
    packages = {package["id"]: package for package in meta["packages"]}
    crates = {id: crate(packages[id], sums) for id in needs}
    components = sorted(crates.values(), key=lambda component: component["bom-ref"])
    others = [ffprobe(arguments.ffprobe), *files(arguments.requirements)]
    when = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), timezone.utc)
    image = f"pkg:oci/radarr@{arguments.version}"
    programs = [crates[id]["bom-ref"] for id in needs if packages[id]["name"] in PROGRAMS]
    depends = [{"ref": crates[id]["bom-ref"], "dependsOn": [crates[n]["bom-ref"] for n in needs[id]]} for id in needs]
    top = {"ref": image, "dependsOn": sorted(programs) + [other["bom-ref"] for other in others]}
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"{image}+{arguments.revision}").urn,
        "version": 1,
        "metadata": {
            "timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "container",
                "bom-ref": image,
                "name": "radarr",
                "version": arguments.version,
                "purl": image,
                "licenses": licences("MIT OR Apache-2.0"),
                "properties": [{"name": "revision", "value": arguments.revision}],
            },
        },
        "components": components + others,
        "dependencies": [top, *sorted(depends, key=lambda entry: entry["ref"])],
    }
    json.dump(bom, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
