"""The record of a plain verdict, in full."""

from typing import Any

from tests.builders import DIGEST, IMAGE_ID, PINNED, SCAN_ID

ZEROS = dict.fromkeys(["critical", "high", "medium", "low", "negligible", "undefined"], 0)

RECORD: dict[str, Any] = {
    "apiVersion": "scangate.dev/v1",
    "kind": "AdmissionRecord",
    "time": "2026-11-24T12:00:00.000Z",
    "request": {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "dryRun": False,
        "user": "alice",
        "operation": "CREATE",
        "group": "",
        "version": "v1",
        "kind": "Pod",
        "subresource": "",
        "namespace": "shop",
        "name": "web",
        "serviceAccount": "default",
    },
    "decision": "allow",
    "allowed": True,
    "mode": "warn",
    "reason": "within-limits",
    "policy": "sha256:" + "0" * 64,
    "namespaceLabels": None,
    "images": [
        {
            "containers": ["app"],
            "reference": PINNED,
            "digest": DIGEST,
            "registry": "cr.yandex",
            "scanResultId": SCAN_ID,
            "source": "annotation",
            "imageId": IMAGE_ID,
            "status": "READY",
            "scannedAt": "2026-11-24T11:00:00.000Z",
            "counts": ZEROS,
            "cached": False,
            "vulnerabilities": None,
            "vulnerabilitiesListed": None,
            "unlisted": None,
            "earlierScans": None,
            "gap": None,
            "gapDetail": None,
            "platforms": [],
            "limits": ZEROS | {"low": 5, "high": "unlimited"},
            "rule": "prod",
            "mode": "warn",
            "decision": "allow",
            "reason": "within-limits",
            "message": f"scan {SCAN_ID} of 2026-11-24T11:00:00.000Z is within the limits",
            "notices": [],
        }
    ],
    "message": "",
    "latencySeconds": 0.001235,
}
