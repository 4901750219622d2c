"""The HTML report of an audit, written."""

import base64
import hashlib
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

from webhook.core.audit_outcomes import STRICTEST_FIRST, outcome
from webhook.core.cluster_audit import AuditReport
from webhook.core.printable import printable
from webhook.core.times import render_time
from webhook.jobs.audit.page.groups import TITLES, groups

MAX_TROUBLES = 200
"""Shown of what could not be read, with a count of the others."""

HERE = "webhook.jobs.audit.page"


def render_page(report: AuditReport, *, docs: str | None = None) -> str:
    """Return the report as an HTML document; *docs* is where the page about reasons is, to link to it."""
    style, script = (_text(name) for name in ("report.css", "report.js"))
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )
    template = Environment(
        loader=DictLoader({"report.html": _text("report.html")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("report.html")
    outcomes = [outcome(violation.finding) for violation in report.violations]
    return template.render(
        style=style,
        script=script,
        policy=policy,
        report=report,
        started=render_time(report.started)[:16],
        finished=render_time(report.finished)[:16],
        tally=[(each, TITLES[each], outcomes.count(each)) for each in STRICTEST_FIRST if each in TITLES],
        groups=groups(report.violations),
        docs=docs if docs is not None and docs.startswith("https://") else None,
        troubles=[printable(trouble) for trouble in report.troubles[:MAX_TROUBLES]],
    )


def _text(name: str) -> str:
    return files(HERE).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    """Return what a browser's content security policy knows an inline text by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
