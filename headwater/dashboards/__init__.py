"""Boards of reports: what a role sees at a glance."""
