"""The oracle: what the documents say must come of a review, worked out a second time.

It is written from the documents of policy, configuration and reasons, and shares nothing with the package: no import,
no type, no idea of how the gate goes about it. It reads plain documents, as people and API servers write them, and
says what may come of them. It is slow, and has no I/O. Where the gate and the oracle disagree, one of them, or a
document, is wrong.
"""
