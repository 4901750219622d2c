"""Tests of `webhook.jobs.audit.page`."""
