"""The replay, put together."""

from pathlib import Path

from webhook.adapters.files import load_all
from webhook.core.policy_file import parse_policy
from webhook.jobs.replay.rendering import render_document, render_text
from webhook.jobs.replay.summary import replay
from webhook.wiring.logs import Form, Logs


def replay_logs(policy: Path, logs: Logs, form: Form, *, listed: int) -> bool:
    """Judge the decisions in some logs again by the policy in a file or folder; return whether none changes.

    Raises:
        InvalidDocument: the policy is wrong, or a log cannot be read.
    """
    summary = replay(logs.lines(), parse_policy(*load_all(policy)), logs.reading(), listed=listed)
    form.give(lambda: render_text(summary, form.top), lambda: render_document(summary, form.top))
    return not summary.changed
