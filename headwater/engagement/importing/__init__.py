"""Follow-ups from files: what a column may mean, which record a row speaks of, and how that is taken back."""
