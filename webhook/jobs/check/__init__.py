"""Manifests judged as a running gate would judge them, before anybody applies them."""
