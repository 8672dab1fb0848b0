#!/usr/bin/env python3
"""What can be said of the manifests without running them: they render, fit the schemas, and keep our own rules.

    static_checks.py FOLDER       FOLDER takes what is rendered
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
OVERLAYS = ["base", "overlays/dev", "overlays/staging", "overlays/prod"]
OLDEST = (1, 30)
# What the issue of Kubernetes asks for, by overlay.
RESOURCES = {
    "base": ("128Mi", "100m", "512Mi", "500m"),
    "overlays/dev": ("128Mi", "100m", "512Mi", "500m"),
    "overlays/staging": ("128Mi", "100m", "512Mi", "500m"),
    "overlays/prod": ("256Mi", "200m", "1Gi", "1000m"),
}
# Custom resources have no schema in Kubernetes' own: their fields, as the operator's documentation has them.
CUSTOM = {
    "ServiceMonitor": {"selector", "endpoints"},
    "PrometheusRule": {"groups"},
}
DEPRECATED = ["patchesStrategicMerge", "patchesJson6902", "commonLabels", "bases", "vars", "imageTags"]
PODS = ["Deployment", "StatefulSet", "CronJob", "Job"]

faults: list[str] = []


def check(right: bool, fault: str) -> None:
    if not right:
        faults.append(fault)


def render(overlay: str, folder: Path) -> tuple[Path, list[dict]]:
    path = folder / f"{overlay.replace('/', '-')}.yaml"
    command = ["kubectl", "kustomize", str(ROOT / "k8s" / overlay)]
    rendered = subprocess.run(command, check=True, capture_output=True)
    # It warns of what is deprecated.
    check(not rendered.stderr.strip(), f"{overlay}: {rendered.stderr.decode().strip()}")
    path.write_bytes(rendered.stdout)
    return path, [document for document in yaml.safe_load_all(rendered.stdout) if document]


def versions() -> list[str]:
    bundled = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    found = {re.match(r"v(\d+)\.(\d+)", path.name).groups() for path in bundled.iterdir() if path.name.startswith("v")}
    numbers = sorted((int(major), int(minor)) for major, minor in found)
    return [f"{major}.{minor}" for major, minor in numbers if (major, minor) >= OLDEST]


def schemas(overlay: str, documents: list[dict]) -> None:
    for version in versions():
        for document in documents:
            if document["kind"] in CUSTOM:
                continue
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except Exception as error:  # noqa: BLE001 - each of its errors is a fault of the manifest
                name = document["metadata"]["name"]
                faults.append(f"{overlay}: {document['kind']} {name} for {version}: {str(error).splitlines()[0]}")
    for document in documents:
        if document["kind"] in CUSTOM:
            more = set(document["spec"]) - CUSTOM[document["kind"]]
            check(not more, f"{overlay}: {document['kind']} has {more}")


def pod_of(document: dict) -> dict:
    spec = document["spec"]
    return (spec["jobTemplate"]["spec"] if document["kind"] == "CronJob" else spec)["template"]["spec"]


def restricted(overlay: str, document: dict) -> None:
    """The pod security level "restricted", and what goes beyond it."""
    pod, where = pod_of(document), f"{overlay}: {document['kind']} {document['metadata']['name']}"
    security = pod.get("securityContext", {})
    check(security.get("runAsNonRoot") is True, f"{where} may run as root")
    check(security.get("seccompProfile") == {"type": "RuntimeDefault"}, f"{where} has no seccomp profile")
    check(pod.get("automountServiceAccountToken") is False, f"{where} is given a token of Kubernetes")
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        check(field not in pod, f"{where} has {field}")
    for volume in pod.get("volumes", []):
        allowed = {"configMap", "secret", "emptyDir", "persistentVolumeClaim"}
        check(set(volume) - {"name"} <= allowed, f"{where} mounts {volume}")
    for container in pod.get("initContainers", []) + pod["containers"]:
        own = container.get("securityContext", {})
        check(own.get("allowPrivilegeEscalation") is False, f"{where} may gain rights")
        check(own.get("capabilities") == {"drop": ["ALL"]}, f"{where} has capabilities")
        check(own.get("readOnlyRootFilesystem") is True, f"{where} may write into its image")
        check({"requests", "limits"} <= set(container.get("resources", {})), f"{where} has no limits")
        for variable in container.get("env", []):
            check("valueFrom" not in variable, f"{where}: {variable['name']} is a secret in the environment")


def radarr(overlay: str, documents: list[dict]) -> None:
    """The daemon's own deployment is as the README says."""
    named = {(d["kind"], d["metadata"]["name"]): d for d in documents}
    deployment = named["Deployment", "radarr"]
    container = pod_of(deployment)["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    check(ports == {"http": 7878, "metrics": 8080, "rpc": 7879}, f"{overlay}: ports {ports}")
    probes = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "liveness", "readiness")}
    wanted = {"startup": "/health", "liveness": "/health", "readiness": "/ready"}
    check(probes == wanted, f"{overlay}: probes {probes}")
    resources = container["resources"]
    found = tuple(resources[part][what] for part in ("requests", "limits") for what in ("memory", "cpu"))
    check(found == RESOURCES[overlay], f"{overlay}: resources {found}")
    # Every claim, secret and config map that is named is there.
    for document in documents:
        if document["kind"] in PODS:
            for volume in pod_of(document).get("volumes", []):
                for kind, source, field in (
                    ("ConfigMap", "configMap", "name"),
                    ("Secret", "secret", "secretName"),
                    ("PersistentVolumeClaim", "persistentVolumeClaim", "claimName"),
                ):
                    if source in volume and not volume[source].get("optional"):
                        check((kind, volume[source][field]) in named, f"{overlay}: no {kind} {volume[source][field]}")
    namespaces = {d["metadata"].get("namespace") for d in documents} - {None}
    check(namespaces == {named_namespace(documents)}, f"{overlay}: namespaces {namespaces}")


