"""Scangate: a pod starts only if the scan of each of its images is within the cluster's policy."""
