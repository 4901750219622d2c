"""The registry's APIs in small: faithful answers over a real socket, and faults that can be switched on.

For tests, demonstrations and trying policies out. It knows nothing of the gate, and the gate nothing of it.
"""
