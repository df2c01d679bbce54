"""Accounts, contacts and opportunities from files: read, linked, written as sets, taken back."""
