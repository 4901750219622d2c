"""The gate as it runs in a cluster: gunicorn over TLS, before an emulated registry."""
