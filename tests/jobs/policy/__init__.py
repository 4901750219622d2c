"""Tests of `webhook.jobs.policy`."""
