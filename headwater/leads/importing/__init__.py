"""Leads from files: what a column may mean, how a row becomes a lead, and how that is taken back."""
