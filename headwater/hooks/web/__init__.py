"""Screens of hooks and their public address."""
