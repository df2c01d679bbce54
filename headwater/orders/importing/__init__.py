"""Orders and payments from files: read, linked by their numbers, written as sets, taken back."""