def named_namespace(documents: list[dict]) -> str:
    return next(d["metadata"]["name"] for d in documents if d["kind"] == "Namespace")


def prod(documents: list[dict]) -> None:
    kinds = {}
    for document in documents:
        kinds.setdefault(document["kind"], []).append(document)
    scaler = kinds["HorizontalPodAutoscaler"][0]["spec"]
    goals = {m["resource"]["name"]: m["resource"]["target"]["averageUtilization"] for m in scaler["metrics"]}
    found = (scaler["minReplicas"], scaler["maxReplicas"], goals)
    check(found == (2, 10, {"cpu": 70, "memory": 80}), f"scaler {found}")
    check({"scaleUp", "scaleDown"} <= set(scaler["behavior"]), "the autoscaler has no behaviour")
    check(kinds["Deployment"][0]["spec"]["replicas"] == 2, "prod has not two replicas")
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in kinds["NetworkPolicy"]}
    everything = policies["nothing-else"]
    check(everything == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}, "something else is allowed")
    dns = policies["dns"]
    check(dns["podSelector"] == {}, "DNS is not allowed to all pods")
    opened = {(port["port"], port["protocol"]) for rule in dns["egress"] for port in rule["ports"]}
    check(opened == {(53, "UDP"), (53, "TCP")}, f"DNS: {opened}")
    out = {port["port"] for rule in policies["radarr"]["egress"] for port in rule["ports"]}
    check({5432, 443, 80, 8080} <= out, f"the daemon reaches {out}")
    # What the policies name are pods that there are.
    labels = {pod_labels(d).get("app.kubernetes.io/name") for d in documents if d["kind"] in PODS}
    check({"radarr", "postgres", "radarr-backup"} <= labels, f"labels {labels}")
    ports = {port["name"] for service in kinds["Service"] for port in service["spec"]["ports"]}
    for endpoint in kinds["ServiceMonitor"][0]["spec"]["endpoints"]:
        check(endpoint["port"] in ports, f"the monitor asks a port {endpoint['port']}")
    pod = pod_of(kinds["Deployment"][0])
    check(pod["priorityClassName"] == kinds["PriorityClass"][0]["metadata"]["name"], "no such priority class")
    check(bool(pod["topologySpreadConstraints"]), "the replicas are not spread")
    check("PodDisruptionBudget" in kinds, "there is no disruption budget")


