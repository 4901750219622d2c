"""Tests of `webhook.jobs.verify`."""
