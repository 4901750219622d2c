"""Tests of the faults that are put into what decides."""
