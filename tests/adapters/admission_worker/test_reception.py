"""The reception: how many connections there are, how long they stay, and which of them has to go."""

import resource
import socket
import time
from contextlib import ExitStack, closing

from tests.adapters.admission_worker.houses import HEAD, answered, exchange, heard, house, until_closed
from tests.processes import eventually
from webhook.adapters.admission_worker.reception import YOUNG_SECONDS
from webhook.adapters.admission_worker.shedding import Shed
from webhook.adapters.admission_worker.terms import Patience

QUICK = Patience(handshake=0.5, idle=0.5, head=0.5, body=0.5, parting=0.5, leaving=0.5)


def closed(connection: socket.socket) -> bool:
    """Tell whether the other side has closed a connection."""
    connection.settimeout(0.05)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_each_phase_ends() -> None:
    """A client that does not go on is let go in each phase; with a head it is answered, as far as its body has come."""
    with house(patience=QUICK) as served, ExitStack() as stack:
        silent = stack.enter_context(served.plain())
        partial = stack.enter_context(served.plain())
        partial.sendall(b"\x16")
        idle, head, body = (stack.enter_context(served.connect()) for _ in range(3))
        head.sendall(HEAD[:20])
        body.sendall(HEAD % 10 + b"hello")
        assert answered(body).body == b"hello"
        assert [until_closed(each) for each in (silent, partial, idle, head, body)] == [b""] * 5
        eventually(lambda: not served.reception._connections)


def test_drops_do_not_make_it_longer() -> None:
    """A client that sends a byte now and then is let go when a silent one would be."""
    with house(patience=QUICK) as served, served.connect() as dripping:
        begun = time.monotonic()
        for at in range(len(HEAD)):
            if closed(dripping):
                break
            dripping.sendall(HEAD[at : at + 1])
        else:
            raise AssertionError("the whole head was taken")
        assert time.monotonic() - begun < len(HEAD) * 0.05


def test_room_for_newcomers() -> None:
    """At the bound the connection goes that never asked and was silent longest, then the one that was idle longest."""
    with house(connections=3) as served, ExitStack() as stack:
        asked = stack.enter_context(served.connect())
        assert exchange(asked, HEAD % 2 + b"hi").status == 200
        first = stack.enter_context(served.connect())
        time.sleep(0.1)
        second = stack.enter_context(served.plain())
        time.sleep(YOUNG_SECONDS + 0.2)
        assert served.ask().status == 200
        assert closed(first)
        assert not closed(second)
        third = stack.enter_context(served.connect())
        assert served.ask().status == 200
        assert closed(second)
        assert not closed(third)
        assert exchange(asked, HEAD % 2 + b"hi").status == 200


def test_no_room() -> None:
    """A newcomer is refused at once while nobody has been silent for long; who is there stays."""
    shed: list[Shed] = []
    with house(connections=2, shedding=heard(shed)) as served, ExitStack() as stack:
        both = [stack.enter_context(served.connect()) for _ in range(2)]
        with closing(served.plain()) as refused:
            assert closed(refused)
        eventually(lambda: shed == [Shed.CONNECTIONS])
        assert all(exchange(each, HEAD % 2 + b"hi").status == 200 for each in both)


def test_memory_for_bodies() -> None:
    """Unfinished bodies together have a bound; who goes beyond it is asked to come again, and the others are served."""
    shed: list[Shed] = []
    with house(held_bytes=150_000, body_bytes=1 << 20, shedding=heard(shed)) as served, ExitStack() as stack:
        first, second = (stack.enter_context(served.connect()) for _ in range(2))
        first.sendall(HEAD % 140_000 + b"x" * 100_000)
        eventually(lambda: served.reception.held == 100_000)
        second.sendall(HEAD % 200_000 + b"x" * 100_000)
        assert answered(second).status == 503
        assert shed == [Shed.MEMORY]
        first.sendall(b"x" * 40_000)  # in any pieces: there is room for all of it
        assert len(answered(first).body) == 140_000


def test_leaving() -> None:
    """When it is time to leave, nobody new comes in; idle connections stay for a request that may be on its way."""
    with house(patience=QUICK) as served, ExitStack() as stack:
        silent, idle, busy = stack.enter_context(served.plain()), served.connect(), served.connect()
        stack.enter_context(idle)
        stack.enter_context(busy)
        eventually(lambda: len(served.reception._connections) == 3)
        served.service.leave()
        answer = exchange(busy, HEAD % 2 + b"hi")
        assert (answer.status, answer.headers["Connection"]) == (200, "close")
        assert [until_closed(each) for each in (silent, idle, busy)] == [b""] * 3
        eventually(lambda: served.reception.left)
        eventually(lambda: _refused(served.port))


def _refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except ConnectionRefusedError:
        return True
    return False


def test_shortage_of_descriptors() -> None:
    """Who cannot be taken for want of a descriptor waits, and is served once there is one; the others are meanwhile."""
    with house() as served, served.connect() as known, ExitStack() as stack:
        assert exchange(known, HEAD % 2 + b"hi").status == 200
        newcomer = socket.socket()
        stack.enter_context(newcomer)
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, limits)
        with closing(socket.socket()) as highest:
            resource.setrlimit(resource.RLIMIT_NOFILE, (highest.fileno(), limits[1]))
        newcomer.connect(("127.0.0.1", served.port))
        assert exchange(known, HEAD % 2 + b"hi").status == 200
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        assert served.ask().status == 200


def test_leaving_that_is_seen_before_it_is_said() -> None:
    """What comes on a connection may wake the thread first. It is answered, and the bell that rings later, and again,
    hurts nobody."""
    with house(patience=QUICK) as served, closing(served.connect()) as busy:
        served.reception._leaving = True
        assert exchange(busy, HEAD % 2 + b"hi").status == 200
        served.service.leave()
        served.service.leave()
        eventually(lambda: served.reception.left)
