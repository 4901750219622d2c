"""Mutation testing: small faults are put into what decides, and the tests must notice them.

`python -m mutation.run --help`; see README.md.
"""
