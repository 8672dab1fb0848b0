#!/usr/bin/env python3
"""What is in the image, read from its archive: user, labels, size, no shell, no path of this machine, list of contents.

    image_checks.py FOLDER      the folder of radarr.tar
"""

import io
import json
import sys
import tarfile
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

BYTES_MAX = 40_000_000
LABELS = "title description version revision created source url documentation vendor licenses".split()
ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    folder = Path(sys.argv[1])
    with tarfile.open(folder / "radarr.tar") as archive:

        def read(digest: str) -> bytes:
            return archive.extractfile(f"blobs/{digest.replace(':', '/')}").read()

        index = json.load(archive.extractfile("index.json"))
        manifest = json.loads(read(index["manifests"][0]["digest"]))
        image = json.loads(read(manifest["config"]["digest"]))
        entries: dict[str, tarfile.TarInfo] = {}
        programs = {}
        for layer in manifest["layers"]:
            with tarfile.open(fileobj=io.BytesIO(read(layer["digest"]))) as files:
                for entry in files:
                    entries[entry.name.strip("/")] = entry
                    if entry.name.startswith("usr/bin/") and entry.isfile():
                        programs[Path(entry.name).name] = files.extractfile(entry).read()
    config = image["config"]
    size = sum(entry.size for entry in entries.values())
    assert size < BYTES_MAX, f"{size} bytes"
    assert config["User"] == "10001:10001", config["User"]
    assert set(config["Volumes"]) == {"/config", "/downloads", "/movies"}, config["Volumes"]
    assert config["Entrypoint"] == ["/usr/bin/radarr-daemon"] and config["Cmd"] == ["serve"]
    assert set(config["ExposedPorts"]) == {"7878/tcp", "7879/tcp", "8080/tcp"}
    for label in LABELS:
        assert config["Labels"].get(f"org.opencontainers.image.{label}"), f"no label {label}"
    assert set(programs) == {"radarr-daemon", "radarr-tui", "ffprobe"}, programs.keys()
    for name, content in programs.items():
        assert b"/lib64/ld-linux" not in content and b"/lib/ld-musl" not in content, f"{name} is not static"
        for path in (str(ROOT), str(Path.home() / ".cargo"), str(Path.home() / ".rustup")):
            assert path.encode() not in content, f"{name} has the path {path} in it"
    for needed in ("etc/ssl/certs/ca-certificates.crt", "usr/share/zoneinfo/Europe/Berlin", "etc/passwd"):
        assert needed in entries, f"no {needed}"
    for folder_name in ("config", "downloads", "movies"):
        assert (entries[folder_name].uid, entries[folder_name].gid) == (10001, 10001), folder_name
    writable = [name for name, entry in entries.items() if entry.mode & 0o022 and not entry.issym() and name != "tmp"]
    assert not writable, f"anybody may write {writable}"
    set_id = [name for name, entry in entries.items() if entry.mode & 0o6000]
    assert not set_id, f"set-user-id: {set_id}"
    text = (folder / "radarr.cdx.json").read_text()
    fault = JsonStrictValidator(SchemaVersion.V1_5).validate_str(text)
    assert fault is None, f"radarr.cdx.json: {fault}"
    components = json.loads(text)["components"]
    parts = ", ".join(f"{name} {len(content) / 1e6:.1f}" for name, content in sorted(programs.items()))
    print(f"{size / 1e6:.1f} MB ({parts}), {len(components)} parts are listed")


if __name__ == "__main__":
    main()
