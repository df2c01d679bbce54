"""Screens of business lines."""
