"""Tests of what the fuzzer runs, and a small part of what it runs."""
