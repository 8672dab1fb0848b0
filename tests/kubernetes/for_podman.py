#!/usr/bin/env python3
"""Makes of what an overlay renders what `podman play kube` runs, and says what it leaves out.

    kubectl kustomize OVERLAY | for_podman.py FOLDER

Writes FOLDER/NAME.yaml for each pod, and for the one of each scheduled job. Secrets and config maps become folders with
the modes that Kubernetes gives them, because podman 4.3 breaks on volumes of secrets. Probes are not run by podman:
whoever starts the pods asks them himself, by probes.json.
"""

import base64
import copy
import json
import os
import sys
from pathlib import Path

import yaml

# What has no meaning on one machine without Kubernetes, and why.
LEFT_OUT = {
    "Namespace": "podman has none",
    "ServiceAccount": "nobody to give an account to",
    "Service": "a pod is found by its own name",
    "HorizontalPodAutoscaler": "nobody scales",
    "PodDisruptionBudget": "nobody drains",
    "NetworkPolicy": "nothing enforces it",
    "PriorityClass": "nothing is scheduled",
    "ServiceMonitor": "no Prometheus operator",
    "PrometheusRule": "no Prometheus operator",
    "PersistentVolumeClaim": "podman makes a volume of that name; size and class mean nothing to it",
}
POD_LEFT_OUT = ["serviceAccountName", "priorityClassName", "topologySpreadConstraints", "enableServiceLinks"]
CONTAINER_LEFT_OUT = ["startupProbe", "livenessProbe", "readinessProbe", "lifecycle"]


