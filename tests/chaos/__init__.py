"""A gate under load whose surroundings fail in every way, by a plan with a seed; every answer beside the oracle's."""
