"""Reports anyone can build: datasets, definitions, what they come to; saved, shared, sent, taken along."""
