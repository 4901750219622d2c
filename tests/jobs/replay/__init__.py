"""Tests of `webhook.jobs.replay`."""
