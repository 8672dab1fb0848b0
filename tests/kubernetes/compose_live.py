#!/usr/bin/env python3
"""Starts the compose file with podman-compose, and sets the two of it up to work together, as its README tells.

    compose_live.py IMAGE.tar PARTS_FOLDER

Real are the image, the compose file and qBittorrent, which comes in an image of Debian's package that behaves like
linuxserver's. Needs root, podman, buildah, runc, netavark and aardvark-dns.
"""

import os
import subprocess
import sys
from pathlib import Path

from machine import Fault, Machine, as_json, eventually, http, own_namespaces, run, say
from world import PASSWORD, USER, qbittorrent_configuration

HERE = Path(__file__).resolve().parent
COMPOSE = HERE.parent.parent / "packaging" / "compose"
# What somebody's own machine has, and not the default.
OWNER = 12345
RADARR, QBITTORRENT = "radarr_radarr_1", "radarr_qbittorrent_1"


class Project:
    """The compose file, in a folder as somebody would have it."""

    def __init__(self, machine: Machine):
        self.machine = machine
        self.folder = machine.folder / "compose"
        self.folder.mkdir()
        (self.folder / "compose.yaml").write_text((COMPOSE / "compose.yaml").read_text())
        (self.folder / ".env").write_text(f"""\
USER_ID={OWNER}
GROUP_ID={OWNER}
UMASK=027
TZ=Europe/Berlin
RADARR_IMAGE=localhost/radarr:compose
QBITTORRENT_IMAGE=localhost/qbittorrent:compose
""")
        self.data = self.folder / "data"
        for part in ("config", "qbittorrent/qBittorrent", "media/downloads", "media/movies"):
            (self.data / part).mkdir(parents=True)
        (self.data / "qbittorrent" / "qBittorrent" / "qBittorrent.conf").write_text(qbittorrent_configuration())
        for path in [self.data, *self.data.rglob("*")]:
            os.chown(path, OWNER, OWNER)

    def compose(self, *arguments: str, given: str | None = None) -> str:
        program = Path(sys.executable).parent / "podman-compose"
        storage = " ".join(self.machine.storage)
        command = [str(program), "--podman-args", storage, *arguments]
        return run(command, env=self.machine.env, given=given, cwd=self.folder)

    def tui(self, *arguments: str, given: str | None = None) -> str:
        return self.machine.execute(RADARR, "radarr-tui", *arguments, given=given)


def build_parts(machine: Machine, parts: Path) -> None:
    builder = ["buildah", *machine.storage]
    subprocess.run([str(HERE / "parts.sh"), str(parts), "localhost/parts", *builder], env=machine.env, check=True)
    context = machine.folder / "qbittorrent-image"
    context.mkdir()
    (context / "start.sh").write_text((HERE / "like_linuxserver_qbittorrent.sh").read_text())
    (context / "Containerfile").write_text("""\
FROM localhost/parts
COPY start.sh /usr/local/bin/start.sh
ENTRYPOINT ["/bin/bash", "/usr/local/bin/start.sh"]
CMD []
""")
    run([*builder, "build", "--quiet", "--isolation", "chroot", "--tag", "localhost/qbittorrent:compose", str(context)],
        env=machine.env)


def is_healthy(machine: Machine) -> bool:
    machine.podman("healthcheck", "run", RADARR)
    return True


def works_together(project: Project) -> None:
    """The steps of the set-up: a root folder, the client, and a look at both from outside in."""
    project.tui("root", "add", "/data/movies")
    project.tui("client", "add", "qbittorrent", "--url", "http://qbittorrent:8080", "--username", USER,
                "--password-file", "-", given=PASSWORD)
    tested = project.tui("client", "test", "1")
    say(f"client test: {' '.join(tested.split())}")
    # One mount for both: what one writes, the other links.
    download = project.data / "media" / "downloads" / "film.mkv"
    download.write_bytes(b"a film")
    os.chown(download, OWNER, OWNER)
    os.link(download, project.data / "media" / "movies" / "film.mkv")
    status = as_json(project.tui("status", "--json"))
    if not status:
        raise Fault("no status")
    made = next((project.data / "config").iterdir())
    if made.stat().st_uid != OWNER:
        raise Fault(f"{made} belongs to {made.stat().st_uid}")
    if made.stat().st_mode & 0o007:
        raise Fault(f"{made} can be read by others: {made.stat().st_mode:o}, and UMASK is 027")


def goes_the_way(machine: Machine, project: Project) -> None:
    project.compose("up", "--detach")
    eventually("radarr's port", lambda: http("http://127.0.0.1:7878/ready")[0] == 200)
    eventually("the health check", lambda: is_healthy(machine))
    eventually("qBittorrent's port", lambda: http("http://127.0.0.1:8080/api/v2/app/version")[0] in (200, 403), 60)
    say("both answer on this machine's ports")
    works_together(project)
    # What was set is there after an update, which makes the containers anew.
    project.compose("down")
    project.compose("up", "--detach")
    eventually("radarr's port again", lambda: http("http://127.0.0.1:7878/ready")[0] == 200)
    if "qbittorrent" not in project.tui("client", "list").lower():
        raise Fault("the client is gone after down and up")
    project.compose("down")
    say("what was set is there after down and up")


def main() -> None:
    image, parts = (Path(argument).resolve() for argument in sys.argv[1:3])
    own_namespaces()
    with Machine() as machine:
        machine.load(image, "localhost/radarr:compose")
        build_parts(machine, parts)
        project = Project(machine)
        try:
            goes_the_way(machine, project)
        except Fault as fault:
            told = [f"{name}:\n{machine.logs(name)[-3000:]}" for name in (RADARR, QBITTORRENT)]
            raise Fault("\n".join([str(fault), *told])) from fault


if __name__ == "__main__":
    main()
