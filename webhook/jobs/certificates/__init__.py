"""Self-managed certificates: an authority and a serving certificate in a Secret, and the authority in the caBundle.

One pass brings all of it in order, one write at a time: read everything, `plan` the next step, take it,
read again. After each write what is served is vouched for by the caBundle, so a pass may end anywhere,
and the next one goes on from there. Start reading in `plan.py`.
"""
