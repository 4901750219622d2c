"""Scan what is shipped: the chart, the Dockerfile, and the packages in the image with their licences and advisories."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "runtime.txt"
SBOM = ROOT / "dist" / "scangate.cdx.json"

LICENCES = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Python-2.0",
}  # fmt: skip
"""What may be in an image that is passed on under Apache-2.0 without a further duty than to name it."""

CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License",
    "License :: OSI Approved :: BSD License",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)",
}
"""The same, as packages say it that know no SPDX identifiers."""


def main(tools: Path, runtime: Path) -> int:
    """Run every scan with the programs in *tools*; *runtime* is a Python with what the lock names and nothing else."""
    findings = [*_configuration(tools), *_packages(tools, runtime), *_advisories(tools)]
    for finding in findings:
        print(f"FOUND    {finding}")
    return 1 if findings else 0


def _configuration(tools: Path) -> Iterator[str]:
    """Look for weaknesses in the chart, as it is and with everything switched on, and in the Dockerfile."""
    everything = "import json; from tests.charts.value_sets import EVERYTHING; print(json.dumps(EVERYTHING))"
    with tempfile.TemporaryDirectory() as folder:
        values = Path(folder, "values.json")
        values.write_text(_output([sys.executable, "-c", everything]), encoding="utf-8")
        yield from _trivy(tools, "chart, as it is", "charts/scangate")
        yield from _trivy(tools, "chart, everything on", "charts/scangate", "--helm-values", str(values))
    yield from _trivy(tools, "Dockerfile", "Dockerfile")


def _trivy(tools: Path, what: str, target: str, *options: str) -> Iterator[str]:
    """Scan offline, with the checks that come with the program: the same today and tomorrow."""
    command = [
        str(tools / "trivy"), "config", "--quiet", "--skip-check-update", "--skip-version-check", "--disable-telemetry",
        "--cache-dir", str(tools.parent / "cache"), "--ignorefile", ".trivyignore.yaml", "--format", "json",
        *options, target,
    ]  # fmt: skip
    results = json.loads(_output(command)).get("Results", [])
    passed = sum(result.get("MisconfSummary", {}).get("Successes", 0) for result in results)
    print(f"passed   {what}: {passed} checks")
    if not passed:
        yield f"{what}: nothing was checked"
    for result in results:
        for found in result.get("Misconfigurations", []):
            yield f"{what}: {result['Target']}: {found['ID']} {found['Severity']}: {found['Message']}"


def _packages(tools: Path, runtime: Path) -> Iterator[str]:
    """Write the bill of materials of what the image is built from, and hold it to the lock and the licences."""
    SBOM.parent.mkdir(exist_ok=True)
    _output([
        str(tools / "cyclonedx-py"), "environment", "--pyproject", "pyproject.toml", "--mc-type", "application",
        "--output-format", "JSON", "--spec-version", "1.6", "--output-reproducible", "--validate",
        "--output-file", str(SBOM), str(runtime),
    ])  # fmt: skip
    components = json.loads(SBOM.read_text(encoding="utf-8"))["components"]
    listed = {_normal(one["name"]): one["version"] for one in components}
    locked = {
        _normal(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text("utf-8"), re.M)
    }
    print(f"passed   bill of materials: {len(listed)} packages, {SBOM.relative_to(ROOT)}")
    for name, version in sorted(listed.items() ^ locked.items()):
        yield f"bill of materials: {name} {version} is not in both the bill and the lock"
    for one in components:
        if not _licensed(one.get("licenses", [])):
            yield f"licence of {one['name']}: none, or not one of those in .ci/scan.py: {one.get('licenses')}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licensed(licences: list[Mapping[str, Any]]) -> bool:
    """Tell whether at least one licence is named, and all that are named are allowed."""
    named = [one.get("expression") or one["license"].get("id") or one["license"].get("name", "") for one in licences]
    return bool(named) and all(
        name in CLASSIFIERS or all(part in LICENCES for part in re.split(r" (?:AND|OR) |[()]", name) if part)
        for name in named
    )


def _advisories(tools: Path) -> Iterator[str]:
    """Ask for known vulnerabilities of every package that is locked; say so where nobody can be asked."""
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        command = [
            str(tools / "pip-audit"), "--requirement", str(file), "--require-hashes", "--disable-pip",
            "--progress-spinner", "off", "--format", "json",
        ]  # fmt: skip
        done = _run(command)
        packages = json.loads(done.stdout)["dependencies"] if done.stdout.startswith("{") else []
        asked = [package for package in packages if "skip_reason" not in package]
        if len(asked) < max(len(packages), 1):
            print(f"SKIPPED  advisories of {file.name}: {len(asked)} of {len(packages)} packages could be asked about")
        else:
            print(f"passed   advisories of {file.name}: {len(asked)} packages")
        for package in asked:
            name = f"{file.name}: {package['name']} {package['version']}"
            yield from (f"{name}: {known['id']}, mended in {known['fix_versions']}" for known in package["vulns"])


def _output(command: list[str]) -> str:
    done = _run(command)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - written above


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()))
