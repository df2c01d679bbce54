"""Screens of orders, payments and receivables."""
