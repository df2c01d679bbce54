"""Screens of quotes, and the customer's page."""
