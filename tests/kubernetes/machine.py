"""Containers on this machine, in a network and a storage of their own that are gone afterwards."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import yaml

# Where the world outside of the pods is: an address that every pod reaches and nothing else has.
OUTSIDE = "10.99.0.1"
SUBNET = "10.89.77"
PATIENCE = 120
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
apparmor_profile = "unconfined"
log_driver = "k8s-file"
[network]
network_backend = "netavark"
network_config_dir = "{folder}/networks"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""


class Fault(Exception):
    """What was wanted did not come."""


def say(text: str) -> None:
    print(f"   {text}", flush=True)


def eventually(what: str, ask, seconds: float = PATIENCE):
    """Asks until the answer is true; the last fault is told when it never is."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            answer = ask()
            if answer:
                return answer
        except (Fault, OSError, subprocess.CalledProcessError, ValueError, KeyError, IndexError) as fault:
            last = fault
        time.sleep(0.1)
    raise Fault(f"{what} did not come within {seconds:.0f} s: {last}")


def http(url: str, seconds: float = 3) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Machine:
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="radarr-containers."))
        self.folder.chmod(0o755)
        conf = self.folder / "containers.conf"
        conf.write_text(CONTAINERS_CONF.format(folder=self.folder))
        self.storage = ["--root", str(self.folder / "root"), "--runroot", str(self.folder / "run")]
        self.storage += ["--storage-driver", storage_driver(self.folder)]
        self.env = os.environ | {"CONTAINERS_CONF": str(conf), "TMPDIR": str(self.folder)}
        self.processes: list[subprocess.Popen] = []
        self.addresses: dict[str, str] = {}

    def __enter__(self) -> "Machine":
        run(["ip", "link", "set", "lo", "up"])
        run(["ip", "address", "add", f"{OUTSIDE}/32", "dev", "lo"])
        network = self.podman("network", "create", "--disable-dns", "--subnet", f"{SUBNET}.0/24", "radarr")
        say(f"network {network.strip()} {SUBNET}.0/24, storage {self.storage[-1]}")
        return self

    def __exit__(self, *_) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()
        for command in (["pod", "rm", "--all", "--force", "--time", "2"], ["rm", "--all", "--force", "--time", "2"]):
            subprocess.run(self.command(*command), env=self.env, capture_output=True, check=False)
        subprocess.run(["umount", "-q", str(self.folder / "root" / "overlay")], check=False)
        subprocess.run(["rm", "-rf", str(self.folder)], check=False)

    def command(self, *arguments: str) -> list[str]:
        return ["podman", *self.storage, *arguments]

    def podman(self, *arguments: str, given: str | None = None, seconds: float = PATIENCE) -> str:
        return run(self.command(*arguments), env=self.env, given=given, seconds=seconds, cwd=self.folder)

    def load(self, archive: Path, name: str) -> None:
        loaded = self.podman("load", "--quiet", "--input", str(archive)).split()[-1]
        self.podman("tag", loaded, name)

    def start(self, path: Path, address: str | None = None) -> str:
        """Starts the pod of that file; the names of the others are known to it."""
        documents = list(yaml.safe_load_all(path.read_text()))
        pod = next(document for document in documents if document["kind"] == "Pod")
        name = pod["metadata"]["name"]
        if address:
            self.addresses[name] = address
        pod["spec"]["hostAliases"] = [{"ip": ip, "hostnames": [host]} for host, ip in self.addresses.items()]
        path.write_text(yaml.safe_dump_all([pod]))
        where = ["--ip", address] if address else []
        self.podman("play", "kube", "--build=false", "--network", "radarr", *where, str(path))
        return name

    def stop(self, name: str, seconds: int) -> tuple[float, list[int]]:
        """Ends the containers of a pod, then the pod. How long it took, and their exit codes.

        `podman pod stop` ends the container that holds the network first, which the kubelet ends last.
        """
        listed = self.podman("ps", "--filter", f"pod={name}", "--format", "{{.Names}}").split()
        containers = [container for container in listed if not container.endswith("-infra")]
        began = time.monotonic()
        self.podman("stop", "--time", str(seconds), *containers)
        took = time.monotonic() - began
        return took, [int(self.podman("inspect", "--format", "{{.State.ExitCode}}", one)) for one in containers]

    def remove(self, name: str) -> None:
        self.podman("pod", "rm", "--force", "--time", "2", name)

    def wait(self, container: str) -> None:
        """Waits until it has ended, and well."""
        code = int(self.podman("wait", container).strip())
        if code != 0:
            raise Fault(f"{container} ended with {code}:\n{self.logs(container)}")

    def logs(self, container: str) -> str:
        result = subprocess.run(self.command("logs", container), env=self.env, capture_output=True, text=True)
        return result.stdout + result.stderr

    def execute(self, container: str, *arguments: str, given: str | None = None) -> str:
        interactive = ["--interactive"] if given is not None else []
        return self.podman("exec", *interactive, container, *arguments, given=given)

    def volume(self, name: str) -> Path:
        return Path(self.podman("volume", "inspect", "--format", "{{.Mountpoint}}", name).strip())

    def process(self, command: list[str], log: Path) -> subprocess.Popen:
        with log.open("w") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        return process


def storage_driver(folder: Path) -> str:
    """Overlay where the kernel lets us: a copy of each image for each container takes time and room."""
    parts = [folder / "overlay-try" / part for part in ("lower", "upper", "work", "merged")]
    for part in parts:
        part.mkdir(parents=True)
    lower, upper, work, merged = (str(part) for part in parts)
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    mounted = subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, merged], capture_output=True)
    if mounted.returncode == 0:
        subprocess.run(["umount", merged], check=True)
        return "overlay"
    return "vfs"


def run(command: list[str], env=None, given: str | None = None, seconds: float = PATIENCE, cwd=None) -> str:
    result = subprocess.run(
        command, env=env, input=given, capture_output=True, text=True, timeout=seconds, cwd=cwd, check=False
    )
    if result.returncode != 0:
        shown = [part for part in command if not part.startswith("/tmp/radarr-containers")]
        raise Fault(f"{' '.join(shown[:12])}: {result.returncode}: {(result.stderr or result.stdout).strip()[-2000:]}")
    return result.stdout


def own_namespaces() -> None:
    """Starts this program anew where no port and no mount is anybody else's."""
    if os.environ.get("RADARR_OWN_NAMESPACES"):
        return
    os.environ["RADARR_OWN_NAMESPACES"] = "1"
    os.execvp("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv])


def as_json(text: str):
    return json.loads(text)
