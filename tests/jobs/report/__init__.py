"""Tests of `webhook.jobs.report`."""
