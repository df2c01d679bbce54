"""Screens of funnels."""
