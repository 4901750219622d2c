"""Brings the ConfigMaps of a cluster that hold the lookup table to a folder, and keeps them fresh there.

It runs beside the gate, as a process of its own, so that the gate needs neither a token of the cluster nor the
memory for talking to it.
"""
