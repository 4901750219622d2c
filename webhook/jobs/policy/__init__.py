"""A policy alone, without a cluster: which rule is about an image and why, and tests of policies.

Judging is `core/judging`, as for a running gate; here evidence is made up, never rules.
"""
