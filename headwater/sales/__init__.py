"""Customers and what they buy: accounts, contacts, opportunities and the pipelines they move along."""
