"""Lists as files: what a reader sees of any record type, written in the background."""
