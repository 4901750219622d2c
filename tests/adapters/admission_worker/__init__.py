"""Tests of the worker made for an API server's connections."""
