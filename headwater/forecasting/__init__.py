"""What will come, three ways side by side, and how wrong each was."""
