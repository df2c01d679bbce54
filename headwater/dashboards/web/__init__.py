"""Screens of dashboards."""
