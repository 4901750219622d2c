"""Verification: does the API server ask the gate about everything that it should be asked about?

Compares the webhook configuration that a cluster has with the one that is expected, and says what would
let requests pass the gate. Whatever is not understood counts as such. Start reading in `comparison.py`.
"""
