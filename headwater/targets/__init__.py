"""What people are to reach and what they say they will: targets, results, commitments."""
