"""ScannerService and the operations that it starts.

Source: yandex.cloud.containerregistry.v1.ScannerService and yandex.cloud.operation, with their HTTP bindings.
"""

from webhook.emulator.answers import Message, message
from webhook.emulator.listing import filtered, ordered, page
from webhook.emulator.messages import scan_message, vulnerability_message
from webhook.emulator.requests import Request
from webhook.emulator.routes import Route
from webhook.emulator.status import Code, invalid, not_found
from webhook.emulator.stock import Operation, Stock
from webhook.emulator.times import render_moment
from webhook.emulator.world import Role, Scan, ScanStatus, Severity

BASE = "/container-registry/v1"
LISTING = frozenset({"pageSize", "pageToken", "filter", "orderBy"})
READERS = frozenset({Role.SCANNER})
TYPE = "type.googleapis.com/yandex.cloud.containerregistry.v1."

_SEVERITIES = tuple(Severity)


class Scanner:
    """The five methods, over what the registry holds."""

    def __init__(self, stock: Stock) -> None:
        """Answer from *stock*."""
        self._stock = stock

    def routes(self) -> tuple[Route, ...]:
        """Return where the methods are found."""
        scan, listing = f"{BASE}/scans/<scanResultId>", f"{BASE}/scans"
        return (
            Route(method="GET", pattern=scan, handle=self.get, roles=READERS),
            Route(
                method="GET",
                pattern=f"{scan}:listVulnerabilities",
                handle=self.list_vulnerabilities,
                roles=READERS,
                parameters=LISTING,
            ),
            Route(method="GET", pattern=f"{BASE}/images/<imageId>:lastScanResult", handle=self.get_last, roles=READERS),
            Route(
                method="GET",
                pattern=listing,
                handle=self.list,
                roles=READERS,
                parameters=LISTING | {"imageId", "repositoryId"},
            ),
            Route(method="POST", pattern=listing, handle=self.scan, roles=READERS),
            Route(method="GET", pattern="/operations/<operationId>", handle=self.operation, roles=frozenset(Role)),
        )

    def get(self, request: Request) -> Message:
        """Return a scan (Get)."""
        return scan_message(self._scan(request))

    def get_last(self, request: Request) -> Message:
        """Return the scan of an image that finished last (GetLast)."""
        image_id = request.id_argument("imageId")
        scan = self._stock.catalog.last_scan(image_id, request.at)
        if scan is None:
            raise not_found("Scan result of image", image_id)
        return scan_message(scan)

    def list(self, request: Request) -> Message:
        """Return the scans of an image, or of every image of a repository (List)."""
        image_id, repository_id = request.id_parameter("imageId"), request.id_parameter("repositoryId")
        if bool(image_id) == bool(repository_id):
            raise invalid("imageId", "exactly one of imageId and repositoryId must be given")
        catalog = self._stock.catalog
        repository = catalog.repository(catalog.repositories.get(repository_id, ""))
        images = (image_id,) if image_id else tuple(image.id for image in repository)
        scans: list[Scan] = [scan for image in images for scan in catalog.scans_of(image, request.at)]
        found = filtered(scans, request, {"status": lambda scan: scan.status.value})
        found = ordered(found, request, {"status": lambda scan: scan.status.value})
        return page(found, request, "scanResults", scan_message)

    def list_vulnerabilities(self, request: Request) -> Message:
        """Return what a scan found, the worst first (ListVulnerabilities); nothing before it is READY."""
        scan = self._scan(request)
        found = scan.findings if scan.status is ScanStatus.READY else ()
        findings = sorted(found, key=lambda finding: _SEVERITIES.index(finding.severity))
        chosen = filtered(
            findings,
            request,
            {"severity": lambda finding: finding.severity.value, "name": lambda finding: finding.name},
        )
        chosen = ordered(chosen, request, {"severity": lambda finding: _SEVERITIES.index(finding.severity)})
        return page(chosen, request, "vulnerabilities", vulnerability_message)

    def scan(self, request: Request) -> Message:
        """Start a scan (Scan)."""
        image_id = request.json_object("imageId").get("imageId")
        if not isinstance(image_id, str) or not 0 < len(image_id) <= 50:
            raise invalid("imageId", "must be the id of an image")
        account = request.account.id if request.account else ""
        return self._operation_message(self._stock.start_scan(image_id, account), request)

    def operation(self, request: Request) -> Message:
        """Return how far a scan has come (Operation.Get)."""
        operation_id = request.id_argument("operationId")
        operation = self._stock.operation(operation_id)
        if operation is None:
            raise not_found("Operation", operation_id)
        return self._operation_message(operation, request)

    def _scan(self, request: Request) -> Scan:
        scan_id = request.id_argument("scanResultId")
        scan = self._stock.catalog.scan(scan_id, request.at)
        if scan is None:
            raise not_found("Scan result", scan_id)
        return scan

    def _operation_message(self, operation: Operation, request: Request) -> Message:
        scan = self._stock.catalog.scan(operation.scan_id, request.at) if operation.scan_id else None
        ready = scan is not None and scan.status is ScanStatus.READY
        error = operation.error or ("Scan failed" if scan is not None and scan.status is ScanStatus.ERROR else "")
        code = Code.INVALID_ARGUMENT if operation.error else Code.INTERNAL
        running = scan is not None and scan.status is ScanStatus.RUNNING
        finished = scan.scanned_at if scan is not None else None
        return message(
            done=not running,
            metadata={"@type": f"{TYPE}ScanMetadata", **message(scanResultId=operation.scan_id)},
            response={"@type": f"{TYPE}ScanResult", **scan_message(scan)} if scan is not None and ready else None,
            error=message(code=code.value, message=error) if error else None,
            id=operation.id,
            description="Scan image",
            createdAt=render_moment(operation.created_at),
            createdBy=operation.created_by,
            modifiedAt=render_moment(finished or operation.created_at),
        )
