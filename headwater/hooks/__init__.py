"""Signed doors for ad platforms and partners."""
