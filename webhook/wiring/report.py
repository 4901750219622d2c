"""The report, put together."""

from webhook.jobs.report.rendering import render_document, render_text
from webhook.jobs.report.summary import summarize
from webhook.wiring.logs import Form, Logs


def report_logs(logs: Logs, form: Form) -> None:
    """Say what was denied, warned and exempted in some logs.

    Raises:
        InvalidDocument: a log cannot be read.
    """
    summary = summarize(logs.lines(), logs.reading())
    form.give(lambda: render_text(summary, form.top), lambda: render_document(summary, form.top))
