"""Fuzzing: what strangers and files can say, tried millions of times. `python -m fuzz.run --help`; see README.md.

Each target is a module with a function `check` that takes any bytes, reads them as one kind of input does, and fails
if the gate makes something wrong of them.
"""