class Converter:
    def __init__(self, documents: list[dict], folder: Path):
        self.documents = documents
        self.folder = folder
        self.told: set[str] = set()
        self.probes: dict[str, dict] = {}

    def tell(self, what: str) -> None:
        if what not in self.told:
            self.told.add(what)
            print(f"left out: {what}", file=sys.stderr)

    def of_kind(self, kind: str) -> list[dict]:
        return [document for document in self.documents if document["kind"] == kind]

    def named(self, kind: str, name: str) -> dict:
        return next(d for d in self.of_kind(kind) if d["metadata"]["name"] == name)

    def run(self) -> None:
        for document in self.documents:
            kind = document["kind"]
            if kind in LEFT_OUT:
                self.tell(f"{kind} {document['metadata']['name']}: {LEFT_OUT[kind]}")
        for name, template in self.templates():
            self.write(name, template)
        (self.folder / "probes.json").write_text(json.dumps(self.probes, indent=1))

    def renew(self) -> None:
        """Secrets and config maps alone, where they are mounted already: what the kubelet does after an apply."""
        for _, template in self.templates():
            spec = copy.deepcopy(template["spec"])
            self.mount(spec.get("volumes", []), group_of(spec))

    def templates(self):
        """Each pod's name and its template."""
        for deployment in self.of_kind("Deployment"):
            replicas = deployment["spec"].get("replicas", 1)
            for number in range(1, replicas + 1):
                yield f"{deployment['metadata']['name']}-{number}", deployment["spec"]["template"]
        for stateful in self.of_kind("StatefulSet"):
            name = stateful["metadata"]["name"]
            template = copy.deepcopy(stateful["spec"]["template"])
            for claim in stateful["spec"].get("volumeClaimTemplates", []):
                short = claim["metadata"]["name"]
                template["spec"].setdefault("volumes", []).append(
                    {"name": short, "persistentVolumeClaim": {"claimName": f"{short}-{name}-0"}}
                )
            yield name, template
        for job in self.of_kind("Job"):
            yield job["metadata"]["name"], job["spec"]["template"]
        for job in self.of_kind("CronJob"):
            self.tell(f"the schedule of {job['metadata']['name']}: its pod is started by hand")
            yield job["metadata"]["name"], job["spec"]["jobTemplate"]["spec"]["template"]

    def write(self, name: str, template: dict) -> None:
        spec = copy.deepcopy(template["spec"])
        for field in POD_LEFT_OUT:
            if spec.pop(field, None) is not None:
                self.tell(f"{field} of pods")
        renamed: dict[str, str] = {}
        self.mount(spec.get("volumes", []), group_of(spec))
        for volume in spec.get("volumes", []):
            if "emptyDir" in volume:
                volume["emptyDir"] = {}
                renamed[volume["name"]] = f"{name}-{volume['name']}"
                volume["name"] = renamed[volume["name"]]
                self.tell("limit and medium of emptyDir; podman makes volumes of them, so their names are the pod's")
        for container in spec.get("initContainers", []) + spec["containers"]:
            probes = {field: container.pop(field) for field in CONTAINER_LEFT_OUT if field in container}
            if probes:
                ports = {port.get("name"): port["containerPort"] for port in container.get("ports", [])}
                self.probes[name] = {"container": container["name"], "ports": ports, **probes}
                self.tell("probes and lifecycle: the test asks them")
            # Not published to the machine: the pod's own address is reached from here.
            container.pop("ports", None)
            container.setdefault("env", [])
            for mount in container.get("volumeMounts", []):
                mount["name"] = renamed.get(mount["name"], mount["name"])
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": template["metadata"].get("labels", {})},
            "spec": spec,
        }
        (self.folder / f"{name}.yaml").write_text(yaml.safe_dump(pod, sort_keys=False))

    def mount(self, volumes: list[dict], group: int) -> None:
        """Makes folders of this machine of secrets and config maps."""
        for volume in volumes:
            if "secret" in volume:
                volume["hostPath"] = {"path": str(self.secret(volume.pop("secret"), group)), "type": "Directory"}
            elif "configMap" in volume:
                volume["hostPath"] = {"path": str(self.settings(volume.pop("configMap"))), "type": "Directory"}

    def secret(self, source: dict, group: int) -> Path:
        """As the kubelet does it: files of root that the pod's group may read, behind a link that changes places."""
        name = source["secretName"]
        secret = self.named("Secret", name)
        data = {key: base64.b64decode(value) for key, value in (secret.get("data") or {}).items()}
        data |= {key: value.encode() for key, value in (secret.get("stringData") or {}).items()}
        items = source.get("items")
        if items:
            data = {item["path"]: data[item["key"]] for item in items}
        label = "-".join([name, str(group), *(sorted(data) if items else [])])
        folder = self.folder / "secrets" / label
        write_as_kubelet(folder, data, source.get("defaultMode", 0o644), group)
        return folder

    def settings(self, source: dict) -> Path:
        found = [d for d in self.of_kind("ConfigMap") if d["metadata"]["name"] == source["name"]]
        if not found and not source.get("optional"):
            raise SystemExit(f"there is no ConfigMap {source['name']}")
        # One that may be missing is an empty folder then.
        data = {key: value.encode() for key, value in found[0]["data"].items()} if found else {}
        items = source.get("items")
        if items:
            data = {item["path"]: data[item["key"]] for item in items}
        folder = self.folder / "settings" / "-".join([source["name"], *(sorted(data) if items else [])])
        write_as_kubelet(folder, data, 0o644, 0)
        return folder


def group_of(spec: dict) -> int:
    return spec.get("securityContext", {}).get("fsGroup", 0)


def write_as_kubelet(folder: Path, data: dict[str, bytes], mode: int, group: int) -> None:
    """Writes a generation and lets `..data` lead to it; the names lead through that, and change all at once."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.name[3:]) for path in folder.glob("..v*")]
    generation = folder / f"..v{max(numbers, default=0) + 1}"
    generation.mkdir(mode=0o755)
    for key, value in data.items():
        path = generation / key
        path.write_bytes(value)
        path.chmod(mode)
        os.chown(path, 0, group)
        link = folder / key
        if not link.is_symlink():
            link.symlink_to(Path("..data") / key)
    new = folder / "..data_tmp"
    new.symlink_to(generation.name)
    new.rename(folder / "..data")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    Converter([document for document in yaml.safe_load_all(sys.stdin) if document], folder).run()


if __name__ == "__main__":
    main()
