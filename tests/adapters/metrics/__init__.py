"""Tests of the metrics of a server of several processes."""
