"""A client that behaves like a kube-apiserver, whose HTTP client is that of Go's standard library.

What matters to a server behind it: up to 25 idle connections for 90 seconds; a new connection for each request that
finds none idle, which stays behind unused when another comes free first; no second try after a connection broke under
a request; one after an answer with `Retry-After`, while the time lasts.
"""
