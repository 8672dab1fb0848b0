#!/usr/bin/env python3
"""Runs what base and prod render, with podman, and sends a movie the whole way through it.

    live.py IMAGE.tar STANDINS RADARR-TUI PARTS_FOLDER [STARTS]

Real are: the image, the manifests (for_podman.py says what it leaves out), PostgreSQL with TLS, qBittorrent. TMDB and
HDBits are stand-ins. STARTS is how often base's daemon is started anew, for figures. Needs root, podman, buildah, runc, netavark, catatonit.
"""

import contextlib
import datetime
import io
import json
import statistics
import subprocess
import sys
import threading
from pathlib import Path

import yaml

from for_podman import Converter
from machine import SUBNET, Fault, Machine, as_json, eventually, http, own_namespaces, run, say
from renewal import declare, everything_is_renewed, of_number
from world import PASSWORD, USER, StandIns, start_qbittorrent

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ADDRESS = {"postgres": f"{SUBNET}.10", "qbittorrent": f"{SUBNET}.20"}
# The issue's: ten seconds from SIGTERM to the end.
END_SECONDS = 10


def of_replica(number: int) -> str:
    return f"{SUBNET}.{30 + number}"


class Cluster:
    """What an overlay renders, on this machine."""

    def __init__(self, machine: Machine, overlay: str, stand_ins: StandIns):
        self.machine, self.overlay = machine, overlay
        self.site = machine.folder / f"site-{overlay}"
        self.pods = machine.folder / f"pods-{overlay}"
        (self.site).mkdir()
        (self.site / "tmdb-api-key").write_text(stand_ins["tmdb_key"])
        declare(self.site, "declared-1", of_number(1))
        rendered = self.render()
        converted = subprocess.run(
            [sys.executable, str(HERE / "for_podman.py"), str(self.pods)],
            input=rendered, text=True, capture_output=True, check=True,
        )
        for line in converted.stderr.splitlines():
            say(line)
        # The one thing that is not as in the cluster: TMDB is a stand-in.
        say("added: RADARR__TMDB__BASE_URL, for the stand-in")
        for path in self.pods.glob("radarr-[0-9].yaml"):
            self.change(path, {"RADARR__TMDB__BASE_URL": stand_ins.tmdb})
        self.probes = json.loads((self.pods / "probes.json").read_text())

    def render(self) -> str:
        names = [of_replica(number) for number in range(1, 6)]
        run([str(ROOT / "k8s" / "make-secrets.sh"), self.overlay, str(self.site), *names])
        rendered = run(["kubectl", "kustomize", str(self.site)])
        if "CHANGE-ME" in rendered:
            raise Fault("make-secrets.sh left a value of the template")
        return rendered

    def renew(self) -> None:
        """What `kubectl apply` of another secret or config map does to pods that run."""
        documents = [document for document in yaml.safe_load_all(self.render()) if document]
        with contextlib.redirect_stderr(io.StringIO()):
            Converter(documents, self.pods).renew()

    def change(self, path: Path, env: dict[str, str]) -> None:
        documents = list(yaml.safe_load_all(path.read_text()))
        for container in documents[-1]["spec"]["containers"]:
            container["env"] += [{"name": name, "value": value} for name, value in env.items()]
        path.write_text(yaml.safe_dump_all(documents))

    @property
    def replicas(self) -> list[str]:
        return sorted(path.stem for path in self.pods.glob("radarr-[0-9].yaml"))

    def start_postgres(self) -> None:
        self.machine.start(self.pods / "postgres.yaml", ADDRESS["postgres"])
        self.probe("postgres", "startup")

    def start_radarr(self, name: str) -> float:
        """Starts it and asks its probes; milliseconds to ready."""
        path = self.pods / f"{name}.yaml"
        if not path.exists():
            # One more replica, as a rolling update makes it.
            first = self.replicas[0]
            path.write_text((self.pods / f"{first}.yaml").read_text()
                            .replace(f"{first}-", f"{name}-").replace(f"name: {first}\n", f"name: {name}\n"))
            self.probes[name] = self.probes[first]
        self.machine.start(path, of_replica(int(name.rsplit("-", 1)[1])))
        for kind in ("startup", "liveness", "readiness"):
            self.probe(name, kind)
        took = self.ready_after(name)
        say(f"{name}: started, {took:.0f} ms to ready; the probes answer")
        return took

    def probe(self, pod: str, kind: str) -> None:
        """Asks a probe of the manifest as the kubelet does, until it answers."""
        probes = self.probes[pod]
        probe = probes[f"{kind}Probe"]
        if "exec" in probe:
            container = f"{pod}-{probes['container']}"
            eventually(f"{pod}: {kind}", lambda: self.machine.execute(container, *probe["exec"]["command"]) or True)
            return
        port = probes["ports"][probe["httpGet"]["port"]]
        url = f"http://{self.machine.addresses[pod]}:{port}{probe['httpGet']['path']}"
        try:
            eventually(f"{pod}: {kind}", lambda: http(url)[0] == 200, 60)
        except Fault as fault:
            raise Fault(f"{fault}\n{self.machine.logs(f'{pod}-radarr')[-3000:]}") from fault

    def ready_after(self, name: str) -> float:
        """Milliseconds from the start of the container's process to the log's word."""
        started = self.machine.podman("inspect", "--format", "{{.State.StartedAt.UnixMilli}}", f"{name}-radarr")
        lines = [json.loads(line) for line in self.machine.logs(f"{name}-radarr").splitlines() if line[:1] == "{"]
        ready = next(line for line in lines if message(line) == "ready")
        return moment(ready) * 1000 - float(started)

    def end(self, name: str) -> None:
        took, codes = self.machine.stop(name, 30)
        lines = [json.loads(line) for line in self.machine.logs(f"{name}-radarr").splitlines() if line[:1] == "{"]
        times = {message(line): moment(line) for line in lines}
        own = times["ended"] - times["ending"]
        say(f"{name}: ended {own * 1000:.0f} ms after SIGTERM with {codes}; all of the pod after {took:.1f} s")
        if codes != [0] or took > END_SECONDS:
            raise Fault(f"{name} ended after {took:.1f} s with {codes}\n{self.machine.logs(f'{name}-radarr')}")
        self.machine.remove(name)

    def tui(self, name: str, *arguments: str, given: str | None = None) -> str:
        return self.machine.execute(f"{name}-radarr", "radarr-tui", *arguments, given=given)

    def tui_json(self, name: str, *arguments: str):
        return as_json(self.tui(name, "--json", *arguments))

    def remove_all(self) -> None:
        for name in [*self.machine.podman("pod", "ps", "--format", "{{.Name}}").split()]:
            self.machine.remove(name)
        self.machine.podman("volume", "prune", "--force")


