"""The bench's own arithmetic; what it measures is not tested."""
