"""Files to rows of text: CSV in any usual encoding, and workbooks. Knows nothing of Django or records."""
