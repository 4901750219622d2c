"""Tests of what brings the lookup table from a cluster to a folder."""
