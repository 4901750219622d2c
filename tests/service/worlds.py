"""The images that the service tests speak of, as a world of the emulator."""

from typing import Any

REGISTRY = "crpk28lsfu91rns28316"

CLEAN = "sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6"
BAD = "sha256:9c3e1f2a4b5d6c7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7"
RUNNING = "sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef"

CLEAN_SCAN = "chekj4ni0dhr1vdqp9rl"
"""The id that the recorded reviews carry in an annotation."""

BAD_SCAN = "che00000000000000bad"


def image(repository: str, digest: str, scan_id: str, **scan: Any) -> dict[str, Any]:
    """Return an image with one scan."""
    finished = {} if scan.get("status") == "RUNNING" else {"scannedAt": "2h ago"}
    fields = {"id": scan_id, "status": "READY", **finished, **scan}
    return {"name": f"{REGISTRY}/{repository}", "digest": digest, "scans": [fields]}


def world() -> dict[str, Any]:
    """Return a clean image, one with vulnerabilities, and one whose scan is still running."""
    return {
        "images": [
            image("shop/api", CLEAN, CLEAN_SCAN, vulnerabilities={"medium": 3, "low": 9}),
            image("shop/log", BAD, BAD_SCAN, vulnerabilities={"critical": 3, "high": 9}),
            image("shop/proxy", RUNNING, "che0000000000running", status="RUNNING"),
        ]
    }


def reference(repository: str, digest: str) -> str:
    """Return the image reference of a digest."""
    return f"cr.yandex/{REGISTRY}/{repository}@{digest}"
