"""Tests of the audit of what runs in a cluster."""
