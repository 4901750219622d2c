"""Activation: the API server is told to ask the gate only once the gate has answered.

A webhook configuration without rules matches nothing. Whoever writes the rules first asks the gate, as an API
server would: so a gate that cannot answer never refuses a pod at installation. Start reading in `activation.py`.
"""
