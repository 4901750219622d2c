"""Tests of the synchronisation of the lookup table."""
