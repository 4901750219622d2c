"""The metrics of a server of several processes: numbers in memory that all of them see, and how Prometheus reads them.

prometheus_client renders what is exposed. Its own way to add processes up is not used: ARCHITECTURE.md says why.
"""
