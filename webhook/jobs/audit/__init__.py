"""What runs in a cluster, judged as if it were to be admitted now, and what becomes of that."""
