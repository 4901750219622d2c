"""The emulator's own endpoints, under `/_emulator/`: what tests in other processes and people steer it by."""

from collections.abc import Callable
from typing import TypeVar

from webhook.emulator.answers import Message
from webhook.emulator.calls import Calls
from webhook.emulator.fault_board import FaultBoard
from webhook.emulator.fault_text import fault_content, parse_faults
from webhook.emulator.requests import Request
from webhook.emulator.routes import Route
from webhook.emulator.status import Code, RefusedError, not_found
from webhook.emulator.times import render_moment
from webhook.emulator.world import Image, World
from webhook.emulator.world_file import parse_world_text
from webhook.errors import InvalidDocument

T = TypeVar("T")

BASE = "/_emulator"


class Control:
    """Faults, calls and the world, over HTTP. Nobody is asked who he is."""

    def __init__(
        self, *, faults: FaultBoard, calls: Calls, world: Callable[[], World], replace: Callable[[World], None]
    ) -> None:
        """Steer these."""
        self._faults = faults
        self._calls = calls
        self._world = world
        self._replace = replace

    def routes(self) -> tuple[Route, ...]:
        """Return where the methods are found."""
        table = (
            ("GET", "/faults", self.faults),
            ("PUT", "/faults", self.put_faults),
            ("POST", "/faults", self.post_faults),
            ("DELETE", "/faults", self.delete_faults),
            ("DELETE", "/faults/<number>", self.delete_fault),
            ("GET", "/calls", self.calls),
            ("DELETE", "/calls", self.delete_calls),
            ("GET", "/world", self.world),
            ("PUT", "/world", self.put_world),
        )
        return tuple(
            Route(method=method, pattern=BASE + path, handle=handle, control=True) for method, path, handle in table
        )

    def faults(self, _: Request) -> Message:
        """Return the faults that are on, and how many requests met each."""
        return {"faults": [fault_content(posted) for posted in self._faults.list()]}

    def put_faults(self, request: Request) -> Message:
        """Switch all faults off and those of the body on."""
        self._faults.replace(_read(lambda: parse_faults(request.body, "the body")))
        return self.faults(request)

    def post_faults(self, request: Request) -> Message:
        """Switch the faults of the body on as well."""
        self._faults.add(*_read(lambda: parse_faults(request.body, "the body")))
        return self.faults(request)

    def delete_faults(self, request: Request) -> Message:
        """Switch all faults off, and let go the requests that they hold up."""
        self._faults.clear()
        return self.faults(request)

    def delete_fault(self, request: Request) -> Message:
        """Switch one fault off, by its number."""
        number = request.arguments["number"]
        if not number.isdecimal() or not self._faults.remove(int(number)):
            raise not_found("Fault", number)
        return self.faults(request)

    def calls(self, _: Request) -> Message:
        """Return what was asked: how often, and the last calls in their order."""
        listed = [
            {"method": call.method, "path": call.path, "account": call.account, "at": render_moment(call.at)}
            for call in self._calls.list()
        ]
        total, peak = self._calls.count(), self._calls.peak
        return {"total": total, "open": self._calls.open, "peak": peak, "counts": self._calls.counts(), "calls": listed}

    def delete_calls(self, request: Request) -> Message:
        """Forget what was asked."""
        self._calls.clear()
        return self.calls(request)

    def world(self, _: Request) -> Message:
        """Return the images with the ids and digests that were filled in."""
        return {"images": [_image_content(image) for image in self._world().images]}

    def put_world(self, request: Request) -> Message:
        """Put another world in the place of the one that is."""
        self._replace(_read(lambda: parse_world_text(request.body, source="the body", now=request.at)))
        return self.world(request)


def _image_content(image: Image) -> Message:
    platform = image.platform
    content: Message = {
        "id": image.id,
        "name": image.name,
        "digest": image.digest,
        "tags": list(image.tags),
        "scans": [{"id": scan.id, "status": scan.status.value} for scan in image.scans],
    }
    if platform is not None:
        content["platform"] = "/".join(filter(None, (platform.os, platform.architecture, platform.variant)))
    if image.is_index:
        content["platforms"] = [_image_content(child) for child in image.children]
    return content


def _read(parse: Callable[[], T]) -> T:
    """Return what *parse* makes of a body.

    Raises:
        RefusedError: the body is wrong.
    """
    try:
        return parse()
    except InvalidDocument as error:
        raise RefusedError(Code.INVALID_ARGUMENT, str(error)) from error