def message(line: dict) -> str:
    return line.get("message") or line.get("fields", {}).get("message", "")


def moment(line: dict) -> float:
    return datetime.datetime.fromisoformat(line["timestamp"].replace("Z", "+00:00")).timestamp()


def base_runs(machine: Machine, stand_ins: StandIns, tui: Path, starts: int) -> None:
    cluster = Cluster(machine, "base", stand_ins)
    cluster.start_postgres()
    cluster.start_radarr("radarr-1")
    container = "radarr-1-radarr"
    status = cluster.tui_json("radarr-1", "status")
    say(f"radarr {status['version']} on {status['storage']}")
    machine.execute(container, "radarr-daemon", "healthcheck")
    machine.execute(container, "radarr-daemon", "healthcheck", "--ready")
    contained(machine, container)
    if "radarr_movies_total" not in http(f"http://{of_replica(1)}:8080/metrics")[1]:
        raise Fault("there are no metrics")
    everything_is_renewed(cluster, of_replica(1), tui)
    cluster.end("radarr-1")
    # Again, on a database that is there.
    took = []
    for _ in range(starts):
        took.append(cluster.start_radarr("radarr-1"))
        cluster.end("radarr-1")
    say(f"{starts} starts: ready after {min(took):.0f} to {max(took):.0f} ms, median {statistics.median(took):.0f} ms")
    cluster.remove_all()


