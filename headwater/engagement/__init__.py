"""Follow-ups, tasks, comments, the feed and the one timeline of every record."""
