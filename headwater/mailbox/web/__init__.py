"""Screens of inbound mail."""