def contained(machine: Machine, container: str) -> None:
    """The container is as small as the manifest says."""
    inspected = as_json(machine.podman("inspect", container))[0]
    user, readonly = inspected["Config"]["User"], inspected["HostConfig"]["ReadonlyRootfs"]
    pid = inspected["State"]["Pid"]
    status = Path(f"/proc/{pid}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    facts = {
        "user": fields["Uid"].split()[0] == "10001" and user.startswith("10001"),
        "capabilities": all(int(fields[part], 16) == 0 for part in ("CapEff", "CapPrm", "CapBnd")),
        "no new privileges": fields["NoNewPrivs"] == "1",
        "read-only": readonly,
        "umask": fields["Umask"] == "0002",
    }
    if not all(facts.values()):
        raise Fault(f"the container is not contained: {facts}, {fields}")
    for program in ("sh", "/bin/sh", "/bin/bash"):
        shell = machine.command("exec", container, program, "-c", "true")
        if subprocess.run(shell, env=machine.env, capture_output=True).returncode == 0:
            raise Fault(f"the image has {program}")
    say("user 10001, no capability, no new privileges, read-only, umask 002, no shell")


def set_up(cluster: Cluster, stand_ins: StandIns, qbittorrent: str) -> None:
    data = cluster.machine.volume("radarr-data")
    for folder in ("movies", "downloads"):
        (data / folder).mkdir(exist_ok=True)
        run(["chown", "10001:10001", str(data / folder)])
    one = cluster.replicas[0]
    cluster.tui(one, "root", "add", "/data/movies")
    # Tried again as a person would: the network of a pod that has just begun drops what is asked at times.
    eventually("the indexer", lambda: cluster.tui(
        one, "indexer", "add", "hdbits", "--base-url", stand_ins["hdbits"], "--username", stand_ins["username"],
        "--passkey-file", "-", given=stand_ins["passkey"],
    ) or True)
    cluster.tui(
        one, "client", "add", "qbittorrent", "--url", qbittorrent, "--username", USER, "--password-file", "-",
        "--save-path", "/data/downloads", given=PASSWORD,
    )


def files(cluster: Cluster, name: str, movie: str) -> list[dict]:
    return cluster.tui_json(name, "movie", "files", movie)


def goes_the_whole_way(cluster: Cluster) -> None:
    """From adding to the file in the library, set up at one replica and asked at another."""
    first, last = cluster.replicas[0], cluster.replicas[-1]
    movie = cluster.tui_json(first, "movie", "add", "Nosferatu 1922", "--profile", "HD-1080p", "--search")
    imported = eventually("the import", lambda: files(cluster, last, str(movie["id"])), 180)
    check_import(cluster, imported[0])


def check_import(cluster: Cluster, file: dict) -> None:
    data = cluster.machine.volume("radarr-data")
    videos = [path for path in (data / "movies").rglob("*") if path.is_file() and path.stat().st_size > 1_000_000]
    path = next(path for path in videos if path.name == Path(file["relative_path"]).name)
    if path.stat().st_nlink != 2:
        raise Fault(f"{path} is no hardlink of what was downloaded")
    media = file.get("media_info") or {}
    if not media.get("width"):
        raise Fault(f"nothing is known of the picture: {file}")
    say(f"imported {path.name} as a hardlink; ffprobe says {media['video_codec']} {media['width']}x{media['height']}")


