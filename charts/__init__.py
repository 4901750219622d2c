"""The Helm chart, and what is made from it: its README and the plain manifests. `make chart` makes them anew."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
CHART = ROOT / "charts" / "scangate"
MANIFESTS = ROOT / "manifests"
