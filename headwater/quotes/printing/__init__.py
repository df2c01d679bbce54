"""The printed quote: what stands on it (`document`), and how it becomes a PDF (`typesetting`, `press`)."""
