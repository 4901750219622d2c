"""A worker for gunicorn that takes nothing for granted of its clients, and leaves no thread waiting for one.

One thread keeps the watch: it waits for all connections at once, reads, and answers on the spot. When an answer takes
longer another thread takes over the watch.
"""