def pod_labels(document: dict) -> dict:
    spec = document["spec"]
    template = (spec["jobTemplate"]["spec"] if document["kind"] == "CronJob" else spec)["template"]
    return template["metadata"]["labels"]


def declared(folder: Path) -> None:
    """Settings and secrets of the operator's own reach the daemon by what make-secrets.sh writes."""
    site = folder / "site"
    shutil.rmtree(site, ignore_errors=True)
    (site / "settings.d").mkdir(parents=True)
    (site / "secrets.d").mkdir()
    (site / "settings.d" / "one.yaml").write_text("version: 1\n")
    (site / "secrets.d" / "hdbits-passkey").write_text("a passkey")
    environment = os.environ | {"TMDB_API_KEY": "a key"}
    command = [str(ROOT / "k8s" / "make-secrets.sh"), "prod", str(site)]
    subprocess.run(command, check=True, capture_output=True, env=environment)
    rendered = subprocess.run(["kubectl", "kustomize", str(site)], check=True, capture_output=True).stdout
    named = {(d["kind"], d["metadata"]["name"]): d for d in yaml.safe_load_all(rendered) if d}
    settings = named.get(("ConfigMap", "radarr-settings"), {})
    check(settings.get("data") == {"one.yaml": "version: 1\n"}, f"settings in files: {settings}")
    check("hdbits-passkey" in named["Secret", "radarr"]["data"], "a secret of the operator's own is missing")
    pod = pod_of(named["Deployment", "radarr"])
    mounted = next(m["mountPath"] for m in pod["containers"][0]["volumeMounts"] if m["name"] == "declared")
    config = next(d["data"]["config.yaml"] for d in named.values() if "config.yaml" in (d.get("data") or {}))
    check(yaml.safe_load(config)["settings"]["dir"] == mounted, "the folder of settings is another one than is mounted")
    shutil.rmtree(site)


def kustomizations() -> None:
    for path in (ROOT / "k8s").rglob("kustomization.yaml"):
        for field in DEPRECATED:
            check(field not in yaml.safe_load(path.read_text()), f"{path}: {field} is deprecated")


def checkov(paths: list[Path]) -> None:
    command = [str(Path(sys.executable).parent / "checkov"), "--framework", "kubernetes", "--skip-download", "--quiet"]
    command += ["--compact", "--output", "json", "--config-file", str(ROOT / "k8s" / "checkov.yaml")]
    for path in paths:
        command += ["--file", str(path)]
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    report = json.loads(result.stdout)
    for finding in report["results"]["failed_checks"]:
        faults.append(f"checkov: {finding['check_id']} {finding['check_name']}: {finding['resource']}")
    summary = report["summary"]
    check(summary["passed"] > 100, f"checkov looked at next to nothing: {summary}")
    print(f"checkov: {summary['passed']} checks passed, {summary['failed']} failed, {summary['skipped']} explained")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    kustomizations()
    paths = []
    for overlay in OVERLAYS:
        path, documents = render(overlay, folder)
        paths.append(path)
        schemas(overlay, documents)
        for document in documents:
            if document["kind"] in PODS:
                restricted(overlay, document)
        radarr(overlay, documents)
        if overlay == "overlays/prod":
            prod(documents)
    for job in ("restore", "restore-portable"):
        path, documents = render(job, folder)
        paths.append(path)
        schemas(job, documents)
        restricted(job, next(document for document in documents if document["kind"] == "Job"))
    declared(folder)
    checkov([path for path in paths if path.stem in ("base", "overlays-prod", "restore", "restore-portable")])
    for fault in faults:
        print(f"FAULT: {fault}", file=sys.stderr)
    if faults:
        sys.exit(1)
    print(f"base and overlays render, and fit the schemas of Kubernetes {', '.join(versions())}")


if __name__ == "__main__":
    main()
