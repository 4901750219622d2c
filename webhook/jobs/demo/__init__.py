"""The demonstration: the real gate and the emulated registry as two processes, and examples to judge.

It talks to both as a cluster would, over HTTPS and through files, and knows none of their code.
"""
