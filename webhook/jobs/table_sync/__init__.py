"""The lookup table, made from what registries hold.

First everything is asked of the registry (`survey`), and only then anything is written: a registry that fails half-way
leaves the table as it is. Writing goes one piece at a time, each of a version (`placing` says which are next), so a
run may end anywhere, and two may run at once. Start reading in `sync.py`.
"""
