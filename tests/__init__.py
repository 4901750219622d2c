"""The tests mirror the package; `service` runs the gate as a cluster would."""
