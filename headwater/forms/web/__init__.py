"""Screens of landing forms."""
