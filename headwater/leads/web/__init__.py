"""The screens of leads."""
