"""The course of the demonstration: start both servers, ask about every example, show what came of it."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from webhook.core.documents import Document
from webhook.core.printable import printable
from webhook.errors import InvalidDocument, ScangateError
from webhook.jobs.demo.display import LEGEND, render_denial, render_table
from webhook.jobs.demo.examples import Example, parse_example, render_question
from webhook.jobs.demo.outcomes import Answer, Outcome, join, parse_answer
from webhook.jobs.demo.processes import Listening, Server, interruptible, serving
from webhook.jobs.demo.stage import TOKEN, Ports, Stage

Fetch = Callable[[str, bytes | None], tuple[int, bytes]]
"""Gets a URL, or posts JSON to it; returns the status and the body of the answer."""

QUERY = "/validate?timeout=10s"
"""What an API server puts behind the address of the webhook."""

WATCH_SECONDS = 0.2

_INVITATION = """
Ask it yourself; every question above is a file in {folder}:

  curl --cacert {authority} '{validate}' \\
    -H 'Content-Type: application/json' --data-binary @{question}

Ask the emulated registry what the gate asks it, or what it holds, or make it hang (-X DELETE ends that):

  curl -H 'Authorization: Bearer {token}' {registry}/container-registry/v1/scans/{scan}
  curl {registry}/_emulator/world
  curl -X PUT {registry}/_emulator/faults -d '[{{"kind": "hang"}}]'

The gate's health is at {probes}/readyz. New audit records appear below. Stop with Ctrl-C.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a demonstration needs of the world outside."""

    command: Sequence[str]
    """How to start scangate."""
    read: Callable[[Path], Sequence[Document]]
    """Reads the YAML files of a folder."""
    connect: Callable[[Path], Fetch]
    """Makes a client that trusts the authority in a file, and no other."""
    say: Callable[[str], None]
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    """Sleeps for some seconds."""


def demonstrate(stage: Stage, tools: Tools, *, ports: Ports, once: bool) -> bool:
    """Judge every example and return whether each got the decision that it names.

    Unless *once*, go on serving until Ctrl-C or SIGTERM.

    Raises:
        ScangateError: an example cannot be read, or a server does not start or answer.
    """
    examples = [parse_example(document) for document in tools.read(stage.manifests)]
    if not examples:
        raise InvalidDocument(f"{stage.manifests}: holds no example")
    stage.prepare(tools.now())
    with interruptible(), ExitStack() as stack:
        cast = _start(stack, stage, tools, ports)
        outcomes = _ask(examples, stage, tools, cast)
        right = _show(outcomes, cast, tools.say)
        if not once:
            _invite(outcomes, stage, tools.say, cast)
            _watch(cast, tools)
    return right


@dataclass(frozen=True, slots=True)
class _Cast:
    """Both servers, and where they listen."""

    registry: Server
    registry_at: Listening
    gate: Server
    gate_at: Listening


def _start(stack: ExitStack, stage: Stage, tools: Tools, ports: Ports) -> _Cast:
    """Start the registry, and the gate that asks it; they stop when *stack* is left."""
    emulate = (*tools.command, "emulate", str(stage.registry), "--port", str(ports.registry))
    registry = stack.enter_context(serving("registry", emulate, stage.folder))
    registry_at = registry.listening(tools.wait)
    stage.configure(registry_at.url, ports)
    serve = (*tools.command, "serve", "--config", str(stage.configuration))
    gate = stack.enter_context(serving("gate", serve, stage.folder))
    return _Cast(registry, registry_at, gate, gate.listening(tools.wait))


def _ask(examples: Sequence[Example], stage: Stage, tools: Tools, cast: _Cast) -> tuple[Outcome, ...]:
    """Ask the gate about every example, as an API server asks."""
    fetch = tools.connect(stage.authority)
    status, body = fetch(f"{cast.gate_at.probes}/readyz", None)
    if status != 200:
        raise ScangateError(f"the gate is not ready: {printable(body.decode(errors='replace'))}")
    answers: list[tuple[Example, Answer]] = []
    for example in examples:
        question = render_question(example)
        stage.question(example.name).write_bytes(question)
        answers.append((example, parse_answer(*fetch(cast.gate_at.reviews + QUERY, question), example)))
    return join(answers, cast.gate.lines())


def _show(outcomes: Sequence[Outcome], cast: _Cast, say: Callable[[str], None]) -> bool:
    """Show the verdicts, one denial in full, and the audit log; return whether all are as expected."""
    wrong = [outcome for outcome in outcomes if not outcome.right]
    denied = [outcome for outcome in outcomes if not outcome.answer.allowed]
    say("\nThe verdicts:\n")
    say("\n".join(render_table(outcomes)))
    say(f"\n{LEGEND}")
    if denied:
        say(f"\nWhat `kubectl apply -f {denied[0].example.source}` says:\n\n{render_denial(denied[0])}")
    say("\nThe audit log, one record for each decision:\n")
    say("\n".join(cast.gate.lines()))
    say(f"\n{len(outcomes)} requests judged, {f'{len(wrong)} not' if wrong else 'each'} as expected.")
    return not wrong


def _invite(outcomes: Sequence[Outcome], stage: Stage, say: Callable[[str], None], cast: _Cast) -> None:
    """Say how to go on by hand."""
    denied = [outcome for outcome in outcomes if not outcome.answer.allowed]
    scans = [image.scan_id for outcome in outcomes for image in outcome.record.images if image.scan_id]
    text = _INVITATION.format(
        folder=stage.folder,
        authority=stage.authority,
        validate=cast.gate_at.reviews + QUERY,
        question=stage.question((denied or outcomes)[0].example.name),
        token=TOKEN,
        registry=cast.registry_at.url,
        scan=scans[0] if scans else "<scan id>",
        probes=cast.gate_at.probes,
    )
    say(text)


def _watch(cast: _Cast, tools: Tools) -> None:
    """Show new audit records until Ctrl-C.

    Raises:
        ScangateError: a server ended on its own.
    """
    seen = len(cast.gate.lines())
    try:
        while cast.gate.running and cast.registry.running:
            tools.wait(WATCH_SECONDS)
            for line in cast.gate.lines(seen):
                tools.say(line)
                seen += 1
    except KeyboardInterrupt:
        tools.say("\nStopped.")
        return
    ended = cast.registry if cast.gate.running else cast.gate
    raise ScangateError(f"the {ended.name} ended on its own; see {ended.log}")
