"""The composition root: the one place where the parts meet, and the only reader of the clock.

One module for each command. There are no branches worth testing here, and no decisions.
"""
