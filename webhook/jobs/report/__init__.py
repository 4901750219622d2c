"""Report: what was denied, warned and exempted over a span of an audit log, where, by whom and why.

Start reading in `summary.py`.
"""
