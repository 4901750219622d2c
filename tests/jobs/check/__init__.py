"""Tests of `webhook.jobs.check`."""
