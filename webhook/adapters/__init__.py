"""The outside world, one module for each system. Adapters translate; they never decide.

A foreign library and its exceptions stay inside the one module that imports it: what leaves is a value
of `webhook.core` or an exception of `webhook.errors`.
"""