class Writer(threading.Thread):
    """A client that goes on making changes, over TLS, at whichever replica is there."""

    def __init__(self, cluster: Cluster, tui: Path, token: Path):
        super().__init__(daemon=True)
        self.cluster, self.tui, self.token = cluster, tui, token
        self.ready: list[str] = []
        self.made: list[str] = []
        self.refused = 0
        self.ending = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.ending.is_set():
            number += 1
            for name in list(self.ready):
                address = of_replica(int(name.rsplit("-", 1)[1]))
                result = self.call(address, "tag", "add", f"rolling-{number}")
                # Whoever got no answer asks again, and is told that it is there already: a conflict.
                if result.returncode in (0, 4):
                    self.made.append(f"rolling-{number}")
                    break
                self.refused += 1

    def call(self, address: str, *arguments: str) -> subprocess.CompletedProcess:
        where = ["--connect", f"tls:{address}:7879", "--ca-file", str(self.cluster.site / "ca.crt")]
        command = [str(self.tui), *where, "--token-file", str(self.token), "--json", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)


def rolling_restart(cluster: Cluster, tui: Path) -> None:
    """Each replica is replaced by a new one, while a client makes changes and a movie is being downloaded."""
    first, last = cluster.replicas
    made = cluster.tui_json(first, "token", "create", "rolling", "--role", "admin")
    token = cluster.machine.folder / "token"
    token.write_text(made["secret"])
    token.chmod(0o600)
    writer = Writer(cluster, tui, token)
    writer.ready = [first, last]
    writer.start()
    eventually("the first changes", lambda: len(writer.made) >= 3, 60)
    movie = cluster.tui_json(last, "movie", "add", "Safety Last! 1923", "--profile", "HD-1080p", "--search")
    eventually("the download", lambda: cluster.tui_json(first, "queue", "list"), 60)
    for old, new in ((first, "radarr-3"), (last, "radarr-4")):
        cluster.start_radarr(new)
        writer.ready = [name for name in [*writer.ready, new] if name != old]
        cluster.end(old)
    before = len(writer.made)
    eventually("changes at the new ones", lambda: len(writer.made) >= before + 3, 60)
    writer.ending.set()
    writer.join()
    imported = eventually("the import at the new ones", lambda: files(cluster, "radarr-4", str(movie["id"])), 180)
    check_import(cluster, imported[0])
    tags = {tag["label"] for tag in cluster.tui_json("radarr-3", "tag", "list")}
    lost = [name for name in writer.made if name not in tags]
    if lost:
        raise Fault(f"acknowledged and lost: {lost}")
    say(f"{len(writer.made)} changes acknowledged while both replicas were replaced, none lost")
    say(f"{writer.refused} asked again")


def backup_and_restore(cluster: Cluster) -> None:
    machine = cluster.machine
    cluster.tui("radarr-3", "tag", "add", "in-the-backup")
    job = machine.start(cluster.pods / "radarr-backup.yaml", f"{SUBNET}.50")
    machine.wait(f"{job}-dump")
    backups = machine.volume("radarr-backups")
    dumps, portable = list((backups / "postgres").glob("*.dump")), list((backups / "portable").glob("*.jsonl.gz"))
    if len(dumps) != 1 or len(portable) != 1:
        raise Fault(f"backups: {dumps}, {portable}\n{machine.logs(f'{job}-dump')}")
    name = f"/backups/portable/{portable[0].name}"
    say(machine.execute("radarr-3-radarr", "radarr-daemon", "backup", "verify", name).splitlines()[0])
    say(f"dump of {dumps[0].stat().st_size} bytes")
    machine.remove(job)
    cluster.tui("radarr-3", "tag", "add", "after-the-backup")
    for replica in ("radarr-3", "radarr-4"):
        cluster.end(replica)
    for kind, container in (("restore", "restore"), ("restore-portable", "verify")):
        restore(cluster, kind, container, f"{SUBNET}.51")
        cluster.start_radarr("radarr-1")
        tags = {tag["label"] for tag in cluster.tui_json("radarr-1", "tag", "list")}
        if "in-the-backup" not in tags or "after-the-backup" in tags:
            raise Fault(f"{kind} brought {tags}")
        cluster.tui_json("radarr-1", "movie", "show", "1")
        cluster.tui("radarr-1", "indexer", "test", "HDBits")
        say("the database is as it was at the backup, and its secrets can be read")
        # For the next one.
        cluster.tui("radarr-1", "tag", "add", "after-the-backup")
        cluster.end("radarr-1")


