"""The Helm chart: rendered by the real Helm engine, held to the schemas of Kubernetes, and to what must be true of it.

The sets of values are in `value_sets.py`, what looks at rendered objects in `release.py`.
"""
