#!/usr/bin/env python3
"""Writes the alerts of packaging/monitoring/rules.yaml into production's PrometheusRule.

    monitor_rules.py            writes k8s/overlays/prod/rules.yaml
    monitor_rules.py --check    says whether it is as it would be written
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "packaging" / "monitoring" / "rules.yaml"
TARGET = ROOT / "k8s" / "overlays" / "prod" / "rules.yaml"
HEAD = """\
# Written by tests/kubernetes/monitor_rules.py from packaging/monitoring/rules.yaml: change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: radarr
spec:
"""


def main() -> None:
    if not SOURCE.exists():
        # Production's rules are its own then.
        return
    lines = [line for line in SOURCE.read_text().splitlines() if not line.startswith(("#", "---"))]
    text = HEAD + "".join(f"  {line}".rstrip() + "\n" for line in lines)
    assert yaml.safe_load(text)["spec"] == yaml.safe_load(SOURCE.read_text())
    if "--check" not in sys.argv:
        TARGET.write_text(text)
    elif TARGET.read_text() != text:
        sys.exit(f"FAULT: {TARGET} is not {SOURCE} any more: tests/kubernetes/monitor_rules.py writes it anew")


if __name__ == "__main__":
    main()