def restore(cluster: Cluster, kind: str, container: str, address: str) -> None:
    """Runs the job of `k8s/KIND` to its end."""
    machine, folder = cluster.machine, cluster.machine.folder / kind
    subprocess.run(
        [sys.executable, str(HERE / "for_podman.py"), str(folder)],
        input=run(["kubectl", "kustomize", str(ROOT / "k8s" / kind)]) + "\n---\n" + secrets(cluster),
        text=True, capture_output=True, check=True,
    )
    # A dump brings back the daemons of its moment: these count as alive for some seconds, and a restore waits for that.
    job = eventually(f"the job {kind}", lambda: start_job(machine, folder / f"radarr-{kind}.yaml", address), 60)
    machine.wait(f"{job}-{container}")
    say(machine.logs(f"{job}-{container}").strip().splitlines()[-1])
    machine.remove(job)


def start_job(machine: Machine, path: Path, address: str) -> str:
    try:
        return machine.start(path, address)
    except Fault as fault:
        # An init container has failed, and podman has not made the others.
        names = machine.podman("ps", "--all", "--format", "{{.Names}}").split()
        told = [f"{name}:\n{machine.logs(name)[-2000:]}" for name in names if name.startswith(path.stem)]
        machine.remove(path.stem)
        raise Fault("\n".join([str(fault), *told])) from fault


def secrets(cluster: Cluster) -> str:
    rendered = yaml.safe_load_all(run(["kubectl", "kustomize", str(cluster.site)]))
    return yaml.safe_dump_all([document for document in rendered if document["kind"] == "Secret"])


def prod_runs(machine: Machine, stand_ins: StandIns, tui: Path) -> None:
    cluster = Cluster(machine, "prod", stand_ins)
    if len(cluster.replicas) != 2:
        raise Fault(f"prod has {cluster.replicas}")
    cluster.start_postgres()
    # Before the daemons, so that they know its name; the service of a cluster is there first as well.
    qbittorrent = start_qbittorrent(machine, image_names()["postgres"], ADDRESS["qbittorrent"])
    for replica in cluster.replicas:
        cluster.start_radarr(replica)
    set_up(cluster, stand_ins, qbittorrent)
    goes_the_whole_way(cluster)
    rolling_restart(cluster, tui)
    backup_and_restore(cluster)
    cluster.remove_all()


def image_names() -> dict[str, str]:
    images = yaml.safe_load((ROOT / "k8s" / "base" / "kustomization.yaml").read_text())["images"]
    return {image["name"]: f"{image['newName']}:{image['newTag']}" for image in images}


def main() -> None:
    own_namespaces()
    archive, standins, tui, parts = (Path(argument).resolve() for argument in sys.argv[1:5])
    starts = int(sys.argv[5]) if len(sys.argv) > 5 else 2
    names = image_names()
    with Machine() as machine:
        machine.load(archive, names["radarr"])
        buildah = ["buildah", *machine.storage]
        run([str(HERE / "parts.sh"), str(parts), names["postgres"], *buildah], env=machine.env, seconds=600)
        stand_ins = StandIns(machine, standins, 3_000_000)
        print("-- base runs", flush=True)
        base_runs(machine, stand_ins, tui, starts)
        print("-- prod runs", flush=True)
        prod_runs(machine, stand_ins, tui)


if __name__ == "__main__":
    try:
        main()
    except Fault as fault:
        print(f"FAULT: {fault}", file=sys.stderr)
        sys.exit(1)
