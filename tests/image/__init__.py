"""The image of the gate: linted, and its steps carried out as far as that goes without a container engine."""
