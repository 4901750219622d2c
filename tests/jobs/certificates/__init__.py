"""Tests of `webhook.jobs.certificates`."""
