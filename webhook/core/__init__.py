"""Values and pure functions. Nothing here does I/O, reads a clock or the environment, logs, or starts a thread."""
