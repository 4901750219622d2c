"""The adapters, tried on real sockets, files and processes."""
