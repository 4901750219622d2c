"""Replay: what another policy would have made of the decisions in an audit log.

Everything is judged by the gate's own rules, from what the records say was known at the time. Where another policy
would have asked for more than that, a decision is undecided; nothing is guessed. Start reading in `rejudging.py`.
"""
