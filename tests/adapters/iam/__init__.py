"""Tests of the ways to an IAM token."""
