"""What the pages and the API say, from results of reports."""
