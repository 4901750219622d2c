"""Activation of the webhook."""
